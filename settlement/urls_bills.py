"""Addresses of reconciling; part of settlement.urls."""

from django.urls import path

from settlement.views import bill_files, bills

urlpatterns = [
    path("bills/", bills.bill_list, name="bill-list"),
    path("bills/small/", bills.bill_small, name="bill-small"),
    path("bills/limit/", bills.bill_limit, name="bill-limit"),
    path("bills/limit/decide/", bills.bill_limit_decide, name="bill-limit-decide"),
    path("bills/month.csv", bills.bill_csv, name="bill-csv"),
    path("bills/files/", bill_files.delivery_list, name="bill-files"),
    path("bills/files/want/", bill_files.bill_want, name="bill-want"),
    path("bills/files/read/", bill_files.bill_read, name="bill-read"),
    path("bills/files/confirm/", bill_files.bill_confirm, name="bill-confirm"),
    path("bills/files/<int:pk>/", bill_files.delivery_progress, name="bill-progress"),
    path("bills/<int:pk>/", bills.bill_detail, name="bill-detail"),
    path("bills/<int:pk>/accept/", bills.bill_accept, name="bill-accept"),
    path("bills/<int:pk>/decide/", bills.bill_decide, name="bill-decide"),
    path("bills/<int:pk>/take-back/", bills.bill_take_back, name="bill-take-back"),
    path(
        "bills/<int:pk>/take-back/decide/",
        bills.bill_take_back_decide,
        name="bill-take-back-decide",
    ),
    path("bills/<int:pk>/wait/", bills.bill_wait, name="bill-wait"),
    path("bills/<int:pk>/dispute/", bills.bill_dispute, name="bill-dispute"),
    path("bills/<int:pk>/resume/", bills.bill_resume, name="bill-resume"),
    path("bills/<int:pk>/link/", bills.bill_link, name="bill-link"),
    path("bills/<int:pk>/unlink/", bills.bill_unlink, name="bill-unlink"),
    path("bills/<int:pk>/refetch/", bills.bill_refetch, name="bill-refetch"),
]

"""Addresses of quotations; part of settlement.urls."""

from django.urls import path

from settlement.views import quotations

urlpatterns = [
    path("quotations/", quotations.quotation_list, name="quotation-list"),
    path("quotations/new/", quotations.quotation_new, name="quotation-new"),
    path("quotations/price/", quotations.quotation_price, name="quotation-price"),
    path("quotations/<str:number>/", quotations.quotation_detail, name="quotation-detail"),
    path("quotations/<str:number>/pdf/", quotations.quotation_file, name="quotation-pdf"),
]

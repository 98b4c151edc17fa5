"""Addresses of quotations; part of settlement.urls."""

from django.urls import path

from settlement.views import quotation_orders, quotations, surcharges

urlpatterns = [
    path("quotations/", quotations.quotation_list, name="quotation-list"),
    path("quotations/new/", quotations.quotation_new, name="quotation-new"),
    path("quotations/price/", quotations.quotation_price, name="quotation-price"),
    path(
        "quotations/of-order/",
        quotation_orders.order_surcharges_shown,
        name="quotation-of-order",
    ),
    path("quotations/surcharges/", surcharges.surcharge_list, name="surcharge-list"),
    path("quotations/surcharges/new/", surcharges.surcharge_edit, name="surcharge-new"),
    path("quotations/surcharges/begin/", surcharges.surcharge_begin, name="surcharge-begin"),
    path("quotations/surcharges/<int:pk>/", surcharges.surcharge_edit, name="surcharge-edit"),
    path(
        "quotations/surcharges/<int:pk>/change/",
        surcharges.surcharge_change,
        name="surcharge-change",
    ),
    path("quotations/<str:number>/", quotations.quotation_detail, name="quotation-detail"),
    path(
        "quotations/<str:number>/order/", quotation_orders.quotation_order, name="quotation-order"
    ),
    path("quotations/<str:number>/pdf/", quotations.quotation_file, name="quotation-pdf"),
]

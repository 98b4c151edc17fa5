"""Addresses of an installer's own disputes; part of settlement.urls_phone."""

from django.urls import path

from settlement.views import disputes_phone as views

urlpatterns = [
    path("disputes/", views.dispute_list, name="dispute-list"),
    path("disputes/new/<slug:kind>/<int:pk>/", views.dispute_form, name="dispute-form"),
    path("disputes/new/<slug:kind>/<int:pk>/send/", views.dispute_send, name="dispute-send"),
    path("disputes/<str:number>/", views.dispute, name="dispute"),
    path("disputes/<str:number>/withdraw/", views.dispute_withdraw, name="dispute-withdraw"),
    path("disputes/<str:number>/answer/", views.dispute_answer, name="dispute-answer"),
]

"""Addresses of appointments and limits at the desk, below those of dispatch."""

from __future__ import annotations

from django.urls import path

from dispatch.views import booking, capacity

urlpatterns = [
    path("", booking.to_book, name="to-book"),
    path("limits/", capacity.capacity_list, name="capacity-list"),
    path("limits/new/", capacity.capacity_add, name="capacity-add"),
    path("limits/<int:pk>/", capacity.capacity_edit, name="capacity-edit"),
    path("limits/<int:pk>/remove/", capacity.capacity_remove, name="capacity-remove"),
    path("<str:number>/", booking.order_booking, name="order-booking"),
]

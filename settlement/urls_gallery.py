"""Addresses of the template gallery; part of settlement.urls."""

from django.urls import path

from settlement.views import gallery

urlpatterns = [
    path("rules/gallery/", gallery.template_list, name="template-list"),
    path("rules/gallery/<slug:key>/", gallery.template_detail, name="template-detail"),
    path("rules/gallery/<slug:key>/copy/", gallery.template_copy, name="template-copy"),
]

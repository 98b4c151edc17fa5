"""URLs of the network pages."""

from __future__ import annotations

from django.urls import path

from network.views import divisions, regions, territories, units

app_name = "network"
urlpatterns = [
    path("units/", units.unit_tree, name="unit-tree"),
    path("units/new/", units.unit_add, name="unit-add"),
    path("units/<int:pk>/", units.unit_tree, name="unit-detail"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit-edit"),
    path("regions/", regions.region_tree, name="region-tree"),
    path("regions/new/", regions.region_add, name="region-add"),
    path("regions/seed/", regions.region_seed, name="region-seed"),
    path("regions/<int:pk>/", regions.region_tree, name="region-detail"),
    path("regions/<int:pk>/edit/", regions.region_edit, name="region-edit"),
    path("regions/<int:pk>/inherit/<str:field>/", regions.region_restore, name="region-restore"),
    path("territories/", territories.territory_list, name="territory-list"),
    path("territories/new/", territories.territory_form, name="territory-add"),
    path("territories/<int:pk>/", territories.territory_form, name="territory-edit"),
    path("territories/<int:pk>/remove/", territories.territory_remove, name="territory-remove"),
    path("division-options/", divisions.division_options, name="division-options"),
]

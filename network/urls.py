"""URLs of the network pages."""

from __future__ import annotations

from django.urls import path

from network.views import divisions, fuel, geofences, regions, territories, tiers, units

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
    path("tiers/", tiers.tier_list, name="tier-list"),
    path("tiers/regions.csv", tiers.tier_export, name="tier-export"),
    path("tiers/import/", tiers.tier_import, name="tier-import"),
    path("tiers/import/confirm/", tiers.tier_import_confirm, name="tier-import-confirm"),
    path("tiers/new/<str:kind>/", tiers.tier_add, name="tier-add"),
    path("tiers/<int:pk>/", tiers.tier_edit, name="tier-edit"),
    path("tiers/<int:pk>/move/", tiers.tier_move, name="tier-move"),
    path("tiers/<int:pk>/remove/", tiers.tier_remove, name="tier-remove"),
    path("geofences/", geofences.geofence_list, name="geofence-list"),
    path("geofences/new/", geofences.geofence_form, name="geofence-add"),
    path("geofences/<int:pk>/", geofences.geofence_form, name="geofence-edit"),
    path("geofences/<int:pk>/remove/", geofences.geofence_remove, name="geofence-remove"),
    path("fuel/", fuel.fuel_list, name="fuel-list"),
    path("fuel/new/", fuel.fuel_add, name="fuel-add"),
    path("division-options/", divisions.division_options, name="division-options"),
]

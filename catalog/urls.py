"""URLs of the catalog pages."""

from __future__ import annotations

from django.urls import path

from catalog.views import items, lists, overrides, packs, videos

app_name = "catalog"
urlpatterns = [
    path("items/", items.item_list, name="item-list"),
    path("items/new/", items.item_add, name="item-add"),
    path("items/<int:pk>/", items.item_detail, name="item-detail"),
    path("items/<int:pk>/versions/<int:number>/", items.item_detail, name="item-version"),
    path("items/<int:pk>/edit/", items.item_edit, name="item-edit"),
    path("items/<int:pk>/switch/", items.item_switch, name="item-switch"),
    path("items/<int:pk>/overrides/new/", overrides.override_add, name="override-add"),
    path("overrides/<int:pk>/", overrides.override_edit, name="override-edit"),
    path("overrides/<int:pk>/remove/", overrides.override_remove, name="override-remove"),
    path("videos/<int:pk>/", videos.step_video, name="step-video"),
    path("packs/", packs.pack_list, name="pack-list"),
    path("packs/<slug:code>/", packs.pack_preview, name="pack-preview"),
    path("packs/<slug:code>/import/", packs.pack_import, name="pack-import"),
    path("prices/", lists.price_list, name="price-list"),
    path("materials/", lists.material_list, name="material-list"),
    path("materials/new/", lists.material_form, name="material-add"),
    path("materials/<int:pk>/", lists.material_form, name="material-edit"),
    path("mappings/", lists.mapping_list, name="mapping-list"),
    path("mappings/new/", lists.mapping_form, name="mapping-add"),
    path("mappings/<int:pk>/", lists.mapping_form, name="mapping-edit"),
    path("mappings/<int:pk>/remove/", lists.mapping_remove, name="mapping-remove"),
]

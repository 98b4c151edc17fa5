"""URLs of the company's flows, of the library they are copied from, and of drafts."""

from __future__ import annotations

from django.urls import path

from workorders.views import (
    flow_drafts,
    flow_library,
    flow_list,
    flow_publishing,
    flow_variants,
    flow_withdrawing,
)

urlpatterns = [
    path("", flow_list.flow_list, name="flow-list"),
    path("library/", flow_library.flow_gallery, name="flow-gallery"),
    path("library/<slug:key>/", flow_library.flow_preview, name="flow-preview"),
    path("library/<slug:key>/copy/", flow_library.flow_copy, name="flow-copy"),
    path("versions/<int:pk>/", flow_list.flow_version, name="flow-version"),
    path("versions/<int:pk>/draft/", flow_list.version_draft, name="flow-version-draft"),
    path("versions/<int:pk>/variant/", flow_variants.variant_add, name="flow-variant-add"),
    path("versions/<int:pk>/withdraw/", flow_withdrawing.flow_withdraw, name="flow-withdraw"),
    path("versions/<int:pk>/bring-back/", flow_withdrawing.flow_bring_back, name="flow-bring-back"),
    path("drafts/<int:pk>/", flow_drafts.draft_page, name="flow-draft"),
    path("drafts/<int:pk>/save/", flow_drafts.draft_save, name="flow-save"),
    path("drafts/<int:pk>/edit/", flow_drafts.draft_edit, name="flow-edit"),
    path("drafts/<int:pk>/undo/", flow_drafts.draft_undo, name="flow-undo"),
    path("drafts/<int:pk>/blocks/", flow_drafts.block_palette, name="flow-blocks"),
    path("drafts/<int:pk>/stage/", flow_drafts.own_stage, name="flow-own-stage"),
    path("drafts/<int:pk>/publish/", flow_publishing.publish_page, name="flow-publish"),
    path("drafts/<int:pk>/publish/now/", flow_publishing.publish, name="flow-publish-now"),
    path("drafts/<int:pk>/hand-in/", flow_publishing.draft_hand_in, name="flow-hand-in"),
    path("drafts/<int:pk>/discard/", flow_list.draft_discard, name="flow-discard"),
]

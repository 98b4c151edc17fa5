"""Addresses of the rule editor: versions, drafts, what differs; part of settlement.urls."""

from django.urls import path

from settlement.views import rulebook

urlpatterns = [
    path("rules/", rulebook.rule_list, name="rule-list"),
    path("rules/compare/", rulebook.compare, name="rule-compare"),
    path("rules/<int:pk>/draft/", rulebook.draft_start, name="draft-start"),
    path("rules/drafts/new/", rulebook.draft_new, name="draft-new"),
    path("rules/drafts/<int:pk>/", rulebook.draft_edit, name="draft-edit"),
    path("rules/drafts/<int:pk>/save/", rulebook.draft_save, name="draft-save"),
    path("rules/drafts/<int:pk>/parts/", rulebook.draft_parts, name="draft-parts"),
    path("rules/drafts/<int:pk>/resolve/", rulebook.draft_resolve, name="draft-resolve"),
    path("rules/drafts/<int:pk>/undo/", rulebook.draft_undo, name="draft-undo"),
    path("rules/drafts/<int:pk>/discard/", rulebook.draft_discard, name="draft-discard"),
    path("rules/drafts/<int:pk>/trial/", rulebook.draft_trial, name="draft-trial"),
]

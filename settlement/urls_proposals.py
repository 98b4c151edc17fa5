"""Addresses of drafts on their way to a version; part of settlement.urls."""

from django.urls import path

from settlement.views import proposals, region_rules

urlpatterns = [
    path("rules/proposals/", proposals.proposal_list, name="proposal-list"),
    path("rules/proposals/<int:pk>/", proposals.proposal_detail, name="proposal-detail"),
    path("rules/proposals/<int:pk>/submit/", proposals.proposal_submit, name="proposal-submit"),
    path(
        "rules/proposals/<int:pk>/withdraw/", proposals.proposal_withdraw, name="proposal-withdraw"
    ),
    path("rules/proposals/<int:pk>/reject/", proposals.proposal_reject, name="proposal-reject"),
    path("rules/proposals/<int:pk>/publish/", proposals.proposal_publish, name="proposal-publish"),
    path("rules/proposals/<int:pk>/resolve/", proposals.proposal_resolve, name="proposal-resolve"),
    path("rules/proposals/<int:pk>/permits/", proposals.proposal_permits, name="proposal-permits"),
    path("rules/sets/<int:pk>/regions/", region_rules.region_list, name="region-rules"),
    path(
        "rules/sets/<int:pk>/regions/<int:region_pk>/",
        region_rules.region_values,
        name="region-values",
    ),
    path(
        "rules/sets/<int:pk>/regions/<int:region_pk>/save/",
        region_rules.region_values_save,
        name="region-values-save",
    ),
]

"""Addresses of drafts on their way to a version; part of settlement.urls."""

from django.urls import path

from settlement.views import proposals, region_rules, replays

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
    path("rules/proposals/<int:pk>/replay/", replays.replay_start, name="replay-start"),
    path("rules/replays/<int:pk>/", replays.replay_detail, name="replay-detail"),
    path("rules/replays/<int:pk>/progress/", replays.replay_progress, name="replay-progress"),
    path("rules/replays/<int:pk>/cancel/", replays.replay_cancel, name="replay-cancel"),
    path(
        "rules/replays/<int:pk>/orders/<int:order_pk>/",
        replays.replay_order_detail,
        name="replay-order",
    ),
    path("rules/replays/<int:pk>/bonuses/<int:at>/", replays.replay_bonus, name="replay-bonus"),
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
    path(
        "rules/sets/<int:pk>/regions/<int:region_pk>/trial/",
        region_rules.region_values_trial,
        name="region-values-trial",
    ),
]

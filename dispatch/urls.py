"""URLs of the dispatch pages."""

from __future__ import annotations

from django.urls import include, path

from dispatch.views import (
    board,
    contractor,
    crew,
    demand,
    fairness,
    offers,
    placing,
    plan_changes,
    plans,
    policy,
    ways,
)
from dispatch.views import help as colleagues

app_name = "dispatch"
urlpatterns = [
    path("", board.board, name="board"),
    path("roster/", include("dispatch.urls_roster")),
    path("forecast/", demand.demand, name="demand"),
    path("support/", include("dispatch.urls_support")),
    path("appointments/", include("dispatch.urls_appointments")),
    path("help/", colleagues.help_rule, name="help-rule"),
    path("policy/", policy.policy, name="policy"),
    path("fairness/", fairness.fairness, name="fairness"),
    path("policy/previews/<int:pk>/", policy.policy_preview, name="policy-preview"),
    path("policy/previews/<int:pk>/progress/", policy.policy_progress, name="policy-progress"),
    path("policy/previews/<int:pk>/publish/", policy.policy_publish, name="policy-publish"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/start/", plans.plan_start, name="plan-start"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan-detail"),
    path("plans/<int:pk>/progress/", plans.plan_progress, name="plan-progress"),
    path("plans/<int:pk>/cancel/", plan_changes.plan_cancel, name="plan-cancel"),
    path("plans/<int:pk>/publish/", plan_changes.plan_publish, name="plan-publish"),
    path("plans/<int:pk>/withdraw/", plan_changes.plan_withdraw, name="plan-withdraw"),
    path("plans/<int:pk>/visits/<int:visit_pk>/", plan_changes.visit_why, name="plan-visit"),
    path("plans/<int:pk>/visits/<int:visit_pk>/move/", plan_changes.visit_move, name="plan-move"),
    path("rules/", ways.way_list, name="way-list"),
    path("rules/new/", ways.way_form, name="way-add"),
    path("rules/pool/", ways.pool_rule_form, name="pool-rule"),
    path("rules/<int:pk>/", ways.way_form, name="way-edit"),
    path("rules/<int:pk>/remove/", ways.way_remove, name="way-remove"),
    path("rules/<int:pk>/seasons/new/", ways.season_form, name="season-add"),
    path("rules/seasons/<int:pk>/remove/", ways.season_remove, name="season-remove"),
    path("orders/<str:number>/rule/stop/", ways.run_stop, name="run-stop"),
    path("orders/<str:number>/rule/confirm/", ways.run_confirm, name="run-confirm"),
    path("pool/", board.pool_list, name="pool-list"),
    path("lanes/", board.lane_list, name="lane-list"),
    path("figures/", board.figure_list, name="figure-list"),
    path("orders/<str:number>/", board.order_panel, name="order-panel"),
    path("orders/<str:number>/ways/", board.order_ways, name="order-ways"),
    path("orders/<str:number>/street/", board.order_street, name="order-street"),
    path("orders/<str:number>/menu/", board.block_menu, name="block-menu"),
    path("orders/<str:number>/assign/", offers.order_assign, name="order-assign"),
    path("orders/<str:number>/place/", placing.order_place, name="order-place"),
    path("orders/<str:number>/withdraw/", offers.order_withdraw, name="order-withdraw"),
    path("orders/<str:number>/crew/add/", crew.helper_add, name="helper-add"),
    path("orders/<str:number>/crew/remove/", crew.helper_remove, name="helper-remove"),
    path("orders/<str:number>/crew/shares/", crew.shares_choose, name="shares-choose"),
    path("orders/<str:number>/contractor/", contractor.contractor_give, name="contractor-give"),
    path(
        "orders/<str:number>/contractor/link/", contractor.contractor_link, name="contractor-link"
    ),
    path(
        "orders/<str:number>/contractor/back/", contractor.contractor_back, name="contractor-back"
    ),
    path("orders/<str:number>/offer/", offers.order_offer, name="order-offer"),
    path("orders/<str:number>/offer/withdraw/", offers.offer_withdraw, name="offer-withdraw"),
]

"""URLs of the settlement pages."""

from __future__ import annotations

from django.urls import path

from settlement import (
    urls_adjustments,
    urls_bills,
    urls_currencies,
    urls_disputes,
    urls_gallery,
    urls_monitor,
    urls_payouts,
    urls_plans,
    urls_proposals,
    urls_quotations,
    urls_recompute,
    urls_rulebook,
    urls_statements,
)
from settlement.views import deviations, heat, known, pricing, rules, slips, suggestions

app_name = "settlement"
urlpatterns = [
    path("slips/", slips.slips, name="slip-list"),
    path("slips/problems/retry/", slips.problems_retry, name="problem-retry"),
    path("deviations/", deviations.deviation_list, name="deviation-list"),
    path("deviations/csv/", deviations.deviation_csv, name="deviation-csv"),
    path("slips/<int:pk>/", slips.slip, name="slip-detail"),
    *urls_rulebook.urlpatterns,
    path("slips/<int:pk>/known/", known.slip_known, name="slip-known"),
    path("orders/<order_number:number>/known/", known.order_known, name="order-known"),
    path("rules/<int:pk>/", rules.rule_detail, name="rule-detail"),
    path("prices/heat/", heat.heat_list, name="heat-list"),
    path("prices/heat/<int:pk>/", heat.heat_decide, name="heat-decide"),
    path("prices/suggested/", suggestions.suggestion_list, name="suggestion-list"),
    path(
        "prices/suggested/<int:pk>/<int:region_pk>/draft/",
        suggestions.suggestion_draft,
        name="suggestion-draft",
    ),
    path("prices/plan/", pricing.price_plan, name="price-plan"),
    *urls_bills.urlpatterns,
    *urls_adjustments.urlpatterns,
    *urls_currencies.urlpatterns,
    *urls_disputes.urlpatterns,
    *urls_gallery.urlpatterns,
    *urls_monitor.urlpatterns,
    *urls_proposals.urlpatterns,
    *urls_quotations.urlpatterns,
    *urls_recompute.urlpatterns,
    *urls_statements.urlpatterns,
    *urls_payouts.urlpatterns,
    *urls_plans.urlpatterns,
]

"""URLs of the settlement pages."""

from __future__ import annotations

from django.urls import path

from settlement import urls_payouts, urls_proposals, urls_rulebook, urls_statements
from settlement.views import rules, slips

app_name = "settlement"
urlpatterns = [
    path("slips/", slips.slips, name="slip-list"),
    path("slips/problems/retry/", slips.problems_retry, name="problem-retry"),
    path("slips/<int:pk>/", slips.slip, name="slip-detail"),
    path("rules/<int:pk>/", rules.rule_detail, name="rule-detail"),
    *urls_rulebook.urlpatterns,
    *urls_proposals.urlpatterns,
    *urls_statements.urlpatterns,
    *urls_payouts.urlpatterns,
]

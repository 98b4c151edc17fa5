"""A rule by which orders are given, with a season; it takes up nothing by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from common import clock
from dispatch.models import AssignmentRule, AssignmentSeason


def rules_of_assignment() -> dict[str, dict[str, Any]]:
    """The rule and the season."""
    rule = AssignmentRule.objects.create(
        name="矩阵",
        is_active=False,
        steps=[{"how": "assign", "whom": "all", "minutes": 0, "km": 0}],
        applies_from=clock.now(),
    )
    season = AssignmentSeason.objects.create(
        rule=rule,
        name="双11",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 12),
        share_pct=90,
    )
    return {"assignment rule": {"pk": rule.pk}, "assignment season": {"pk": season.pk}}

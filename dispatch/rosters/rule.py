"""The company's rule of the rosters."""

from __future__ import annotations

from dispatch.models import RosterRule
from dispatch.rosters.rest import Limits


def roster_rule() -> RosterRule:
    """Return the company's rule; one that was never saved has the usual numbers."""
    return RosterRule.objects.filter(pk=1).first() or RosterRule(pk=1)


def limits_of(rule: RosterRule) -> Limits:
    """Return what the rules of rest ask for."""
    return Limits(rule.rest_min, rule.days_in_row, rule.week_min)

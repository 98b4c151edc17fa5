"""Rules of assignment as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from dispatch.models import AssignmentRule
from dispatch.ways.reading import steps_of
from network.order_types import order_type_names

if TYPE_CHECKING:
    from dispatch.ways.steps import Step

register = template.Library()


@register.filter
def rule_steps(rule: AssignmentRule) -> list[Step]:
    """Return a rule's steps."""
    return steps_of(rule)


@register.filter
def rule_orders(rule: AssignmentRule) -> str:
    """Return which orders a rule takes, beside its region."""
    found = [order_type_names().get(rule.order_type, rule.order_type)] if rule.order_type else []
    if rule.urgency != AssignmentRule.Urgency.ANY:
        found.append(rule.get_urgency_display())
    if rule.difficulty != AssignmentRule.Difficulty.ANY:
        found.append(rule.get_difficulty_display())
    if rule.hours != AssignmentRule.Hours.ANY:
        found.append(rule.get_hours_display())
    return " · ".join(found) or str(AssignmentRule.Urgency.ANY.label)

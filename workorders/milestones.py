"""Milestones of the money: which ones a company's rules wait for, and which an order has reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db.models import Count

from accounts.models import User
from common import clock
from workorders.flow import Company, Meaning
from workorders.models import FiredAction, FlowVersion

if TYPE_CHECKING:
    from datetime import date

    from workorders.models import WorkOrder

FOLLOWED_UP = "followed_up"
"""Reached by every order that is done."""
Source = Callable[[], frozenset[str]]
_sources: list[Source] = []


def add_milestones(source: Source) -> Source:
    """Let a higher package say for which milestones it waits; called in its ready()."""
    if source not in _sources:
        _sources.append(source)
    return source


def awaited_milestones() -> frozenset[str]:
    """Return the milestones at which money of the company is released now."""
    return frozenset[str]().union(*(source() for source in _sources))


def released_milestones() -> list[str]:
    """Return the names of the milestones that published flows of the company release."""
    bodies = FlowVersion.objects.filter(withdrawn=False).values_list("body__triggers", flat=True)
    return sorted(
        {
            str(action["milestone"])
            for triggers in bodies
            for trigger in triggers or ()
            for action in trigger.get("do", ())
            if action.get("action") == "release_milestone"
        }
    )


def company_to_check() -> Company:
    """Return what `workorders.flow.check` asks of the active company: its people and milestones."""
    active = User.objects.filter(is_active=True).values_list("role").annotate(n=Count("pk"))
    return Company(people=dict(active.order_by()), milestones=awaited_milestones())


def milestone_days(orders: Iterable[WorkOrder]) -> dict[int, dict[str, date]]:
    """Return by order id the day each milestone after completion was reached; one query."""
    asked = list(orders)
    found: dict[int, dict[str, date]] = {
        order.pk: {FOLLOWED_UP: clock.business_day(order.stage_since)}
        if order.meaning == Meaning.DONE.value
        else {}
        for order in asked
    }
    done = FiredAction.objects.filter(
        work_order__in=asked, kind="release_milestone", state=FiredAction.State.DONE
    )
    for order_id, name, at in done.order_by("pk").values_list("work_order_id", "value", "at"):
        found[order_id].setdefault(name, clock.business_day(at))
    return found


def reached_milestones(order: WorkOrder) -> tuple[str, ...]:
    """Return the milestones the order's flow has released, each once, the first first."""
    done = FiredAction.objects.filter(
        work_order=order, kind="release_milestone", state=FiredAction.State.DONE
    )
    return tuple(dict.fromkeys(done.order_by("pk").values_list("value", flat=True)))

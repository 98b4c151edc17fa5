"""Orders that stand too long as lists show them: who sees to them, and whether they were reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.roles import Role
from common import clock
from workorders.concerned import people_of_orders, responsible_role, roles_of_tasks
from workorders.flow.words import ROLE_NAMES
from workorders.listing import order_rows
from workorders.models import TimelineEvent
from workorders.selectors import own_work_orders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from workorders.listing import OrderRow
    from workorders.models import WorkOrder

_NAMED = 3


@dataclass(frozen=True, slots=True)
class LateRow:
    """An order with the people who see to it, also by an undone task, and their roles.

    `waits_min` are the minutes since it came to its stage; `is_nudged` says that somebody was
    reminded of it today since it came to its stage.
    """

    row: OrderRow
    holder: str
    role: str
    waits_min: int
    is_nudged: bool


def late_rows(orders: list[WorkOrder]) -> list[LateRow]:
    """Return orders with all that; five queries for any number."""
    return rows_with_holders(order_rows(orders))


def rows_with_holders(rows: list[OrderRow]) -> list[LateRow]:
    """Return rows of a list with all that; four queries for any number."""
    nudged, now = nudged_today([row.order for row in rows]), clock.now()
    roles = {row.order.pk: _seen_to_by(row) for row in rows}
    tasks = roles_of_tasks([row.order for row in rows])
    asked = {
        pk: [each for each in dict.fromkeys([role, *tasks.get(pk, [])]) if each in _AT_DESK]
        for pk, role in roles.items()
    }
    people = people_of_orders(
        [(row.order, asked[row.order.pk]) for row in rows if asked[row.order.pk]]
    )
    found = []
    for row in rows:
        role, order = roles[row.order.pk], row.order
        near = people.get(order.pk, {})
        names = [person.display_name for each in asked[order.pk] for person in near.get(each, [])]
        if role == Role.INSTALLER and order.installer is not None:
            names.insert(0, order.installer.user.display_name)
        shown = "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
        waits = int((now - order.stage_since).total_seconds() // 60)
        named = "、".join(_(ROLE_NAMES[each]) for each in dict.fromkeys([role, *asked[order.pk]]))
        found.append(LateRow(row, shown, named, waits, order.pk in nudged))
    return found


def own_among(rows: list[OrderRow], *, actor: User) -> set[int]:
    """Return the ids of the open orders among rows that the actor may do something about."""
    ids = [row.order.pk for row in rows if row.order.is_open]
    return set(own_work_orders(actor=actor).filter(pk__in=ids).values_list("pk", flat=True))


def nudged_today(orders: Iterable[WorkOrder]) -> set[int]:
    """Return the ids of those of some orders of which somebody was reminded today, in their present stage."""
    start, end = clock.day_span(clock.business_day())
    today = TimelineEvent.objects.filter(code="nudged", at__gte=start, at__lt=end)
    here = today.filter(work_order__in=list(orders), at__gte=F("work_order__stage_since"))
    return set(here.values_list("work_order", flat=True))


_AT_DESK = frozenset(ROLE_NAMES) - {str(Role.INSTALLER), "system"}


def _seen_to_by(row: OrderRow) -> str:
    """The role that would be reminded: for an installer's stage without one, the dispatchers."""
    role = responsible_role(row.role, row.order.meaning)
    nobody = role == Role.INSTALLER and row.order.installer is None
    return str(Role.DISPATCHER) if nobody else role

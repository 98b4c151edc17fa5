"""Orders whose customers have no appointment yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from workorders.flow import Meaning
from workorders.selectors import own_work_orders

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder

MOST = 60
_OPEN = (Meaning.WAITING.value, Meaning.ASSIGNED.value)


@dataclass(frozen=True, slots=True)
class ToBook:
    """Orders to book for, how many there are in all, and what was searched."""

    orders: list[WorkOrder]
    total: int
    asked: str


def orders_to_book(*, actor: User, asked: str) -> ToBook:
    """Return what has no appointment; a search by number, name or phone also finds those with one."""
    words = asked.strip()[:40]
    found = own_work_orders(actor=actor).filter(meaning__in=_OPEN)
    if words:
        found = found.filter(
            Q(number__icontains=words)
            | Q(contact__name__icontains=words)
            | Q(contact__phone__contains=words)
        )
    else:
        found = found.filter(window_starts_at=None)
    return ToBook(list(found.order_by("created_at", "pk")[:MOST]), found.count(), words)

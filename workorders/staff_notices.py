"""The notices of one person of the staff: how many wait, and the newest of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from workorders.models import StaffNotice
from workorders.staff_words import notice_words

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

_SHOWN = 100
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with its words."""

    notice: StaffNotice
    words: str


def unseen(*, actor: User) -> QuerySet[StaffNotice]:
    """Return what the person has not seen yet."""
    return StaffNotice.objects.filter(user=actor, seen_at=None)


def unseen_count(*, actor: User) -> int:
    """Return how many notices the person has not seen, 100 at most; one query by an index."""
    return unseen(actor=actor).order_by()[: MOST_COUNTED + 1].count()


def newest(*, actor: User) -> list[NoticeView]:
    """Return the person's notices, those not seen first, then the newest; a hundred at most."""
    mine = StaffNotice.objects.filter(user=actor)
    rows = mine.select_related("work_order__item_version", "sender")
    rows = rows.defer("work_order__item_version__body")
    ordered = rows.order_by(F("seen_at").desc(nulls_first=True), "-at", "-pk")
    return [NoticeView(row, notice_words(row)) for row in ordered[:_SHOWN]]


def number_of(notice_id: int, *, actor: User) -> str | None:
    """Return the number of the order that a notice of this person is about."""
    mine = StaffNotice.objects.filter(user=actor, pk=notice_id)
    return mine.values_list("work_order__number", flat=True).first()


def messages_for(*, actor: User) -> list[NoticeView]:
    """Return an installer's unseen messages, the newest first."""
    rows = unseen(actor=actor).select_related("work_order__item_version")
    rows = rows.defer("work_order__item_version__body").order_by("-at", "-pk")
    return [NoticeView(row, notice_words(row)) for row in rows[:_SHOWN]]

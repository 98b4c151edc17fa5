"""The notices of one person of the staff: how many wait, and the newest of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.urls import reverse

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


def place_of(notice_id: int, *, actor: User) -> str:
    """Return the address of what a notice of this person is about; empty without a page."""
    mine = StaffNotice.objects.select_related("work_order").filter(user=actor, pk=notice_id)
    notice = mine.first()
    if notice is None or notice.work_order is None:
        return notice.page if notice else ""
    return reverse("workorders:order-detail", args=[notice.work_order.number])


def messages_for(*, actor: User) -> list[NoticeView]:
    """Return an installer's unseen messages, the newest first."""
    rows = unseen(actor=actor).select_related("work_order__item_version")
    rows = rows.defer("work_order__item_version__body").order_by("-at", "-pk")
    return [NoticeView(row, notice_words(row)) for row in rows[:_SHOWN]]

"""Tells people of the staff what waits for them, and notes that they have seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from common import clock
from workorders.models import StaffNotice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from workorders.models import WorkOrder


def tell_staff(
    order: WorkOrder | None,
    people: Iterable[User],
    *,
    text: str = "",
    code: str = "",
    sender: User | None = None,
    page: str = "",
    **params: Any,
) -> int:
    """Leave a notice about an order, or what `page` shows, for each of some people.

    Returns how many are new.

    `text` in the words of a flow or a person, or a `code` of `workorders.staff_words` for it and
    for `params`. Who has not yet seen the
    same one gets no second.
    """
    wanted = {person.pk: person for person in people if person != sender}
    same = StaffNotice.objects.filter(
        work_order=order, page=page, user__in=wanted, text=text, code=code, params=params,
        seen_at=None,
    )  # fmt: skip
    for known in same.values_list("user", flat=True):
        wanted.pop(known)
    now = clock.now()
    made = StaffNotice.objects.bulk_create(
        StaffNotice(
            user=person,
            work_order=order,
            page=page,
            text=text,
            code=code,
            params=params,
            sender=sender,
            at=now,
        )
        for person in wanted.values()
    )
    return len(made)


@transaction.atomic
def mark_staff_notices_seen(*, user: User, notice_id: int | None = None) -> None:
    """Take one notice of this person, or all of theirs, off the bell; a second time: no effect."""
    unseen = StaffNotice.objects.filter(user=user, seen_at=None)
    if notice_id is not None:
        unseen = unseen.filter(pk=notice_id)
    unseen.update(seen_at=clock.now())

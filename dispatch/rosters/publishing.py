"""Puts a draft into force: dispatch and the people go by it from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from dispatch.models import RosterShift
from dispatch.rosters.editing import change_words, changes_since, lock_week
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dispatch.models import RosterWeek
    from network.models import OrgUnit

_NAMED = 5
_COPIED = (
    "week_id", "installer_id", "day", "span", "pause", "pause_min", "pattern_id", "on_call",
    "is_overtime",
)  # fmt: skip


@transaction.atomic
def publish_week(*, unit: OrgUnit, monday: date, seen_version: int, actor: User) -> RosterWeek:
    """Copy the draft of a week into force and tell everybody whose shifts are other than before.

    Raises Conflict("roster.moved") naming what others changed since the version somebody looked at,
    Refused("roster.empty") for a week nobody planned.
    """
    week = lock_week(unit, monday)
    if week.version != seen_version:
        newer = changes_since(week, seen_version)
        words = "；".join(change_words(each) for each in newer[:_NAMED])
        raise Conflict(
            "roster.moved",
            _("The draft has changed since you looked. Look and publish again: %(words)s")
            % {"words": words},
        )
    refuse_unless(week.version, "roster.empty", _("Nothing is planned in this week yet"))
    drafts = list(RosterShift.objects.filter(week=week, published=False))
    before = RosterShift.objects.filter(week=week, published=True)
    changed = _people(before) ^ _people(drafts)
    before.delete()
    RosterShift.objects.bulk_create(
        RosterShift(published=True, **{name: getattr(row, name) for name in _COPIED})
        for row in drafts
    )
    week.published_version = week.version
    week.published_at, week.published_by = clock.now(), actor
    week.save(update_fields=["published_version", "published_at", "published_by"])
    record(actor, "roster.published", week, version=week.version, people=len(changed))
    tell_of_week(week, {pk for pk, *_rest in changed}, actor=actor)
    return week


def tell_of_week(week: RosterWeek, ids: Iterable[int], *, actor: User | None) -> None:
    """Leave a notice on the phones of those whose week is other than it was."""
    tell_staff(
        None,
        User.objects.filter(installer__in=list(ids), is_active=True),
        code="roster_published",
        sender=actor,
        page=f"{reverse('dispatch-phone:roster')}?week={week.monday.isoformat()}",
        monday=f"{week.monday:%m-%d}",
    )


def _people(rows: Iterable[RosterShift]) -> set[tuple[int, date, int]]:
    return {(row.installer_id, row.day, row.pattern_id) for row in rows}

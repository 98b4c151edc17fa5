"""Puts alerts to rest for one person and wakes them again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from common import clock
from dashboards.models import AlertRest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from dashboards.rests import Alert

MORNING = timedelta(hours=8)
FORGOTTEN_AFTER = timedelta(days=30)
"""How long a rest is kept whose alert is no longer there."""


class How(models.TextChoices):
    """What somebody does about an alert they have seen."""

    DONE = "done", _("Done")
    HOUR = "hour", _("For an hour")
    MORNING = "morning", _("Until tomorrow morning")
    WEEK = "week", _("For a week")


def rest_until(how: How, now: datetime) -> datetime | None:
    """Return when an alert comes back by itself; None when somebody is done with it.

    Tomorrow and in a week it comes at eight in the morning.
    """
    if how is How.DONE:
        return None
    if how is How.HOUR:
        return now + timedelta(hours=1)
    days = 1 if how is How.MORNING else 7
    start, _end = clock.day_span(clock.business_day(now) + timedelta(days=days))
    return start + MORNING


@transaction.atomic
def rest_alert(
    alert: Alert, *, how: How, seen: tuple[int, int], actor: User, present: Iterable[str]
) -> AlertRest:
    """Let an alert rest for a person, as they saw it: its newest and its size on their screen.

    What came since is news, so it is told at once. Forgets what rested long ago and is neither
    `present` nor any use.
    """
    newest, size, facts, now = *seen, alert.facts, clock.now()
    old = AlertRest.objects.filter(user=actor)
    old.filter(until__lt=now).delete()
    old.filter(rested_at__lt=now - FORGOTTEN_AFTER).exclude(key__in=present).delete()
    rest, _made = AlertRest.objects.update_or_create(
        user=actor,
        key=alert.key,
        defaults={
            "until": rest_until(how, now),
            "newest": min(newest, facts.newest),
            "size": min(size, facts.size) + facts.slack,
            "rested_at": now,
        },
    )
    return rest


def wake_alert(*, key: str, actor: User) -> None:
    """Show a person an alert again that rests for them."""
    AlertRest.objects.filter(user=actor, key=key).delete()

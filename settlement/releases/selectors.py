"""Parts of an installer's money that wait for a day or a milestone, and how long still."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock, formatting
from settlement.engine.stages import delay_words
from settlement.models import Release, Settlement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import Installer

SOONEST = 4


class DueDay(NamedTuple):
    """What becomes available on one day: the sum, how many jobs, and the day in words."""

    on: date
    words: str
    amount_fen: int
    jobs: int


def waiting(installer: Installer) -> QuerySet[Release]:
    """Return the open parts of the installer's standing settlements, the soonest first."""
    alone = Q(payee=None, settlement__installer=installer)
    return (
        Release.objects.filter(
            alone | Q(payee__installer=installer),
            settlement__status=Settlement.Status.ACTIVE,
            released_at=None,
        )
        .exclude(amount_fen=0)
        .select_related("settlement__work_order__item_version")
        .order_by("due_on", "pk")
    )


def due_days(installer: Installer) -> list[DueDay]:
    """Return the next days on which money is released by date."""
    sums: dict[date, list[int]] = {}
    today = clock.business_day()
    for part in waiting(installer):
        if part.due_on is not None:
            # What should have come yesterday comes with today's run: one line, not one a day.
            sums.setdefault(max(part.due_on, today), []).append(part.amount_fen)
    return [
        DueDay(on, countdown(on), sum(parts), len(parts))
        for on, parts in list(sums.items())[:SOONEST]
    ]


def waits_for(installer: Installer, *, numbers: Sequence[str]) -> dict[str, str]:
    """Return by order number and account what the parts of these orders wait for, as a sentence."""
    found: dict[str, str] = {}
    for part in waiting(installer).filter(settlement__work_order__number__in=numbers):
        kind = "pending" if part.due_on is None else "held"
        key = f"{part.settlement.work_order.number}:{kind}"
        said = release_words(part)
        found[key] = f"{found[key]}; {said}" if key in found else said
    return found


def release_words(part: Release) -> str:
    """Return when one part comes and why then: "in 12 days, on 8 Dec: warranty over"."""
    if part.due_on is None and part.after_days:
        values = {"when": delay_words(part.milestone, part.after_days, _), "label": part.label}
        return _("%(when)s: %(label)s") % values
    if part.due_on is None:
        return _("released on: %(label)s") % {"label": part.label}
    return _("%(when)s: %(label)s") % {"when": countdown(part.due_on), "label": part.label}


def countdown(on: date) -> str:
    """Return a day with the days until it: "in 12 days, on 8 Dec"; today has none."""
    today = clock.business_day()
    days = (on - today).days
    if days <= 0:
        return _("today")
    words = {"n": days, "day": formatting.day_text(on, today=today)}
    return ngettext("in %(n)d day, on %(day)s", "in %(n)d days, on %(day)s", days) % words

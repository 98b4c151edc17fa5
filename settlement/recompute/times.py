"""Correcting when a settled order was worked on: a proposal that hours, nights and delays follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import Installer
from common import clock
from common.errors import Refused, refuse_unless
from settlement.facts import done_times
from settlement.models import RecomputeRun
from workorders.crew import parts_of
from workorders.services.corrections import note_visits
from workorders.visits import Visit, visits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settlement.models import Settlement
    from workorders.models import WorkOrder

VISITS = "visits"
LONGEST = timedelta(hours=24)
MOST_DAYS = 31
"""A visit lies at most so many days from the day the order was completed."""


def settled_visits(order: WorkOrder) -> list[Visit]:
    """Return the visits an order's money counts with: as last corrected, else as they were told.

    Without any the time it was worked on.
    """
    if corrected := _corrected(order):
        return corrected
    completed_at = order.completed_at or clock.now()
    started_at = min(order.started_at or completed_at, completed_at)
    return visits_of(order) or [Visit(None, started_at, completed_at)]


def _corrected(order: WorkOrder) -> list[Visit]:
    """The visits of the last correction that was posted."""
    posted = RecomputeRun.objects.filter(
        work_order=order, asked__kind=VISITS, state=RecomputeRun.State.APPLIED
    )
    run = posted.order_by("-pk").first()
    kept = run.asked.get("spans", []) if run is not None else []
    return [
        Visit(who, datetime.fromisoformat(start), datetime.fromisoformat(end))
        for who, start, end in kept
    ]


def corrected_visits(
    settlement: Settlement, *, visits: Sequence[Visit], source: str
) -> dict[str, Any]:
    """Return what a run keeps of the right visits: the engine's facts, and words for people.

    Night work that was recorded by itself stays as it was recorded. Refused without a source or a
    visit, for one that ends before it begins, lasts longer than a day, lies in the future or far
    from the day of completion, and for two of one person at once.
    """
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    refuse_unless(visits, "visits.none", _("Enter at least one visit"))
    ordered = sorted(visits, key=lambda each: each.starts_at)
    for each in ordered:
        _check(each, settlement)
    _refuse_overlaps(ordered)
    order = settlement.work_order
    completed_at = order.completed_at or clock.now()
    done = done_times(
        order, settlement.installer, completed_at, parts_of(order), visits=ordered
    )  # fmt: skip
    facts: dict[str, Any] = {
        "visits": [list(part) for part in done.parts],
        "work_min": done.work_min,
        "response_min": done.response_min,
        "delay_min": done.delay_min,
    }
    if not order.facts.filter(kind="night").exists():
        facts["night"] = done.night
    return {
        "facts": facts,
        "kind": VISITS,
        "value": _words(ordered),
        "spans": [
            [each.installer_id, each.starts_at.isoformat(), each.ends_at.isoformat()]
            for each in ordered
        ],
        "source": source.strip()[:80],
    }


def write_visits(run: RecomputeRun) -> None:
    """Tell of a run's visits on its order; what phones said of it is kept as they said it.

    As a corrected distance, they stay with the settlement: settled anew the order keeps them.
    """
    if run.work_order_id is not None:
        note_visits(order_id=run.work_order_id, words=run.asked["value"], actor=run.started_by)


def _check(visit: Visit, settlement: Settlement) -> None:
    refuse_unless(
        visit.starts_at <= visit.ends_at,
        "visits.backwards",
        _("A visit cannot end before it begins: %(visit)s") % {"visit": _words([visit])},
    )
    refuse_unless(
        visit.ends_at - visit.starts_at <= LONGEST,
        "visits.long",
        _("A visit lasts at most 24 hours: %(visit)s") % {"visit": _words([visit])},
    )
    refuse_unless(
        visit.ends_at <= clock.now(),
        "visits.future",
        _("A visit cannot lie in the future: %(visit)s") % {"visit": _words([visit])},
    )
    away = abs((clock.business_day(visit.starts_at) - settlement.done_on).days)
    words = {"days": MOST_DAYS, "visit": _words([visit])}
    refuse_unless(
        away <= MOST_DAYS,
        "visits.far",
        _("A visit lies at most %(days)s days from the completion: %(visit)s") % words,
    )


def _refuse_overlaps(ordered: Sequence[Visit]) -> None:
    """Two people may be there together; one person is not there twice."""
    until: dict[int | None, datetime] = {}
    for each in ordered:
        last = until.get(each.installer_id)
        if last is not None and each.starts_at < last:
            sentence = _("This visit begins before the one before it ends: %(visit)s")
            raise Refused("visits.overlap", sentence % {"visit": _words([each])})
        until[each.installer_id] = each.ends_at


def _words(visits: Sequence[Visit]) -> str:
    """The visits with the names of several people, where it is several."""
    ids = {each.installer_id for each in visits}
    names = {}
    if len(ids) > 1:
        people = Installer.objects.select_related("user").in_bulk([pk for pk in ids if pk])
        names = {pk: f"{who.user.display_name} " for pk, who in people.items()}
    return "、".join(names.get(each.installer_id or 0, "") + _span(each) for each in visits)


def _span(visit: Visit) -> str:
    start, end = clock.china(visit.starts_at), clock.china(visit.ends_at)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%m-%d %H:%M}–{last}"

"""Correcting a fact of a settled order: typed values, their source, and the record of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from settlement.recompute.crew import CREW, write_crew
from settlement.recompute.payment import PAYMENT, write_payment
from settlement.recompute.place import REGION, write_region
from settlement.recompute.rates import refuse_another_rate
from settlement.recompute.selection import RATE
from settlement.recompute.times import VISITS, write_visits
from workorders.facts import CODES, check_fact, choices, read_value
from workorders.services.site_facts import correct_fact

if TYPE_CHECKING:
    from settlement.models import RecomputeRun
    from workorders.models import SiteFact

DISTANCE = "distance_m"
MOST_METRES = 2_000_000
_RECORDS = {
    CREW: write_crew,
    PAYMENT: write_payment,
    RATE: refuse_another_rate,
    REGION: write_region,
    VISITS: write_visits,
}
"""How what is no fact of the site is recorded on the order."""


def correctable() -> list[tuple[str, str]]:
    """Return (kind, label) of what a run corrects: not the guide, whose order names the payee."""
    kinds = [(kind, label) for kind, label in choices() if kind not in CODES]
    return [*kinds, (DISTANCE, _("Distance in metres"))]


def corrected_facts(*, kind: str, value: str, source: str) -> dict[str, Any]:
    """Return what a run keeps of one corrected fact: its engine values, and how to record it.

    Refused for an unknown kind, a value the kind does not have, or a missing source.
    """
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    if kind == DISTANCE:
        return {"facts": {DISTANCE: _metres(value), "distance_estimated": False}, "kind": kind,
                "value": value.strip(), "source": source.strip()[:80]}  # fmt: skip
    refuse_unless(kind not in CODES, "fact.kind", _("There is no such fact"))
    fact = check_fact(kind, value)
    at = clock.now()
    facts: dict[str, Any] = {kind: read_value(kind, fact.value)}
    if kind == "rain":
        facts["rain_source"] = f"{source.strip()[:80]} {clock.china(at):%F %R}"
    return {"facts": facts, "kind": kind, "value": fact.value, "source": source.strip()[:80],
            "at": at.isoformat()}  # fmt: skip


def _metres(value: str) -> int:
    typed = value.strip()
    if not (typed.isascii() and typed.isdigit() and int(typed) <= MOST_METRES):
        sentence = _("Enter the distance in whole metres, at most %(most)s")
        raise Refused("fact.value", sentence % {"most": MOST_METRES})
    return int(typed)


def write_facts(run: RecomputeRun) -> SiteFact | None:
    """Record a run's corrected fact on its order, so that later settlements know it too.

    A corrected distance stays with the settlement: what was measured is kept as it was measured.
    Of a rate there is nothing to record; Conflict when it has been corrected once more.
    """
    asked = run.asked
    write = _RECORDS.get(asked.get("kind", ""))
    if write is not None:
        write(run)
        return None
    if run.work_order_id is None or "kind" not in asked or asked["kind"] == DISTANCE:
        return None
    return correct_fact(
        order_id=run.work_order_id,
        kind=asked["kind"],
        value=asked["value"],
        source=asked["source"],
        observed_at=datetime.fromisoformat(asked["at"]),
        actor=run.started_by,
    )

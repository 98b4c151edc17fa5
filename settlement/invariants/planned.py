"""What must always be true of milestones: they plan what the rules hold back, to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from common.invariants import invariant
from settlement.engine.result import WORKER
from settlement.explaining import outcome_of
from settlement.invariants.settlements import ACTIVE
from settlement.models import Release, Settlement, SettlementLine

Sums = dict[int, dict[int, int]]
"""Fen by settlement and installer."""


@invariant(
    "I5", "What is planned for release is each installer's part, or what the rules hold back"
)
def releases_are_as_planned() -> Iterator[str]:
    """Releases by installer against their lines; where rules hold back less, against the rules."""
    ids = sorted({*_planned_otherwise(), *_shared_otherwise()})
    planned = _planned(Release.objects.filter(settlement__in=ids))
    rows = Settlement.objects.filter(pk__in=ids).select_related("version")
    for settlement in rows.order_by("pk").iterator(chunk_size=500):
        found, due = planned.get(settlement.pk, {}), _held_back(settlement)
        for who in sorted({*found, *due}):
            fen, want = found.get(who, 0), due.get(who, 0)
            if fen != want:
                yield (
                    f"settlement {settlement.pk}, installer {who}: {fen} fen are planned for "
                    f"release, {want} fen are due"
                )


def _planned_otherwise() -> Iterator[int]:
    """Settlements of which another sum is planned than their installers get."""
    found = Settlement.objects.filter(status=ACTIVE).annotate(planned=Sum("releases__amount_fen"))
    found = found.exclude(planned=None).exclude(planned=F("gross_fen"))
    yield from found.values_list("pk", flat=True)


def _shared_otherwise() -> Iterator[int]:
    """Shared settlements of which somebody's plan is another sum than their lines."""
    shared = SettlementLine.objects.filter(
        because__has_key="who",
        party_role=WORKER,
        settlement__status=ACTIVE,
        settlement__releases__isnull=False,
    )
    ids = list(shared.values_list("settlement_id", flat=True).distinct())
    planned = _planned(Release.objects.filter(settlement__in=ids))
    lines = SettlementLine.objects.filter(settlement__in=ids, party_role=WORKER)
    due = _planned(lines)
    yield from (pk for pk in ids if planned.get(pk, {}) != due.get(pk, {}))


def _planned(rows: QuerySet[Any]) -> Sums:
    found: Sums = defaultdict(dict)
    whose = Coalesce("payee__installer", "settlement__installer")
    sums = rows.order_by().values_list("settlement_id", whose).annotate(fen=Sum("amount_fen"))
    for pk, who, fen in sums:
        if fen:
            found[pk][who] = int(fen)
    return found


def _held_back(settlement: Settlement) -> dict[int, int]:
    """What the settlement's rules hold back of its facts, by installer.

    Plans from before milestones had codes took what others should wait for from the installer: that
    money has its day too.
    """
    found: dict[int, int] = defaultdict(int)
    is_older = not settlement.releases.exclude(code="").exists()
    for line in outcome_of(settlement).releases:
        if line.party == WORKER or is_older:
            found[line.who or settlement.installer_id] += line.amount_fen
    return found

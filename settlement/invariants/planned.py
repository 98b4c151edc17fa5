"""What must always be true of milestones: they plan what the rules hold back, to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from common.invariants import invariant
from settlement.engine.result import WORKER
from settlement.explaining import outcome_of
from settlement.invariants.held_base import plain_base
from settlement.invariants.settlements import ACTIVE
from settlement.models import Release, RuleSetVersion, Settlement, SettlementLine

Sums = dict[int, dict[int, int]]
"""Fen by settlement and installer."""


@invariant(
    "I5", "What is planned for release is each installer's part, or what the rules hold back"
)
def releases_are_as_planned() -> Iterator[str]:
    """Releases by installer against their lines; where rules hold back less, against the rules."""
    ids = sorted({*_planned_otherwise(), *_shared_otherwise()})
    releases = Release.objects.filter(settlement__in=ids)
    planned = _planned(releases)
    coded = set(releases.exclude(code="").values_list("settlement_id", flat=True))
    rows = Settlement.objects.filter(pk__in=ids).select_related("version")
    for settlement in rows.order_by("pk").iterator(chunk_size=500):
        found = planned.get(settlement.pk, {})
        due = _held_back(settlement, is_older=settlement.pk not in coded)
        for who in sorted({*found, *due}):
            fen, want = found.get(who, 0), due.get(who, 0)
            if fen != want:
                yield (
                    f"settlement {settlement.pk}, installer {who}: {fen} fen are planned for "
                    f"release, {want} fen are due"
                )


def _planned_otherwise() -> Iterator[int]:
    """Settlements of which another sum is planned than their installers get.

    Where the rules hold back plain components alone, such as labour, another sum than their lines:
    a company with such rules would have every order computed again otherwise.
    """
    found = Settlement.objects.filter(status=ACTIVE).annotate(planned=Sum("releases__amount_fen"))
    found = found.exclude(planned=None).exclude(planned=F("gross_fen"))
    versions = set(found.order_by().values_list("version_id", flat=True).distinct())
    bodies = RuleSetVersion.objects.filter(pk__in=versions).values_list("pk", "body")
    plain = {pk: base for pk, body in bodies.iterator() if (base := plain_base(body)) is not None}
    on_site = Q(facts__has_key="charged_fen") & ~Q(facts__charged_fen=0)
    yield from found.filter(on_site | ~Q(version__in=plain)).values_list("pk", flat=True)
    for version, base in plain.items():
        rows = found.exclude(on_site).filter(version=version).annotate(due=_lines_of(base))
        yield from rows.exclude(planned=F("due")).values_list("pk", flat=True)


def _lines_of(base: Mapping[str, int]) -> Coalesce:
    """What a settlement's lines of some components sum up to, each so many times."""
    times = Case(*[When(code=code, then=Value(n)) for code, n in base.items()])
    lines = SettlementLine.objects.filter(
        settlement=OuterRef("pk"), party_role=WORKER, code__in=list(base)
    )
    sums = lines.order_by().values("settlement").annotate(due=Sum(F("amount_fen") * times))
    return Coalesce(
        Subquery(sums.values("due"), output_field=BigIntegerField()),
        Value(0),
        output_field=BigIntegerField(),
    )


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


def _held_back(settlement: Settlement, *, is_older: bool) -> dict[int, int]:
    """What the settlement's rules hold back of its facts, by installer.

    Plans from before milestones had codes took what others should wait for from the installer: that
    money has its day too.
    """
    found: dict[int, int] = defaultdict(int)
    for line in outcome_of(settlement).releases:
        if line.party == WORKER or is_older:
            found[line.who or settlement.installer_id] += line.amount_fen
    return found

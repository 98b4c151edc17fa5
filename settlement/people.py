"""Who was paid for an order: the installer it was settled for, or several people who share it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from settlement.engine.crew import part_words
from settlement.engine.result import WORKER
from settlement.models import Settlement, SettlementLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from accounts.models import Installer
    from workorders.models import WorkOrder

ACTIVE = Settlement.Status.ACTIVE


@dataclass(frozen=True, slots=True)
class PersonShare:
    """What one of several people got of an order, and why this part."""

    installer_id: int | None
    name: str
    words: str
    amount_fen: int


def shared_lines() -> QuerySet[SettlementLine]:
    """Return the lines several people share; few, and kept in an index of their own."""
    return SettlementLine.objects.filter(
        because__has_key="who", party_role=WORKER, settlement__status=ACTIVE
    )


def own_lines(*, installer: Installer) -> QuerySet[SettlementLine]:
    """Return an installer's own lines, also of orders others were settled for."""
    return SettlementLine.objects.filter(payee__installer=installer, party_role=WORKER)


def own_settlements(
    *, installer: Installer, first: date, last: date
) -> QuerySet[Settlement, Settlement]:
    """Return the active settlements somebody has a part in, each with it as `own_fen`.

    Of the orders completed from the first to the last day.
    """
    days = Q(settlement__done_on__range=(first, last))
    shared = shared_lines().filter(days, payee__installer=installer)
    # The ids are few and read first: a join would look at everybody's orders of these days.
    ids = list(shared.values_list("settlement_id", flat=True).distinct())
    found = Settlement.objects.filter(status=ACTIVE, done_on__range=(first, last))
    own = own_lines(installer=installer).filter(settlement=OuterRef("pk")).order_by()
    part = own.values("settlement").annotate(total=Sum("amount_fen")).values("total")
    return (
        found.filter(Q(installer=installer) | Q(pk__in=ids))
        .annotate(own_fen=Subquery(part))
        .exclude(own_fen=None)
    )


def earned_between(*, installer_ids: Iterable[int], first: date, last: date) -> dict[int, int]:
    """Return fen by installer id of the jobs completed from the first to the last day; two queries.

    Of a shared order everybody has their own part.
    """
    wanted = set(installer_ids)
    days = {"done_on__range": (first, last), "status": ACTIVE}
    whole = Settlement.objects.filter(installer__in=wanted, **days)
    earned: dict[int, int] = defaultdict(int)
    for installer_id, fen in whole.values_list("installer_id").annotate(Sum("gross_fen")):
        earned[installer_id] += int(fen)
    shared = shared_lines().filter(settlement__done_on__range=(first, last))
    parts = shared.order_by().values_list("settlement__installer_id", "payee__installer_id")
    for lead, who, fen in parts.annotate(Sum("amount_fen")):
        earned[lead] -= int(fen)
        earned[who] += int(fen)
    return {who: fen for who, fen in earned.items() if who in wanted}


def shares_of(settlement: Settlement) -> list[PersonShare]:
    """Return what each of several people got, as the lines say; empty where one has all of it."""
    sums: dict[int, int] = defaultdict(int)
    words: dict[int, tuple[str, str, int | None]] = {}
    lines = settlement.lines.filter(because__has_key="who", party_role=WORKER).select_related(
        "payee"
    )
    for line in lines.order_by("seq"):
        if line.payee is None:
            continue
        sums[line.payee.pk] += line.amount_fen
        reason = part_words(line.because["shared"], _)
        words[line.payee.pk] = (line.payee.name, reason, line.payee.installer_id)
    return [
        PersonShare(installer_id, name, reason, sums[pk])
        for pk, (name, reason, installer_id) in words.items()
    ]


def earners_of(settlement_id: int) -> list[int]:
    """Return the ids of the installers a settlement pays."""
    lines = SettlementLine.objects.filter(settlement=settlement_id, party_role=WORKER)
    found = lines.filter(payee__installer__isnull=False).order_by()
    ids = found.values_list("payee__installer_id", flat=True).distinct()
    return sorted(int(pk) for pk in ids if pk is not None)


def settled_shares(order: WorkOrder) -> dict[int, int] | None:
    """Return what each person got of a settled order, by installer id; None while it is not."""
    settlement = Settlement.objects.filter(work_order=order, status=ACTIVE).first()
    if settlement is None:
        return None
    lines = settlement.lines.filter(party_role=WORKER, payee__installer__isnull=False)
    sums = lines.order_by().values_list("payee__installer_id").annotate(Sum("amount_fen"))
    return {int(who or 0): int(fen) for who, fen in sums}

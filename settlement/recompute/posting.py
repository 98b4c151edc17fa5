"""One order's difference in the books: what each account holds of it, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import prefetch_related_objects

from common import clock
from common.outbox import announce_all
from settlement.events import SettlementReversed, WorkOrderResettled
from settlement.explaining import engine_line
from settlement.ledger import Draft, post_all
from settlement.models import JournalEntry, Party, Release, Settlement
from settlement.models import SettlementLine as StoredLine
from settlement.recompute.planning import planned_again
from settlement.services.parties import installer_party, payees
from settlement.services.rules_in_force import compiled
from settlement.services.storing import (
    INSTALLER,
    Standing,
    legs,
    line_row,
    standing,
    standing_of,
)
from workorders.milestones import milestone_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settlement.engine.result import Outcome
    from settlement.models import RuleSetVersion
    from workorders.models import WorkOrder

DIFFERENCE = "difference"
MONEY = ("lines__payee", "releases__payee")
"""What of a settlement is read before its difference can be posted."""


def payees_again(order: WorkOrder, active: Settlement, outcome: Outcome) -> dict[str, Party]:
    """Return the payees the order was settled with; others only for parties new to it."""
    prefetch_related_objects([active], *MONEY)
    to = {engine_line(line).payee: line.payee for line in active.lines.all() if line.payee}
    missing = {INSTALLER, *outcome.payees} - set(to)
    return payees(missing, order, order.installer or active.installer) | to


class Worth(NamedTuple):
    """What a locked order, settled actively, is worth by other rules or facts, and to whom."""

    order: WorkOrder
    active: Settlement
    version: RuleSetVersion
    outcome: Outcome
    to: dict[str, Party]
    source_key: str


def post_differences(found: Sequence[Worth]) -> list[JournalEntry]:
    """Replace locked orders' settlements by other outcomes and post only what changes.

    An entry goes into the period of what it corrects while that is open, else into the first open
    one after it. Money that was released stays released: a smaller part is then taken off the
    available balance, which may leave a debt; what still waits is set to its new amount.
    """
    corrected = entries_of([each.order.pk for each in found])
    reached = milestone_days(each.order for each in found)
    plans = [
        planned_again(each.active, each.outcome, each.to, reached[each.order.pk]) for each in found
    ]
    entries = post_all(
        _draft(each, plan, corrected.get(each.order.pk))
        for each, plan in zip(found, plans, strict=True)
    )
    _replace(found, plans, entries)
    return entries


def _draft(each: Worth, plan: list[Release], corrects: JournalEntry | None) -> Draft:
    before, after = _before(each.active, each.to), standing(each.outcome, plan, each.to)
    change = {
        key: after.get(key, 0) - before.get(key, 0) for key in dict.fromkeys([*before, *after])
    }
    return Draft(
        kind=DIFFERENCE,
        source_key=each.source_key,
        legs=legs(change, _parties(each.active, each.to)),
        day=corrects.period.starts_on if corrects else each.active.done_on,
        work_order=each.order,
        corrects=corrects,
    )


def entries_of(order_ids: list[int]) -> dict[int | None, JournalEntry]:
    """The entries orders were settled by, which nothing has taken back, by order."""
    found = JournalEntry.objects.filter(work_order__in=order_ids, kind="settlement")
    standing_ones = found.exclude(corrections__kind="reversal").select_related("period")
    return {entry.work_order_id: entry for entry in standing_ones.order_by("pk")}


def _parties(active: Settlement, to: dict[str, Party]) -> list[Party]:
    held = [*(line.payee for line in active.lines.all())]
    held += [part.payee for part in active.releases.all()]
    return [*to.values(), *(party for party in held if party is not None)]


def _before(active: Settlement, to: dict[str, Party]) -> Standing:
    lines = active.lines.all()
    shares = [(line.payee_id, line.amount_fen) for line in lines if line.payee_id is not None]
    mine = installer_party(active.installer).pk
    planned = [(part.payee_id or mine, part) for part in active.releases.all()]
    return standing_of(to["clearing"].pk, active.paid_fen, shares, planned)


def _replace(
    found: Sequence[Worth], plans: list[list[Release]], entries: list[JournalEntry]
) -> None:
    """Make the new settlements the active ones; the old ones and their lines stay as they were."""
    old = [each.active.pk for each in found]
    Settlement.objects.filter(pk__in=old).update(status=Settlement.Status.REVERSED)
    now = clock.now()
    fresh = Settlement.objects.bulk_create(
        Settlement(
            work_order_id=each.active.work_order_id,
            installer_id=each.active.installer_id,
            version=each.version,
            estimate_id=each.active.estimate_id,
            period=entry.period,
            facts=each.outcome.facts.plain(),
            facts_sha=each.outcome.facts_sha,
            paid_fen=each.outcome.total_fen,
            gross_fen=each.outcome.totals.get(INSTALLER, 0),
            provisional=each.outcome.provisional,
            done_on=each.active.done_on,
            settled_at=now,
        )
        for each, entry in zip(found, entries, strict=True)
    )
    for settlement, plan in zip(fresh, plans, strict=True):
        for part in plan:
            part.settlement = settlement
    Release.objects.bulk_create(part for plan in plans for part in plan)
    StoredLine.objects.bulk_create(
        line_row(settlement, line, each.to.get(line.payee), rules.label_of(line.code))
        for settlement, each in zip(fresh, found, strict=True)
        for rules in [compiled(each.version)]
        for line in each.outcome.lines
    )
    announce_all(
        event
        for settlement, each in zip(fresh, found, strict=True)
        for event in (
            SettlementReversed(each.active.pk, each.active.work_order_id),
            WorkOrderResettled(settlement.pk, each.active.work_order_id, each.active.installer_id),
        )
    )

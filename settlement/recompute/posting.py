"""One order's difference in the books: what each account holds of it, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from settlement.events import SettlementReversed, WorkOrderSettled
from settlement.explaining import engine_line
from settlement.ledger import post
from settlement.models import JournalEntry, Party, Release, Settlement
from settlement.models import SettlementLine as StoredLine
from settlement.services.parties import installer_party, payees
from settlement.services.rules_in_force import compiled
from settlement.services.storing import (
    INSTALLER,
    Standing,
    legs,
    line_row,
    release_rows,
    standing,
    standing_of,
)

if TYPE_CHECKING:
    from settlement.engine.result import Outcome
    from settlement.models import RuleSetVersion
    from workorders.models import WorkOrder

DIFFERENCE = "difference"


def payees_again(order: WorkOrder, active: Settlement, outcome: Outcome) -> dict[str, Party]:
    """Return the payees the order was settled with; others only for parties new to it."""
    lines = active.lines.exclude(payee=None).select_related("payee")
    to = {engine_line(line).payee: line.payee for line in lines if line.payee is not None}
    missing = {INSTALLER, *outcome.payees} - set(to)
    if order.installer is None:
        raise ValueError(f"work order {order.pk} has no installer")
    return payees(missing, order, order.installer) | to


def post_difference(
    *,
    order: WorkOrder,
    active: Settlement,
    version: RuleSetVersion,
    outcome: Outcome,
    to: dict[str, Party],
    source_key: str,
) -> JournalEntry:
    """Replace a locked order's settlement by another outcome and post only what changes.

    The entry goes into the period of what it corrects while that is open, else into the first open
    one after it. Money that was released stays released: a smaller part is then taken off the
    available balance, which may leave a debt; what still waits is set to its new amount.
    """
    releases = _releases(active, outcome, to)
    before, after = _before(active, to), standing(outcome, releases, to)
    change = {
        key: after.get(key, 0) - before.get(key, 0) for key in dict.fromkeys([*before, *after])
    }
    entry = _entry_of(order)
    posted = post(
        kind=DIFFERENCE,
        source_key=source_key,
        legs=legs(change, _parties(active, to)),
        day=entry.period.starts_on if entry else active.done_on,
        work_order=order,
        corrects=entry,
    )
    _replace(active, version, outcome, releases, posted, to)
    return posted


def _entry_of(order: WorkOrder) -> JournalEntry | None:
    """The entry the order was settled by, which nothing has taken back."""
    found = JournalEntry.objects.filter(work_order=order, kind="settlement")
    return found.exclude(corrections__kind="reversal").select_related("period").last()


def _parties(active: Settlement, to: dict[str, Party]) -> list[Party]:
    lines = active.lines.exclude(payee=None).select_related("payee")
    planned = active.releases.exclude(payee=None).select_related("payee")
    held = [*(line.payee for line in lines), *(part.payee for part in planned)]
    return [*to.values(), *(party for party in held if party is not None)]


def _releases(active: Settlement, outcome: Outcome, to: dict[str, Party]) -> list[Release]:
    """The new plan; a milestone that was reached before stays reached, for everybody."""
    known = {part.milestone: part for part in active.releases.all()}
    parts = release_rows(outcome, to, active.done_on)
    for part in parts:
        was = known.get(part.milestone)
        if was is not None:
            part.released_at = was.released_at
            # Whoever moved the day by hand had a reason that other rules do not take away.
            part.due_on = was.due_on if part.due_on and was.due_on else part.due_on
    return parts


def _before(active: Settlement, to: dict[str, Party]) -> Standing:
    lines = active.lines.exclude(payee=None).values_list("payee_id", "amount_fen")
    shares = [(int(payee or 0), fen) for payee, fen in lines]
    mine = installer_party(active.installer).pk
    planned = [(part.payee_id or mine, part) for part in active.releases.all()]
    return standing_of(to["clearing"].pk, active.paid_fen, shares, planned)


def _replace(
    active: Settlement,
    version: RuleSetVersion,
    outcome: Outcome,
    releases: list[Release],
    entry: JournalEntry,
    to: dict[str, Party],
) -> None:
    """Make the new settlement the active one; the old one and its lines stay as they were."""
    active.status = Settlement.Status.REVERSED
    active.save(update_fields=["status"])
    settlement = Settlement.objects.create(
        work_order_id=active.work_order_id,
        installer_id=active.installer_id,
        version=version,
        estimate_id=active.estimate_id,
        period=entry.period,
        facts=outcome.facts.plain(),
        facts_sha=outcome.facts_sha,
        paid_fen=outcome.total_fen,
        gross_fen=outcome.totals.get(INSTALLER, 0),
        provisional=outcome.provisional,
        done_on=active.done_on,
        settled_at=clock.now(),
    )
    for part in releases:
        part.settlement = settlement
    Release.objects.bulk_create(releases)
    rules = compiled(version)
    StoredLine.objects.bulk_create(
        line_row(settlement, line, to.get(line.payee), rules.label_of(line.code))
        for line in outcome.lines
    )
    announce(SettlementReversed(active.pk, active.work_order_id))
    announce(WorkOrderSettled(settlement.pk, active.work_order_id, active.installer_id))

"""One order's difference in the books: what each account holds of it, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from settlement.events import SettlementReversed, WorkOrderSettled
from settlement.ledger import Leg, post
from settlement.models import JournalEntry, LedgerAccount, Party, Release, Settlement
from settlement.models import SettlementLine as StoredLine
from settlement.services.parties import Accounts, payees
from settlement.services.releasing import waiting_kind
from settlement.services.rules_in_force import compiled
from settlement.services.storing import INSTALLER, line_row, release_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.engine.result import Outcome
    from settlement.models import RuleSetVersion
    from workorders.models import WorkOrder

DIFFERENCE = "difference"
Kind = LedgerAccount.Kind
Standing = dict[tuple[int, Kind], int]
"""Fen of one order by payee and account."""


def payees_again(order: WorkOrder, active: Settlement, outcome: Outcome) -> dict[str, Party]:
    """Return the payees the order was settled with; others only for parties new to it."""
    lines = active.lines.exclude(payee=None).select_related("payee")
    to = {line.party_role: line.payee for line in lines if line.payee is not None}
    missing = {INSTALLER, *outcome.totals} - set(to)
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
    releases = _releases(active, outcome)
    before, after = _before(active, to), _after(outcome, releases, to)
    parties = _parties(active, to)
    accounts = Accounts(parties.values())
    entry = _entry_of(order)
    posted = post(
        kind=DIFFERENCE,
        source_key=source_key,
        legs=[
            Leg(
                accounts.of(parties[pk], kind), after.get((pk, kind), 0) - before.get((pk, kind), 0)
            )
            for pk, kind in dict.fromkeys([*before, *after])
        ],
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


def _parties(active: Settlement, to: dict[str, Party]) -> dict[int, Party]:
    lines = active.lines.exclude(payee=None).select_related("payee")
    return {party.pk: party for party in [*to.values(), *(line.payee for line in lines)] if party}


def _releases(active: Settlement, outcome: Outcome) -> list[Release]:
    """The new plan; a milestone that was reached before stays reached."""
    known = {part.milestone: part for part in active.releases.all()}
    parts = []
    for seq, line in enumerate(outcome.releases, start=1):
        part = release_row(seq, line, active.done_on)
        was = known.get(part.milestone)
        if was is not None:
            part.released_at = was.released_at
            # Whoever moved the day by hand had a reason that other rules do not take away.
            part.due_on = was.due_on if part.due_on and was.due_on else part.due_on
        parts.append(part)
    return parts


def _before(active: Settlement, to: dict[str, Party]) -> Standing:
    lines = list(active.lines.exclude(payee=None))
    shares = [
        (line.payee_id, line.amount_fen)
        for line in lines
        if line.payee_id is not None and line.party_role != INSTALLER
    ]
    return _standing(to, active.paid_fen, shares, active.gross_fen, active.releases.all())


def _after(outcome: Outcome, releases: list[Release], to: dict[str, Party]) -> Standing:
    shares = [(to[role].pk, fen) for role, fen in outcome.totals.items() if role != INSTALLER]
    gross = outcome.totals.get(INSTALLER, 0)
    return _standing(to, outcome.total_fen, shares, gross, releases)


def _standing(
    to: dict[str, Party],
    paid_fen: int,
    shares: Iterable[tuple[int, int]],
    gross_fen: int,
    releases: Iterable[Release],
) -> Standing:
    mine = to[INSTALLER].pk
    found: Standing = {(to["clearing"].pk, Kind.CLEARING): -paid_fen}
    moves = [(pk, Kind.AVAILABLE, fen) for pk, fen in shares]
    for part in releases:
        kind = Kind.AVAILABLE if part.released_at else waiting_kind(part)
        moves.append((mine, kind, part.amount_fen))
        gross_fen -= part.amount_fen
    moves.append((mine, Kind.AVAILABLE, gross_fen))
    for pk, kind, fen in moves:
        found[pk, kind] = found.get((pk, kind), 0) + fen
    return found


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
        line_row(settlement, line, to.get(line.party), rules.label_of(line.code))
        for line in outcome.lines
    )
    announce(SettlementReversed(active.pk, active.work_order_id))
    announce(WorkOrderSettled(settlement.pk, active.work_order_id, active.installer_id))

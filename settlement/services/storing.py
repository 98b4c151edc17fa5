"""Writes one computed settlement: lines, ledger entry, releases, and the event that tells of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from common import clock
from common.outbox import announce
from settlement.engine.stages import FROM_COMPLETION, waits_for_days
from settlement.events import WorkOrderSettled
from settlement.ledger import Leg, post
from settlement.models import (
    Estimate,
    LedgerAccount,
    Party,
    Release,
    RuleSetVersion,
    Settlement,
    SettlementLine,
)
from settlement.services.parties import Accounts, payees
from settlement.services.releasing import waiting_kind
from settlement.services.rules_in_force import compiled
from workorders.milestones import milestone_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import Installer
    from settlement.engine.result import Line, Outcome
    from workorders.models import WorkOrder

INSTALLER = "installer"
Kind = LedgerAccount.Kind
Standing = dict[tuple[int, Kind], int]
"""Fen of one order by payee and account."""


class Done(NamedTuple):
    """Who completed an order, and on which day."""

    installer: Installer
    on: date


def store(order: WorkOrder, version: RuleSetVersion, outcome: Outcome, done: Done) -> Settlement:
    """Store the outcome of a locked order that was completed as its active settlement."""
    installer, done_on = done.installer, done.on
    rules = compiled(version)
    to = payees({INSTALLER, *outcome.payees}, order, installer)
    releases = release_rows(outcome, to, done_on, _days_reached(order, outcome))
    run = Settlement.objects.filter(work_order=order).count() + 1
    entry = post(
        kind="settlement",
        source_key=f"settlement:{order.pk}:{run}",
        legs=legs(standing(outcome, releases, to), to.values()),
        day=done_on,
        work_order=order,
    )
    settlement = Settlement.objects.create(
        work_order=order,
        installer=installer,
        version=version,
        estimate=Estimate.objects.filter(work_order=order, installer=installer).last(),
        period=entry.period,
        facts=outcome.facts.plain(),
        facts_sha=outcome.facts_sha,
        paid_fen=outcome.total_fen,
        gross_fen=outcome.totals.get(INSTALLER, 0),
        provisional=outcome.provisional,
        done_on=done_on,
        settled_at=clock.now(),
    )
    for part in releases:
        part.settlement = settlement
    Release.objects.bulk_create(releases)
    SettlementLine.objects.bulk_create(
        line_row(settlement, line, to.get(line.payee), rules.label_of(line.code))
        for line in outcome.lines
    )
    announce(WorkOrderSettled(settlement.pk, order.pk, installer.pk))
    return settlement


def _days_reached(order: WorkOrder, outcome: Outcome) -> Mapping[str, date]:
    """The day of each stage that days are counted from; asked for only where one may be."""
    stages = {line.because["stage"] for line in outcome.releases}
    if order.completed_at is None:
        # Work that was paid back reaches nothing any more: what is left of it waits for no stage.
        return dict.fromkeys(stages, clock.business_day())
    stages = {line.because["stage"] for line in outcome.releases if "after_days" in line.because}
    return milestone_days([order])[order.pk] if stages - FROM_COMPLETION else {}


def release_rows(
    outcome: Outcome, to: Mapping[str, Party], done_on: date, reached: Mapping[str, date]
) -> list[Release]:
    """Return the unsaved releases of an outcome, without their settlement.

    `reached` says on which day stages after completion were reached. What rules of old planned for
    other payees is left out: only an installer has waiting money.
    """
    return [
        _release_row(seq, line, to[line.payee], done_on, reached)
        for seq, line in enumerate(outcome.releases, start=1)
        if line.party == INSTALLER
    ]


def _release_row(
    seq: int, line: Line, payee: Party, done_on: date, reached: Mapping[str, date]
) -> Release:
    days, stage = line.because.get("after_days"), str(line.because["stage"])
    since = done_on if stage in FROM_COMPLETION else reached.get(stage)
    part = Release(
        seq=seq,
        payee=payee,
        code=line.code,
        milestone=stage,
        label=str(line.because["label"]),
        amount_fen=line.amount_fen,
        after_days=days,
        due_on=since + timedelta(days=days) if since and days else None,
    )
    is_over = part.due_on is not None and part.due_on <= clock.business_day()
    at_once = line.because["reached"] or (stage in reached and not waits_for_days(stage, days))
    if at_once or is_over:
        part.released_at = clock.now()
    return part


def line_row(settlement: Settlement, line: Line, payee: Party | None, label: str) -> SettlementLine:
    """Return an unsaved line."""
    return SettlementLine(
        settlement=settlement,
        seq=line.seq,
        code=line.code,
        party_role=line.party,
        payee=payee,
        rule=line.rule,
        label=label,
        base_fen=line.base_fen,
        rate_num=line.rate_num,
        rate_den=line.rate_den,
        amount_fen=line.amount_fen,
        because=dict(line.because),
        provisional=line.provisional,
    )


def standing(outcome: Outcome, releases: Iterable[Release], to: Mapping[str, Party]) -> Standing:
    """Return what customers paid, and what of it each payee has on which account."""
    shares = [(to[role].pk, fen) for role, fen in outcome.payees.items()]
    planned = [(part.payee_id or to[INSTALLER].pk, part) for part in releases]
    return standing_of(to["clearing"].pk, outcome.total_fen, shares, planned)


def standing_of(
    clearing: int,
    paid_fen: int,
    shares: Iterable[tuple[int, int]],
    planned: Iterable[tuple[int, Release]],
) -> Standing:
    """Return fen by payee and account: what waits for a milestone waits, the rest is available.

    Rules without milestones owe at once; with them every fen has its day (the last is the rest).
    """
    found: Standing = {(clearing, Kind.CLEARING): -paid_fen}
    moves = [(payee, Kind.AVAILABLE, fen) for payee, fen in shares]
    for payee, part in planned:
        kind = Kind.AVAILABLE if part.released_at else waiting_kind(part)
        moves += [(payee, kind, part.amount_fen), (payee, Kind.AVAILABLE, -part.amount_fen)]
    for payee, kind, fen in moves:
        found[payee, kind] = found.get((payee, kind), 0) + fen
    return found


def legs(change: Standing, parties: Iterable[Party]) -> list[Leg]:
    """Return the sides of an entry that makes a change; no side of 0 fen."""
    known = {party.pk: party for party in parties}
    accounts = Accounts(known.values())
    return [Leg(accounts.of(known[pk], kind), fen) for (pk, kind), fen in change.items() if fen]

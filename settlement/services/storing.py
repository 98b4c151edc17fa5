"""Writes one computed settlement: lines, ledger entry, releases, and the event that tells of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
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

if TYPE_CHECKING:
    from settlement.engine.result import Line, Outcome
    from workorders.models import WorkOrder

INSTALLER = "installer"


def store(order: WorkOrder, version: RuleSetVersion, outcome: Outcome) -> Settlement:
    """Store the outcome of a locked, completed order as its active settlement."""
    installer, completed_at = order.installer, order.completed_at
    if installer is None or completed_at is None:
        raise ValueError(f"work order {order.pk} is not complete")
    done_on = clock.business_day(completed_at)
    rules = compiled(version)
    to = payees({INSTALLER, *outcome.totals}, order, installer)
    releases = [
        release_row(seq, line, done_on) for seq, line in enumerate(outcome.releases, start=1)
    ]
    run = Settlement.objects.filter(work_order=order).count() + 1
    entry = post(
        kind="settlement",
        source_key=f"settlement:{order.pk}:{run}",
        legs=_legs(outcome, releases, to),
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
        line_row(settlement, line, to.get(line.party), rules.label_of(line.code))
        for line in outcome.lines
    )
    announce(WorkOrderSettled(settlement.pk, order.pk, installer.pk))
    return settlement


def release_row(seq: int, line: Line, done_on: date) -> Release:
    """Return an unsaved release without its settlement."""
    days = line.because.get("after_days")
    return Release(
        seq=seq,
        milestone=str(line.because["stage"]),
        label=str(line.because["label"]),
        amount_fen=line.amount_fen,
        due_on=done_on + timedelta(days=days) if days else None,
        released_at=clock.now() if line.because.get("reached") else None,
    )


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


def _legs(outcome: Outcome, releases: list[Release], to: dict[str, Party]) -> list[Leg]:
    """What customers paid leaves clearing and reaches every party; installers' by milestone."""
    kinds, accounts = LedgerAccount.Kind, Accounts(to.values())
    legs = [Leg(accounts.of(to["clearing"], kinds.CLEARING), -outcome.total_fen)]
    for role, amount in outcome.totals.items():
        if role != INSTALLER and amount:
            legs.append(Leg(accounts.of(to[role], kinds.AVAILABLE), amount))
    mine = to[INSTALLER]
    for part in releases:
        kind = kinds.AVAILABLE if part.released_at else waiting_kind(part)
        legs.append(Leg(accounts.of(mine, kind), part.amount_fen))
    # Rules without milestones owe at once; with them every fen has its day (the last is the rest).
    unplanned = outcome.totals.get(INSTALLER, 0) - sum(part.amount_fen for part in releases)
    if unplanned:
        legs.append(Leg(accounts.of(mine, kinds.AVAILABLE), unplanned))
    return legs

"""Settles a completed work order to the fen, and takes a settlement back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from common.outbox import announce
from settlement.engine.evaluate import settle
from settlement.events import SettlementReversed, WorkOrderSettled
from settlement.facts import facts_document, job_facts
from settlement.ledger import Leg, post, reverse
from settlement.models import (
    Estimate,
    JournalEntry,
    LedgerAccount,
    Party,
    Release,
    RuleSetVersion,
    Settlement,
    SettlementLine,
)
from settlement.services.parties import account, clearing_party, payees
from settlement.services.problems import Problem, clear_problem, note_problem
from settlement.services.releasing import waiting_kind
from settlement.services.rules_in_force import compiled, version_in_force
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from settlement.engine.result import Line, Outcome

INSTALLER = "installer"


@transaction.atomic
def settle_work_order(*, order_id: int) -> Settlement | None:
    """Store the settlement of a completed order, its ledger entry and its releases; once.

    Returns the active settlement (the existing one on a repeat), or None when the order is not
    complete (any more) or cannot be settled yet; the reason then stands as a visible problem.
    """
    order = (
        WorkOrder.objects.select_for_update(of=("self",))
        .select_related(
            "line__order", "item_version__item", "address", "site_region", "sold_by", "served_by",
            "settled_by__agent", "installer__user", "installer__outlet", "installer__grade",
        )
        .get(pk=order_id)
    )  # fmt: skip
    if existing := order.settlements.filter(status=Settlement.Status.ACTIVE).first():
        return existing
    if order.completed_at is None or order.installer is None:
        return None
    done_on = clock.business_day(order.completed_at)
    version = version_in_force(industry=order.item_version.item.industry, on=done_on)
    if version is None:
        note_problem(order, Problem.NO_RULES)
        return None
    facts = job_facts(order=order, installer=order.installer)
    outcome = settle(compiled(version), facts)
    if problem := _problem_of(outcome, facts.paid_fen or 0):
        note_problem(order, problem, missing=_missing(outcome))
        return None
    clear_problem(order)
    return _store(order, version, outcome, done_on)


def _problem_of(outcome: Outcome, paid_fen: int) -> Problem | None:
    if "no_price" in outcome.flags:
        return Problem.NO_PRICE
    if "no_rule" in outcome.flags:
        return Problem.NO_RULE
    if outcome.total_fen != paid_fen:
        return Problem.UNEVEN
    return None


def _missing(outcome: Outcome) -> list[str]:
    names = [str(n) for line in outcome.lines for n in line.because.get("unknown", ())]
    return list(dict.fromkeys(names))


def _store(
    order: WorkOrder, version: RuleSetVersion, outcome: Outcome, done_on: date
) -> Settlement:
    installer = order.installer
    assert installer is not None  # noqa: S101 - settle_work_order returned before
    to = payees(order, installer)
    settlement = Settlement(
        work_order=order,
        installer=installer,
        version=version,
        estimate=Estimate.objects.filter(work_order=order, installer=installer).last(),
        facts=facts_document(outcome.facts),
        facts_sha=outcome.facts_sha,
        paid_fen=outcome.total_fen,
        gross_fen=outcome.totals.get(INSTALLER, 0),
        provisional=outcome.provisional,
        done_on=done_on,
        settled_at=clock.now(),
    )
    run = Settlement.objects.filter(work_order=order).count() + 1
    releases = [_release(n, line) for n, line in enumerate(outcome.releases, start=1)]
    _fill_due_days(releases, outcome.releases, done_on)
    entry = post(
        kind="settlement",
        source_key=f"settlement:{order.pk}:{run}",
        legs=_legs(settlement, outcome, releases, to),
        day=done_on,
        work_order=order,
    )
    settlement.period = entry.period
    settlement.save(force_insert=True)
    for part in releases:
        part.settlement = settlement
    Release.objects.bulk_create(releases)
    rules = compiled(version)
    SettlementLine.objects.bulk_create(
        _line(settlement, line, to.get(line.party), rules.label_of(line.code))
        for line in outcome.lines
    )
    announce(WorkOrderSettled(settlement.pk, order.pk, installer.pk))
    return settlement


def _release(seq: int, line: Line) -> Release:
    reached = bool(line.because.get("reached"))
    return Release(
        seq=seq,
        milestone=str(line.because["stage"]),
        label=str(line.because["label"]),
        amount_fen=line.amount_fen,
        released_at=clock.now() if reached else None,
    )


def _fill_due_days(releases: list[Release], lines: tuple[Line, ...], done_on: date) -> None:
    for part, line in zip(releases, lines, strict=True):
        if days := line.because.get("after_days"):
            part.due_on = done_on + timedelta(days=days)


def _line(settlement: Settlement, line: Line, payee: Party | None, label: str) -> SettlementLine:
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


def _legs(
    settlement: Settlement, outcome: Outcome, releases: list[Release], to: dict[str, Party]
) -> list[Leg]:
    """What customers paid leaves clearing and reaches every party; installers' by milestone."""
    available, pending = LedgerAccount.Kind.AVAILABLE, LedgerAccount.Kind.PENDING
    legs = [Leg(account(clearing_party(), LedgerAccount.Kind.CLEARING), -settlement.paid_fen)]
    for party, amount in outcome.totals.items():
        if party != INSTALLER:
            legs.append(Leg(account(to[party], available), amount))
    mine = to[INSTALLER]
    for part in releases:
        kind = available if part.released_at else waiting_kind(part)
        legs.append(Leg(account(mine, kind), part.amount_fen))
    unplanned = settlement.gross_fen - sum(part.amount_fen for part in releases)
    legs.append(Leg(account(mine, available if not releases else pending), unplanned))
    return legs


@transaction.atomic
def reverse_settlement(*, order_id: int) -> Settlement | None:
    """Take the active settlement of an order back by opposite entries; None when there is none.

    Nothing is edited: the settlement's own entry and those of its releases are each reversed.
    """
    settlement = (
        Settlement.objects.select_for_update(of=("self",))
        .select_related("work_order")
        .filter(work_order_id=order_id, status=Settlement.Status.ACTIVE)
        .first()
    )
    if settlement is None:
        return None
    for entry in _open_entries(settlement):
        reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=clock.business_day())
    settlement.status = Settlement.Status.REVERSED
    settlement.save(update_fields=["status"])
    announce(SettlementReversed(settlement.pk, order_id))
    return settlement


def _open_entries(settlement: Settlement) -> list[JournalEntry]:
    """Entries of the order that no later entry takes back."""
    return list(
        JournalEntry.objects.filter(work_order_id=settlement.work_order_id, corrections=None)
        .exclude(kind="reversal")
        .order_by("pk")
    )

"""Runs and locks periods for tests, and puts many lines into the books at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import User
from common import clock
from common.outbox import drain
from settlement.ledger import Leg, post
from settlement.models import (
    LedgerAccount,
    Party,
    Settlement,
    SettlementLine,
    Statement,
    StatementPeriod,
    StatementRun,
)
from settlement.services.parties import account, clearing_party
from settlement.services.periods import period_of
from settlement.statements.locking import lock_period
from settlement.statements.run import start_run

BULK = ("bulk",)


def period_now() -> StatementPeriod:
    """The period of today."""
    return period_of(clock.business_day())


def computed(actor: User, period: StatementPeriod | None = None) -> StatementRun:
    """A finished run over all payees."""
    run = start_run(period_id=(period or period_now()).pk, actor=actor)
    drain(queues=BULK, strict=True)
    run.refresh_from_db()
    return run


def locked(actor: User, period: StatementPeriod | None = None) -> StatementPeriod:
    """A computed and locked period; its files are not made yet."""
    period = period or period_now()
    computed(actor, period)
    return lock(actor, period)


def lock(actor: User, period: StatementPeriod) -> StatementPeriod:
    """Lock a computed period, with what the background makes anew before."""
    found = lock_period(period_id=period.pk, typed=str(period), actor=actor)
    if found.state == StatementPeriod.State.OPEN:
        drain(queues=BULK, strict=True)
        found.refresh_from_db()
    return found


def statement_of(party: Party) -> Statement:
    """The latest statement of a payee."""
    return Statement.objects.filter(party=party).latest("pk")


def more_lines(settlement: Settlement, party: Party, count: int, *, label: str = "调价") -> None:
    """Give a payee a settlement of many lines, posted as settling does it."""
    amounts = [101 + n for n in range(count)]
    order = settlement.work_order
    run = Settlement.objects.filter(work_order=order).count() + 1
    entry = post(
        kind="settlement",
        source_key=f"settlement:{order.pk}:{run}",
        legs=[
            Leg(account(clearing_party(), LedgerAccount.Kind.CLEARING), -sum(amounts)),
            Leg(account(party, LedgerAccount.Kind.AVAILABLE), sum(amounts)),
        ],
        day=settlement.done_on,
        work_order=order,
    )
    copy = Settlement.objects.get(pk=settlement.pk)
    copy.pk, copy.status, copy.period = None, Settlement.Status.REVERSED, entry.period
    copy.paid_fen = copy.gross_fen = sum(amounts)
    copy.save(force_insert=True)
    SettlementLine.objects.bulk_create(
        SettlementLine(
            settlement=copy, seq=n, code="DIST", party_role="installer", payee=party,
            rule="DIST-EACH5", label=label, base_fen=amount * 10, rate_num=1_000, rate_den=10_000,
            amount_fen=amount, because={"how": "percent", "of": ["labour"]},
        )
        for n, amount in enumerate(amounts, start=1)
    )  # fmt: skip


def adjust(
    party: Party, amount_fen: int, *, day: date | None = None, key: str = "adjust:1"
) -> None:
    """An entry no rule made."""
    with transaction.atomic():
        post(
            kind="adjustment",
            source_key=key,
            legs=[
                Leg(account(clearing_party(), LedgerAccount.Kind.CLEARING), -amount_fen),
                Leg(account(party, LedgerAccount.Kind.AVAILABLE), amount_fen),
            ],
            day=day or clock.business_day(),
        )

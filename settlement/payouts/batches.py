"""Payout batches: drafted from what is available, approved by a second person, tied to the ledger.

On approval an amount moves from available to on-its-way, on the bank's answer to paid or back: so
two batches can never hold the same fen, whatever the bank does in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from settlement.headquarters import refuse_outsiders
from settlement.ledger import Leg, post
from settlement.models import (
    LedgerAccount,
    PayeeAccount,
    PayoutBatch,
    PayoutItem,
    StatementPeriod,
)
from settlement.payouts.accounts import item_to
from settlement.payouts.amounts import Payable, payable
from settlement.payouts.funding import plan_batch
from settlement.services.parties import account
from settlement.services.periods import open_period_for, state_held
from settlement.statements.run import who_and_when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from settlement.payouts.answers import Answer

Kind = LedgerAccount.Kind
State = PayoutBatch.State
_NAMES_SHOWN = 5


@transaction.atomic
def draft_payout(*, period_id: int, actor: User, way: str = PayoutBatch.Way.BANK) -> PayoutBatch:
    """Draft a batch of what payees could be paid at the end of a closed period and still can.

    Each transfer keeps the account of now: what is approved is what is paid. Payees without a bank
    account stay out; through WeChat Pay those without a receiver, or whom no customer's payment
    covers. Refused when the period is not closed, when another draft waits, or when there is
    nothing to pay; Conflict when somebody drafts at the same moment.
    """
    refuse_outsiders(actor)
    refuse_unless(way in PayoutBatch.Way.values, "payout.way", _("Choose how to pay"))
    period = StatementPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
    closed = period.state == StatementPeriod.State.CLOSED
    refuse_unless(closed, "payout.not_closed", _("Close the period first, then pay it out"))
    waiting = PayoutBatch.objects.filter(state=State.DRAFT).first()
    if waiting is not None:
        sentence = _("%(batch)s waits for approval already; approve or discard it first")
        raise Refused("payout.draft_waits", sentence % {"batch": waiting.number})
    batch = _opened(period, way, actor)
    if way == PayoutBatch.Way.WECHAT:
        items = plan_batch(batch, payable(period))
        sentence = _("Nobody with a receiver is covered by customers' payments through WeChat Pay")
        refuse_unless(items, "payout.nothing", sentence)
    else:
        items = _bank_items(batch, payable(period))
        sentence = _("Nobody with a bank account has anything to be paid")
        refuse_unless(items, "payout.nothing", sentence)
    total_fen = sum(item.amount_fen for item in items)
    record(actor, "payout.drafted", batch, items=len(items), total_fen=total_fen, way=way)
    return batch


def _opened(period: StatementPeriod, way: str, actor: User) -> PayoutBatch:
    """Open the one draft there may be, of whatever period: all drafts plan with the same money."""
    try:
        with transaction.atomic():
            return PayoutBatch.objects.create(
                period=period, way=way, made_by=actor, made_at=clock.now()
            )
    except IntegrityError as lost:
        sentence = _("Somebody else drafted a payout at the same moment: look at theirs first")
        raise Conflict("payout.draft_waits", sentence) from lost


def _bank_items(batch: PayoutBatch, payees: list[Payable]) -> list[PayoutItem]:
    amounts = {one.party_id: one.amount_fen for one in payees if one.has_account}
    return PayoutItem.objects.bulk_create(
        item_to(where, batch, amounts[where.party_id])
        for where in PayeeAccount.objects.filter(party__in=amounts).order_by("party_id")
    )


@transaction.atomic
def discard_payout(*, batch_id: int, actor: User) -> PayoutBatch:
    """Throw a draft away; Conflict when it is approved already."""
    refuse_outsiders(actor)
    batch = _draft(batch_id)
    batch.state = State.DISCARDED
    batch.save(update_fields=["state"])
    record(actor, "payout.discarded", batch)
    return batch


@transaction.atomic
def approve_payout(*, batch_id: int, actor: User) -> PayoutBatch:
    """Approve a draft as the second person; every amount leaves what is available, or none does.

    Refused for who drafted it, when the period is open again, and when somebody has less available
    than the draft says.
    """
    refuse_outsiders(actor)
    _hold_periods(batch_id)
    batch = _draft(batch_id)
    sentence = _("You drafted this payout yourself: a second person has to approve it")
    refuse_unless(batch.made_by_id != actor.pk, "payout.same_person", sentence)
    items = list(batch.items.select_related("party").order_by("party_id"))
    _refuse_uncovered(items)
    for item in items:
        _move(item, "payout", Kind.AVAILABLE, Kind.TRANSIT)
    PayoutItem.objects.filter(batch=batch).update(state=PayoutItem.State.TRANSIT)
    batch.state, batch.approved_by, batch.approved_at = State.APPROVED, actor, clock.now()
    batch.save(update_fields=["state", "approved_by", "approved_at"])
    record(actor, "payout.approved", batch, items=len(items))
    return batch


def _hold_periods(batch_id: int) -> None:
    """Share the batch's period, which has to be closed, and the one the entries will go into.

    Before any account: locking a period holds its row, then posts bonuses to the same accounts.
    """
    period = StatementPeriod.objects.get(payouts=batch_id)
    closed = state_held(period) == StatementPeriod.State.CLOSED
    sentence = _("%(period)s is open again: discard this draft, close the period and draft anew")
    refuse_unless(closed, "payout.not_closed", sentence % {"period": period})
    open_period_for(clock.business_day())


def _draft(batch_id: int) -> PayoutBatch:
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state == State.DRAFT:
        return batch
    if batch.state == State.DISCARDED:
        raise Conflict("payout.discarded", _("This draft was discarded"))
    sentence = _("%(who)s has approved this payout already (%(at)s)")
    raise Conflict("payout.approved", sentence % who_and_when(batch.approved_by, batch.approved_at))


def _refuse_uncovered(items: list[PayoutItem]) -> None:
    """Hold the available accounts in order and compare; nobody draws on them until the commit."""
    parties = [item.party_id for item in items]
    held = LedgerAccount.objects.select_for_update().filter(party__in=parties, kind=Kind.AVAILABLE)
    list(held.order_by("pk").values_list("pk"))
    covered = {one.party_id: one.amount_fen for one in payable(None, parties=parties)}
    short = [item.party.name for item in items if covered.get(item.party_id, 0) < item.amount_fen]
    if short:
        sentence = _("Less is available than the draft says: %(names)s. Discard it and draft anew.")
        raise Refused("payout.uncovered", sentence % {"names": _(", ").join(short[:_NAMES_SHOWN])})


def _move(
    item: PayoutItem, kind: str, source: Kind, target: Kind, part_fen: int | None = None
) -> None:
    fen = item.amount_fen if part_fen is None else part_fen
    post(
        kind=kind,
        source_key=f"{kind}:{item.pk}",
        legs=[
            Leg(account(item.party, source), -fen),
            Leg(account(item.party, target), fen),
        ],
        day=clock.business_day(),
    )


@transaction.atomic
def mark_exported(*, batch_id: int, actor: User) -> PayoutBatch:
    """Note that the bank's file was handed out; again and again the same file, never a new item."""
    refuse_outsiders(actor)
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    approved = batch.state in {State.APPROVED, State.EXPORTED}
    is_bank = batch.way == PayoutBatch.Way.BANK
    sentence = _("Only an approved payout goes to the bank")
    refuse_unless(approved and is_bank, "payout.not_approved", sentence)
    if batch.state == State.APPROVED:
        batch.state, batch.exported_at = State.EXPORTED, clock.now()
        batch.save(update_fields=["state", "exported_at"])
    record(actor, "payout.exported", batch)
    return batch


@transaction.atomic
def settle_items(*, batch_id: int, results: dict[int, Answer], actor: User) -> int:
    """Take in the bank's answers by item id; return how many were news.

    An item that has its answer keeps it: the same answer again changes nothing, another one is a
    Conflict. Only a return may follow a payment, days later: the money is available again. The
    batch is done when every item has an answer.
    """
    refuse_outsiders(actor)
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    exported = batch.state in {State.EXPORTED, State.DONE}
    sentence = _("WeChat Pay answers for itself; there is no bank's answer to take in")
    refuse_unless(batch.way == PayoutBatch.Way.BANK, "payout.way", sentence)
    refuse_unless(exported, "payout.not_exported", _("Hand the file to the bank first"))
    items = batch.items.select_for_update(of=("self",)).select_related("party")
    changed = [
        _settle(item, results[item.pk])
        for item in items.filter(pk__in=results).order_by("pk")
        if not _answered(item, results[item.pk])
    ]
    close_when_answered(batch)
    record(actor, "payout.answered", batch, items=len(changed))
    return len(changed)


def settle_partly(item: PayoutItem, *, paid_fen: int, reason: str) -> None:
    """Post what of a transfer arrived and what came back; each at most once."""
    back_fen = item.amount_fen - paid_fen
    states = PayoutItem.State
    if paid_fen:
        _move(item, "payout-paid", Kind.TRANSIT, Kind.PAID, paid_fen)
    if back_fen:
        _move(item, "payout-failed", Kind.TRANSIT, Kind.AVAILABLE, back_fen)
    item.state = states.CONFIRMED if not back_fen else states.PARTLY if paid_fen else states.FAILED
    item.reason, item.decided_at = reason[:120], clock.now()
    item.save(update_fields=["state", "reason", "decided_at"])


def close_when_answered(batch: PayoutBatch) -> None:
    """Note that a batch is done when no transfer of it is on its way."""
    if not batch.items.filter(state=PayoutItem.State.TRANSIT).exists():
        batch.state = State.DONE
        batch.save(update_fields=["state"])


def _answered(item: PayoutItem, answer: Answer) -> bool:
    states = PayoutItem.State
    if item.state == states.TRANSIT or (item.state == states.CONFIRMED and answer.is_return):
        return False
    if (item.state == states.FAILED) == bool(answer.reason):
        return True
    sentence = _("%(number)s has another answer already: %(state)s")
    words = {"number": item.number, "state": item.get_state_display()}
    raise Conflict("payout.answered", sentence % words)


def _settle(item: PayoutItem, answer: Answer) -> PayoutItem:
    if item.state == PayoutItem.State.CONFIRMED:
        _move(item, "payout-returned", Kind.PAID, Kind.AVAILABLE)
    elif answer.reason:
        _move(item, "payout-failed", Kind.TRANSIT, Kind.AVAILABLE)
    else:
        _move(item, "payout-paid", Kind.TRANSIT, Kind.PAID)
    item.state = PayoutItem.State.FAILED if answer.reason else PayoutItem.State.CONFIRMED
    item.reason, item.decided_at = answer.reason[:120], clock.now()
    item.save(update_fields=["state", "reason", "decided_at"])
    return item


def ids_of(items: Iterable[PayoutItem]) -> dict[str, int]:
    """Return item ids by the number the bank knows them under."""
    return {item.number: item.pk for item in items}

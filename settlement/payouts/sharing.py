"""Paying a batch through profit sharing: sent, asked for, settled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from settlement.models import PayoutBatch, PayoutItem, Share
from settlement.payouts.accounts import item_number
from settlement.payouts.batches import close_when_answered, settle_partly
from settlement.payouts.events import SharesDue
from settlement.payouts.gateway import Receiver, ShareRequest, SharingRefusedError, gateway
from settlement.statements.run import refuse_outsiders

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.payouts.gateway import SharingGateway

State = Share.State
ASKED_AGAIN = timedelta(seconds=20)


@transactional
def send_shares(*, batch_id: int, actor: User) -> PayoutBatch:
    """Have an approved batch paid; the requests follow one by one.

    Again: what is still open is asked for at once, under the same numbers.
    """
    refuse_outsiders(actor)
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    states = PayoutBatch.State
    approved = batch.state in {states.APPROVED, states.EXPORTED}
    is_wechat = batch.way == PayoutBatch.Way.WECHAT
    sentence = _("Only an approved payout through WeChat Pay is sent")
    refuse_unless(approved and is_wechat, "payout.not_approved", sentence)
    refuse_unless(gateway(), "payout.no_merchant", _("No WeChat Pay merchant is connected"))
    round_ = 0
    if batch.state == states.APPROVED:
        batch.state, batch.exported_at = states.EXPORTED, clock.now()
        batch.save(update_fields=["state", "exported_at"])
        record(actor, "payout.sent", batch)
    else:
        # A round of its own: the steps of the one that got stuck keep their keys.
        round_ = int(clock.wall_now().timestamp())
    announce(SharesDue(batch.pk, 0, round_), key=f"shares:{batch.pk}:{round_}:0")
    return batch


@transactional
def work_on_shares(*, batch_id: int, after: int, round_: int) -> None:
    """Send or ask for the next payment's shares, then announce the following payment.

    One request in each transaction: what a crash undoes here is asked for again under the same
    number, which WeChat Pay answers with what it did the first time.
    """
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    merchant = gateway()
    open_ones = batch.shares.filter(state__in=[State.PLANNED, State.SENT])
    fund_id = (
        open_ones.filter(fund_id__gt=after).order_by("fund_id").values_list("fund_id", flat=True)
    )
    fund = fund_id.first()
    if merchant is None or batch.state != PayoutBatch.State.EXPORTED:
        return
    if fund is not None:
        _work_on(open_ones.filter(fund_id=fund), merchant)
        announce(SharesDue(batch.pk, fund, round_), key=f"shares:{batch.pk}:{round_}:{fund}")
        return
    close_when_answered(batch)
    if open_ones.exists():
        following = SharesDue(batch.pk, 0, round_ + 1)
        due_at = clock.wall_now() + ASKED_AGAIN * min(round_ + 1, 30)
        announce(following, key=f"shares:{batch.pk}:{round_ + 1}:0", due_at=due_at)


def _work_on(rows: QuerySet[Share], merchant: SharingGateway) -> None:
    found = rows.select_for_update(of=("self",)).select_related(
        "item__batch", "item__party", "fund"
    )
    shares = list(found.order_by("pk"))
    accounts = {share.pk: item_number(share.item) for share in shares}
    is_sent = all(share.state == State.SENT for share in shares)
    sent = shares if is_sent else [s for s in shares if _is_bound(s, accounts[s.pk], merchant)]
    if sent:
        request = _request(sent, accounts)
        try:
            answer = merchant.ask(request) if is_sent else merchant.share(request)
        except SharingRefusedError as refusal:
            # A refused question says nothing about money that may already be on its way.
            if is_sent:
                raise
            for share in sent:
                _decide(share, f"{refusal.message} ({refusal.code})")
        else:
            for share in sent:
                _take_answer(share, answer.results.get(accounts[share.pk]))
    for item in {share.item_id: share.item for share in shares}.values():
        _settle(item)


def _is_bound(share: Share, account: str, merchant: SharingGateway) -> bool:
    """Make the payee known as a receiver; a refusal is an answer about this payee alone."""
    try:
        merchant.bind(_receiver(share, account))
    except SharingRefusedError as refusal:
        _decide(share, f"{refusal.message} ({refusal.code})")
        return False
    return True


def _take_answer(share: Share, reason: str | None) -> None:
    if reason is not None:
        _decide(share, reason)
        return
    share.state = State.SENT
    share.save(update_fields=["state"])


def _receiver(share: Share, account: str) -> Receiver:
    return Receiver(share.item.bank, account, share.item.holder, share.amount_fen)


def _request(shares: list[Share], accounts: dict[int, str]) -> ShareRequest:
    first = shares[0]
    receivers = [_receiver(share, accounts[share.pk]) for share in shares]
    words = f"结算 {first.item.batch.period}"
    return ShareRequest(first.request_number, first.fund.transaction_id, receivers, words)


def _decide(share: Share, reason: str) -> None:
    share.state = State.FAILED if reason else State.PAID
    share.reason, share.decided_at = reason[:120], clock.now()
    share.save(update_fields=["state", "reason", "decided_at"])


def _settle(item: PayoutItem) -> None:
    """Post what became of a transfer once every share of it is decided."""
    rows = item.shares.order_by("pk")
    if item.state != PayoutItem.State.TRANSIT:
        return
    if rows.filter(state__in=[State.PLANNED, State.SENT]).exists():
        return
    paid = rows.filter(state=State.PAID).aggregate(total=Sum("amount_fen"))["total"] or 0
    failed = rows.filter(state=State.FAILED).first()
    settle_partly(item, paid_fen=int(paid), reason=failed.reason if failed else "")

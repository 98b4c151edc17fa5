"""Paying a batch through profit sharing: sent, asked for, settled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce, brought_home
from common.transactions import transactional
from settlement.models import PayoutBatch, PayoutItem, Share
from settlement.payouts.accounts import item_number
from settlement.payouts.batches import close_when_answered, settle_partly
from settlement.payouts.events import SharesDue
from settlement.payouts.gateway import Receiver, ShareRequest, SharingRefusedError, gateway
from settlement.statements.run import refuse_outsiders

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.payouts.gateway import ShareAnswer, SharingGateway

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


def work_on_shares(*, batch_id: int, after: int, round_: int) -> None:
    """Send or ask for the next payment's shares, then announce the following payment.

    No transaction is open while WeChat Pay is asked. Before a request goes out it is written down
    who is in it: whatever happens on the way, the same number never stands for anybody else, and
    WeChat Pay answers a number it knows with what it did the first time.
    """
    merchant = gateway()
    batch = PayoutBatch.objects.get(pk=batch_id)
    if merchant is None or batch.state != PayoutBatch.State.EXPORTED:
        return
    fund_id = _open(batch).filter(fund_id__gt=after).order_by("fund_id").values_list("fund_id")
    fund = fund_id.first()
    answers = {} if fund is None else _answers(batch, fund[0], merchant)
    with brought_home():
        batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
        if fund is not None:
            _take_in(batch, fund[0], answers)
            key = f"shares:{batch.pk}:{round_}:{fund[0]}"
            announce(SharesDue(batch.pk, fund[0], round_), key=key)
            return
        close_when_answered(batch)
        if _open(batch).exists():
            following = SharesDue(batch.pk, 0, round_ + 1)
            due_at = clock.wall_now() + ASKED_AGAIN * min(round_ + 1, 30)
            announce(following, key=f"shares:{batch.pk}:{round_ + 1}:0", due_at=due_at)


def _open(batch: PayoutBatch) -> QuerySet[Share]:
    return batch.shares.filter(state__in=[State.PLANNED, State.SENT])


def _of_fund(batch: PayoutBatch, fund: int) -> list[Share]:
    found = _open(batch).filter(fund_id=fund).select_related("item__batch", "item__party", "fund")
    return list(found.order_by("pk"))


def _answers(batch: PayoutBatch, fund: int, merchant: SharingGateway) -> dict[int, str]:
    """Send a payment's shares, or ask what became of those that were sent.

    By share "" for paid, else why not; those at work are left out.
    """
    shares = _of_fund(batch, fund)
    planned = [share for share in shares if share.state == State.PLANNED]
    sent = _write_down(batch, planned, _unknown_payees(planned, merchant)) if planned else []
    if sent:
        return _sent(sent, merchant)
    # Whatever was decided before this reading was not in the air: a number that never arrived is
    # sent again for exactly these.
    shares = _of_fund(batch, fund)
    if not shares:
        return {}
    # A refused question says nothing about money that may already be on its way: it is raised.
    answer = merchant.ask(_request(shares))
    return _sent(shares, merchant) if answer is None else _by_share(shares, answer)


def _sent(shares: list[Share], merchant: SharingGateway) -> dict[int, str]:
    request = _request(shares)
    try:
        return _by_share(shares, merchant.share(request))
    except SharingRefusedError as refusal:
        # Of a number that arrived before, the repetition is refused and the money may be on its way.
        known = merchant.ask(request)
        if known is not None:
            return _by_share(shares, known)
        return {share.pk: f"{refusal.message} ({refusal.code})" for share in shares}


def _by_share(shares: list[Share], answer: ShareAnswer) -> dict[int, str]:
    accounts = {share.pk: item_number(share.item) for share in shares}
    return {pk: answer.results[one] for pk, one in accounts.items() if one in answer.results}


def _unknown_payees(shares: list[Share], merchant: SharingGateway) -> dict[int, str]:
    """Make the payees known as receivers; a refusal is an answer about this payee alone."""
    refused: dict[int, str] = {}
    for share in shares:
        try:
            merchant.bind(_receiver(share))
        except SharingRefusedError as refusal:
            refused[share.pk] = f"{refusal.message} ({refusal.code})"
    return refused


@transactional
def _write_down(batch: PayoutBatch, shares: list[Share], refused: dict[int, str]) -> list[Share]:
    """Fix who is in the request and return them; who comes second finds nothing planned any more."""
    PayoutBatch.objects.select_for_update().get(pk=batch.pk)
    planned = Share.objects.filter(pk__in=[share.pk for share in shares], state=State.PLANNED)
    found = list(planned.select_related("item__batch", "item__party", "fund").order_by("pk"))
    for share in found:
        if share.pk in refused:
            _decide(share, refused[share.pk])
            _settle(share.item)
    planned.update(state=State.SENT)
    return [share for share in found if share.pk not in refused]


def _take_in(batch: PayoutBatch, fund: int, answers: dict[int, str]) -> None:
    """Write what was said about shares that are still undecided."""
    decided = [share for share in _of_fund(batch, fund) if share.pk in answers]
    for share in decided:
        _decide(share, answers[share.pk])
    for item in {share.item_id: share.item for share in decided}.values():
        _settle(item)


def _receiver(share: Share) -> Receiver:
    return Receiver(share.item.bank, item_number(share.item), share.item.holder, share.amount_fen)


def _request(shares: list[Share]) -> ShareRequest:
    first = shares[0]
    receivers = [_receiver(share) for share in shares]
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

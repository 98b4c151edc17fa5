"""Paying a batch through profit sharing: sent, asked for, settled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce, brought_home
from common.transactions import transactional
from settlement.headquarters import refuse_outsiders
from settlement.models import PayoutBatch
from settlement.payouts.batches import close_when_answered
from settlement.payouts.events import SharesDue
from settlement.payouts.gateway import gateway
from settlement.payouts.requests import answers_of
from settlement.payouts.shares import decide, open_shares, settle_item, shares_of

if TYPE_CHECKING:
    from accounts.models import User

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
    fund_id = (
        open_shares(batch).filter(fund_id__gt=after).order_by("fund_id").values_list("fund_id")
    )
    fund = fund_id.first()
    answers = {} if fund is None else answers_of(batch, fund[0], merchant)
    with brought_home():
        batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
        if fund is not None:
            _take_in(batch, fund[0], answers)
            key = f"shares:{batch.pk}:{round_}:{fund[0]}"
            announce(SharesDue(batch.pk, fund[0], round_), key=key)
            return
        close_when_answered(batch)
        if open_shares(batch).exists():
            following = SharesDue(batch.pk, 0, round_ + 1)
            due_at = clock.wall_now() + ASKED_AGAIN * min(round_ + 1, 30)
            announce(following, key=f"shares:{batch.pk}:{round_ + 1}:0", due_at=due_at)


def _take_in(batch: PayoutBatch, fund: int, answers: dict[int, str]) -> None:
    """Write what was said about shares that are still undecided."""
    decided = [share for share in shares_of(batch, fund) if share.pk in answers]
    for share in decided:
        decide(share, answers[share.pk])
    for item in {share.item_id: share.item for share in decided}.values():
        settle_item(item)

"""One payment's shares at WeChat Pay: the request goes out, and what became of it is asked for.

Several workers may be at the same request. A copy is written down (`sent_at`) before it goes out,
and no other one goes while it may be on its way. A refusal is written down too and decides nothing:
from then on no copy goes out any more, and a later look that asks what WeChat Pay knows decides.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from common.transactions import transactional
from settlement.models import PayoutBatch, Share
from settlement.payouts.accounts import item_number
from settlement.payouts.gateway import Receiver, ShareRequest, SharingRefusedError
from settlement.payouts.shares import State, decide, settle_item, shares_of

if TYPE_CHECKING:
    from settlement.payouts.gateway import ShareAnswer, SharingGateway

ON_ITS_WAY = timedelta(minutes=3)
"""How long a copy without an answer may still arrive: far longer than a call lasts."""


def answers_of(batch: PayoutBatch, fund: int, merchant: SharingGateway) -> dict[int, str]:
    """Send a payment's shares, or ask what became of those that were sent.

    By share "" for paid, else why not; those nobody knows about yet are left out.
    """
    planned = [share for share in shares_of(batch, fund) if share.state == State.PLANNED]
    sent = _write_down(batch, planned, _unknown_payees(planned, merchant)) if planned else []
    if sent:
        return _sent(sent, merchant)
    # Whatever was decided before this reading was not in the air: a number that never arrived is
    # sent again for exactly these.
    shares = shares_of(batch, fund)
    if not shares:
        return {}
    # A refused question says nothing about money that may already be on its way: it is raised.
    answer = merchant.ask(_request(shares))
    if answer is not None:
        return _by_share(shares, answer)
    if all(share.reason for share in shares):
        return {share.pk: share.reason for share in shares}
    again = _write_down_again(batch, shares)
    return _sent(again, merchant) if again else {}


def _sent(shares: list[Share], merchant: SharingGateway) -> dict[int, str]:
    try:
        return _by_share(shares, merchant.share(_request(shares)))
    except SharingRefusedError as refusal:
        # Of a number that arrived before, the repetition is refused and the money may be on its
        # way: whether it arrived is asked at the next look. A newer copy is not spoken for.
        ours = Share.objects.filter(pk__in=[share.pk for share in shares], state=State.SENT)
        said = f"{refusal.message} ({refusal.code})"[:120]
        ours.filter(sent_at=shares[0].sent_at).update(reason=said)
        return {}


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
            decide(share, refused[share.pk])
            settle_item(share.item)
    return _stamped([share for share in found if share.pk not in refused])


@transactional
def _write_down_again(batch: PayoutBatch, shares: list[Share]) -> list[Share]:
    """Return the shares of a request that goes out once more; none while another copy may arrive."""
    PayoutBatch.objects.select_for_update().get(pk=batch.pk)
    now = shares_of(batch, shares[0].fund_id)
    if [share.pk for share in now] != [share.pk for share in shares]:
        return []
    since = clock.wall_now() - ON_ITS_WAY
    quiet = all(share.sent_at is None or share.sent_at < since for share in now)
    return _stamped(now) if quiet and not any(share.reason for share in now) else []


def _stamped(shares: list[Share]) -> list[Share]:
    at = clock.wall_now()
    for share in shares:
        share.state, share.sent_at = State.SENT, at
    Share.objects.bulk_update(shares, ["state", "sent_at"])
    return shares


def _receiver(share: Share) -> Receiver:
    return Receiver(share.item.bank, item_number(share.item), share.item.holder, share.amount_fen)


def _request(shares: list[Share]) -> ShareRequest:
    first = shares[0]
    receivers = [_receiver(share) for share in shares]
    words = f"结算 {first.item.batch.period}"
    return ShareRequest(first.request_number, first.fund.transaction_id, receivers, words)

"""Questions about payouts and bank accounts; lists begin with who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from settlement.headquarters import refuse_outsiders
from settlement.models import Party, PayeeWallet, PayoutBatch, PayoutItem, StatementPeriod
from settlement.payouts.amounts import payable, without_account
from settlement.payouts.funding import rooms
from settlement.payouts.gateway import gateway
from settlement.payouts.planning import planned

if TYPE_CHECKING:
    from accounts.models import Installer, User


def payout_batches(*, actor: User) -> QuerySet[PayoutBatch]:
    """Payouts with `payees` and `total_fen`, the newest first; headquarters alone sees them."""
    found = PayoutBatch.objects.select_related("period", "made_by", "approved_by")
    if not actor.sees_everything:
        return found.none()
    return found.annotate(payees=Count("items"), total_fen=Sum("items__amount_fen")).order_by("-pk")


def payout_items(batch: PayoutBatch) -> QuerySet[PayoutItem]:
    """The items of a payout with their payees, in their order.

    Each with `is_changed`, whether its payee's account is new or another one than at their last
    payout, and `changed_at` and `changed_by`.
    """
    found = batch.items.select_related("party", "batch").annotate(parts=Count("shares"))
    account = "party__wallet" if batch.way == PayoutBatch.Way.WECHAT else "party__bank_account"
    paid = PayoutItem.objects.filter(
        party=OuterRef("party"), batch__way=batch.way, batch__lt=batch.pk
    ).exclude(state__in=[PayoutItem.State.WAITING, PayoutItem.State.FAILED])
    before = paid.order_by("-batch").values("batch__made_at")[:1]
    found = found.annotate(
        changed_at=F(f"{account}__updated_at"),
        changed_by=F(f"{account}__updated_by__display_name"),
        paid_before=Subquery(before),
    )
    is_changed = Q(paid_before=None) | Q(changed_at__gt=F("paid_before"))
    changed = Case(When(is_changed, then=Value(True)), default=Value(False))
    return found.annotate(is_changed=changed).order_by("pk")


def changed_accounts(batch: PayoutBatch) -> int:
    """Return how many payees of a draft have a new account or another one than before."""
    rows: Any = payout_items(batch)
    return int(rows.filter(is_changed=True).count()) if batch.state == "draft" else 0


class Tally(NamedTuple):
    """How many items of a payout are in a state, and what they sum to."""

    state: str
    label: str
    items: int
    total_fen: int


def tallies(batch: PayoutBatch) -> list[Tally]:
    """Return items and sums by state; one query."""
    rows = {
        state: (n, int(total))
        for state, n, total in batch.items.values_list("state").annotate(
            n=Count("pk"), total=Sum("amount_fen")
        )
    }
    return [
        Tally(state.value, str(state.label), *rows[state.value])
        for state in PayoutItem.State
        if state.value in rows
    ]


class Outlook(NamedTuple):
    """What could be paid for the last closed period."""

    period: StatementPeriod | None
    payees: int
    total_fen: int
    lacking: list[Party]


def outlook() -> Outlook:
    """Return what a draft would hold now, and who has no bank account."""
    closed = StatementPeriod.objects.filter(state=StatementPeriod.State.CLOSED)
    period = closed.order_by("starts_on").last()
    if period is None:
        return Outlook(None, 0, 0, [])
    ready = [one for one in payable(period) if one.has_account]
    total_fen = sum(one.amount_fen for one in ready)
    return Outlook(period, len(ready), total_fen, list(without_account(period)[:100]))


class SharingOutlook(NamedTuple):
    """What could be paid through WeChat Pay now."""

    receivers: int
    payees: int
    total_fen: int
    room_fen: int
    without: list[Party]


def sharing_outlook(period: StatementPeriod | None) -> SharingOutlook | None:
    """Return what customers' payments would cover; None without a merchant or a closed period."""
    merchant = gateway()
    if merchant is None or period is None:
        return None
    due = payable(period)
    wallets = set(PayeeWallet.objects.values_list("party_id", flat=True))
    wants = [(one.party_id, one.amount_fen) for one in due if one.party_id in wallets]
    found = rooms(merchant.merchant)
    parts = planned(wants, found)
    total_fen = sum(fen for shares in parts.values() for _fund, fen in shares)
    lacking = [one.party_id for one in due if one.party_id not in wallets]
    return SharingOutlook(
        receivers=len(wants),
        payees=len(parts),
        total_fen=total_fen,
        room_fen=sum(room.left_fen for room in found),
        without=list(Party.objects.filter(pk__in=lacking[:100]).order_by("pk")),
    )


def sharing_stamp(batch: PayoutBatch) -> str:
    """Return what changes when a page that waits for shares has something new to show."""
    rows = batch.shares.values_list("state").annotate(n=Count("pk")).order_by("state")
    return f"{batch.state}-" + "-".join(f"{state}{n}" for state, n in rows)


def payees(*, actor: User) -> QuerySet[Party]:
    """Payees whose bank account the actor may keep: installers and units, for headquarters."""
    refuse_outsiders(actor)
    kinds = Q(kind__in=[Party.Kind.INSTALLER, Party.Kind.UNIT])
    return Party.objects.filter(kinds).select_related("bank_account")


def own_payee(*, installer: Installer) -> Party | None:
    """Return the installer's party with its account; None before the first settlement."""
    return Party.objects.filter(installer=installer).select_related("bank_account").first()

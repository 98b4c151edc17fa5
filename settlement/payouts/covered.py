"""What of an installer's available money is paid out: the oldest first, as debts are set off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, Func, Min, QuerySet, Sum, Value, Window
from django.db.models.functions import Cast

from settlement.models import LedgerAccount, Party, PayoutItem, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable

PAYOUTS = ("payout", "payout-failed", "payout-returned")
"""Kinds of entries that take available money to a payee's account, or bring it back."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where paid out ends: of the entry `entry_id` only `open_fen` is left, and all after it."""

    entry_id: int
    open_fen: int


def earned(party: Party) -> QuerySet[Posting]:
    """Return what made a payee's available money, without what was paid out of it."""
    kind = LedgerAccount.Kind.AVAILABLE
    found = Posting.objects.filter(account__party=party, account__kind=kind)
    return found.exclude(entry__kind__in=PAYOUTS)


def paid_out_fen(party: Party) -> int:
    """Return what left a payee's available money for their account and did not come back."""
    found = _paid_out(party).aggregate(total=Sum("amount_fen"))
    return -int(found["total"] or 0)


def cut_of(party: Party) -> Cut | None:
    """Return where paid out ends, two queries; None when nothing was paid out nor set off.

    It is the last moment at which all that was earned until then reached what was paid out in
    all, and stayed above it; of somebody in debt, at which it fell below.
    """
    paid = paid_out_fen(party)
    until = Window(Sum("amount_fen"), order_by=[F("entry_id").asc(), F("n").asc()])
    rows = earned(party).annotate(until=until).annotate(before=F("until") - F("amount_fen"))
    whole = int(earned(party).aggregate(total=Sum("amount_fen"))["total"] or 0)
    if whole >= paid:
        rows = rows.filter(until__gte=paid, before__lt=paid)
    else:
        rows = rows.filter(until__lt=paid, before__gte=paid)
    found = rows.order_by("-entry_id").values_list("entry_id", "until").first()
    return Cut(found[0], int(found[1]) - paid) if found else None


def payouts_of(party: Party, entry_ids: Iterable[int]) -> dict[int, PayoutItem | None]:
    """Return the transfer that paid each entry of a payee out; None where a debt took it.

    Entries that are not paid out, or not wholly, are not in it.
    """
    cut, wanted = cut_of(party), sorted(set(entry_ids))
    if cut is None:
        return {}
    gone = [pk for pk in wanted if pk < cut.entry_id or (pk == cut.entry_id and cut.open_fen <= 0)]
    if not gone:
        return {}
    transfers = _transfers(party)
    found = dict[int, PayoutItem | None]()
    for pk in gone:
        sums = earned(party).filter(entry_id__lte=pk).aggregate(total=Sum("amount_fen"))
        until = int(sums["total"] or 0)
        found[pk] = next((item for item, reached in transfers if reached >= until), None)
    return found


def item_id() -> Cast:
    """The transfer an entry of a payout names in its key."""
    part = Func(F("entry__source_key"), Value(":"), Value(2), function="SPLIT_PART")
    return Cast(part, BigIntegerField())


def _paid_out(party: Party) -> QuerySet[Posting]:
    kind = LedgerAccount.Kind.AVAILABLE
    return Posting.objects.filter(account__party=party, account__kind=kind, entry__kind__in=PAYOUTS)


def _transfers(party: Party) -> list[tuple[PayoutItem, int]]:
    """The transfers that stand, in order, each with what was paid out until its end."""
    rows: Any = (
        _paid_out(party)
        .annotate(item=item_id())
        .values("item")
        .annotate(net=Sum("amount_fen"), first=Min("entry_id"))
        .filter(net__lt=0)
        .order_by("first")
    )
    nets = [(int(row["item"]), -int(row["net"])) for row in rows]
    items = PayoutItem.objects.in_bulk([pk for pk, _net in nets])
    found, reached = list[tuple[PayoutItem, int]](), 0
    for pk, net in nets:
        reached += net
        found.append((items[pk], reached))
    return found

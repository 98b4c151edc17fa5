"""What payees can be paid now: never more than the end of a period left, nor than is there today."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from network.models import OrgUnit
from settlement.models import LedgerAccount, Party, PayeeAccount, Posting, StatementPeriod

if TYPE_CHECKING:
    from collections.abc import Sequence


class Payable(NamedTuple):
    """What one payee can be paid in fen, and whether there is an account to pay it to."""

    party_id: int
    name: str
    amount_fen: int
    has_account: bool


# What was sent to a bank later, or came back, belongs to what the period had left.
_PAID_OUT = Q(entry__kind__in=["payout", "payout-failed", "payout-returned"])


def payable(period: StatementPeriod | None, *, parties: Sequence[int] = ()) -> list[Payable]:
    """Return payees who can be paid something, in order; debts since the period are set off.

    Headquarters pays itself nothing; channels and the tax office are paid on their own ways.
    """
    postings = Posting.objects.filter(account__kind=LedgerAccount.Kind.AVAILABLE).filter(_paid())
    if parties:
        postings = postings.filter(account__party__in=parties)
    has_account = Exists(PayeeAccount.objects.filter(party=OuterRef("account__party")))
    until = Q() if period is None else Q(entry__period__starts_on__lte=period.starts_on)
    rows = (
        postings.values("account__party_id", "account__party__name")
        .annotate(
            has_account=has_account,
            now=Sum("amount_fen"),
            then=Sum("amount_fen", filter=until | _PAID_OUT) if until else Sum("amount_fen"),
        )
        .order_by("account__party_id")
    )
    found = [
        Payable(
            row["account__party_id"],
            row["account__party__name"],
            min(int(row["now"]), int(row["then"] or 0)),
            row["has_account"],
        )
        for row in rows
    ]
    return [one for one in found if one.amount_fen > 0]


def _paid() -> Q:
    is_unit = Q(account__party__kind=Party.Kind.UNIT)
    headquarters = Q(account__party__unit__kind=OrgUnit.Kind.HQ)
    return Q(account__party__kind=Party.Kind.INSTALLER) | (is_unit & ~headquarters)


def without_account(period: StatementPeriod) -> QuerySet[Party]:
    """Return payees who can be paid something and have no bank account."""
    lacking = [one.party_id for one in payable(period) if not one.has_account]
    return Party.objects.filter(pk__in=lacking).order_by("pk")

"""Who has money in the end: the one rule behind margin, installers' pay and every other column.

What is booked goes by its payee, never by the name a rule gave it: a dealer's part of an order the
branch sold itself is the branch's, and what a rework takes back from the first installer lowers
installers' pay.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Q, Sum, Value, When

from network.models import OrgUnit
from settlement.engine.result import FIRST_WORKER, WORKER
from settlement.models import Party, Posting
from settlement.services.parties import SUPPLIER, UNIT, single_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Recipient(StrEnum):
    """Whose money it is."""

    CUSTOMERS = "customers"
    INSTALLERS = "installers"
    CHANNEL = "channel"
    TAX = "tax"
    OUTSIDE = "outside"
    OWN = "own"


OUTSIDERS = (OrgUnit.Kind.DEALER, OrgUnit.Kind.SUPPLIER)
"""Units that are companies of their own; headquarters, branches, outlets and agents are not."""
_BY_PARTY = {
    Party.Kind.CLEARING: Recipient.CUSTOMERS,
    Party.Kind.INSTALLER: Recipient.INSTALLERS,
    Party.Kind.CHANNEL: Recipient.CHANNEL,
    Party.Kind.TAX: Recipient.TAX,
}
_BY_ROLE = {
    WORKER: Recipient.INSTALLERS,
    FIRST_WORKER: Recipient.INSTALLERS,
    "channel": Recipient.CHANNEL,
    "clerk": Recipient.CHANNEL,  # who sold it in the shop
    "tax": Recipient.TAX,
}


def by_recipient(party: str) -> Case:
    """Return whose money a row is as an expression; `party` leads from the row to its payee."""
    known = [
        When(Q(**{f"{party}__kind": kind}), then=Value(recipient.value))
        for kind, recipient in _BY_PARTY.items()
    ]
    outsiders = Q(**{f"{party}__unit__kind__in": OUTSIDERS})
    return Case(
        *known,
        When(outsiders, then=Value(Recipient.OUTSIDE.value)),
        default=Value(Recipient.OWN.value),
        output_field=CharField(),
    )


@dataclass(frozen=True, slots=True)
class Shares:
    """Fen of some work, or of one entry, by whose they are."""

    revenue_fen: int = 0
    installer_fen: int = 0
    channel_fen: int = 0
    tax_fen: int = 0
    outside_fen: int = 0

    @property
    def margin_fen(self) -> int:
        """What the company's own units keep of what customers paid."""
        others = self.installer_fen + self.channel_fen + self.tax_fen + self.outside_fen
        return self.revenue_fen - others


def shares_of(revenue_fen: int, got: Mapping[str, int]) -> Shares:
    """Return the columns of what customers paid and what each kind of recipient got of it."""
    return Shares(
        revenue_fen,
        got.get(Recipient.INSTALLERS, 0),
        got.get(Recipient.CHANNEL, 0),
        got.get(Recipient.TAX, 0),
        got.get(Recipient.OUTSIDE, 0),
    )


def shares_of_entries(ids: Iterable[int | None]) -> dict[int, Shares]:
    """Return what entries of the ledger moved, by entry; one query."""
    wanted = [pk for pk in ids if pk is not None]
    got: dict[int, dict[str, int]] = {pk: {} for pk in wanted}
    rows = Posting.objects.filter(entry_id__in=wanted).order_by()
    sums = rows.annotate(whose=by_recipient("account__party")).values_list("entry_id", "whose")
    for pk, whose, total in sums.annotate(total=Sum("amount_fen")):
        got[pk][whose] = int(total)
    # What customers paid stands against their account.
    return {pk: shares_of(-each.get(Recipient.CUSTOMERS, 0), each) for pk, each in got.items()}


def shares_of_roles(
    revenue_fen: int,
    totals: Mapping[str, int],
    *,
    seller_kind: str | None,
    kinds: Mapping[str, str],
) -> Shares:
    """Return the columns of an outcome nobody has booked, by the names its rules give to parties.

    `kinds` are those of single units (`kinds_of_units`).
    """
    got: dict[str, int] = {}
    for role, fen in totals.items():
        recipient = _of_role(role, seller_kind, kinds)
        got[recipient] = got.get(recipient, 0) + fen
    return shares_of(revenue_fen, got)


def kinds_of_units(roles: Iterable[str]) -> dict[str, str]:
    """Return the kind of each unit that rules pay by its code, by role; no query without any."""
    codes = [role.removeprefix(UNIT) for role in roles if role.startswith(UNIT)]
    rows = single_units().filter(code__in=codes).values_list("code", "kind") if codes else ()
    return {f"{UNIT}{code}": kind for code, kind in rows}


def _of_role(role: str, seller_kind: str | None, kinds: Mapping[str, str]) -> Recipient:
    known = _BY_ROLE.get(role)
    if known is not None:
        return known
    sold_outside = role == "dealer" and seller_kind == OrgUnit.Kind.DEALER
    if role.startswith(SUPPLIER) or sold_outside or kinds.get(role) in OUTSIDERS:
        return Recipient.OUTSIDE
    return Recipient.OWN

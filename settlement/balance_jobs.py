"""What one account of an installer is made of, row by row: jobs, bonuses, transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, F, Max, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from settlement.models import JournalEntry, LedgerAccount, Party, PayoutItem, Posting
from settlement.payouts.covered import PAYOUTS, cut_of, earned, item_id
from settlement.releases.selectors import waits_for
from settlement.statements.wording import entry_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Installer

_TRANSFERS = (*PAYOUTS, "payout-paid")


@dataclass(frozen=True, slots=True)
class BalanceJob:
    """What one job, or an entry without one, still has on an account, and what it waits for."""

    number: str
    name: str
    at: object
    amount_fen: int
    waits_for: str


def balance_rows(*, installer: Installer, kind: str) -> QuerySet[Posting, Any]:
    """Return what an account's balance is made of, newest first; the sum of `total` is the balance.

    Of what is available only what was not paid out: payouts take the oldest first.
    """
    party = Party.objects.filter(installer=installer).first()
    if party is None:
        return Posting.objects.none()
    found = Posting.objects.filter(account__party=party, account__kind=kind)
    left: Any = F("amount_fen")
    if kind == LedgerAccount.Kind.AVAILABLE:
        found, cut = earned(party), cut_of(party)
        if cut is not None:
            found = found.filter(entry_id__gte=cut.entry_id)
            left = Case(
                When(entry_id=cut.entry_id, then=Value(cut.open_fen)),
                default=left,
                output_field=BigIntegerField(),
            )
    return (
        found.annotate(left=left, transfer=_TRANSFER, apart=_APART)
        .values(
            "entry__work_order__number", "entry__work_order__item_version__name", "transfer", "apart"
        )
        .annotate(total=Sum("left"), at=Max("entry__posted_at"))
        .exclude(total=0)
        .order_by("-at", "entry__work_order__number", "transfer", "apart")
    )  # fmt: skip


_TRANSFER = Case(
    When(entry__kind__in=_TRANSFERS, then=item_id()), default=None, output_field=BigIntegerField()
)
_APART = Case(
    When(entry__work_order__isnull=False, then=None),
    When(entry__kind__in=_TRANSFERS, then=None),
    default=Coalesce("entry__corrects_id", "entry_id"),
    output_field=BigIntegerField(),
)
"""What has no job stands for itself, with what corrected it; a transfer with the bank's answer."""


def shown_rows(
    rows: Sequence[dict[str, Any]], *, installer: Installer, kind: str
) -> list[BalanceJob]:
    """Return rows of a balance as they are read: names, and what they wait for."""
    numbers = [row["entry__work_order__number"] for row in rows]
    words = waits_for(installer, numbers=[number for number in numbers if number])
    transfers = PayoutItem.objects.in_bulk([row["transfer"] for row in rows if row["transfer"]])
    kinds = dict(
        JournalEntry.objects.filter(pk__in=[row["apart"] for row in rows]).values_list("pk", "kind")
    )
    found = []
    for row in rows:
        number = row["entry__work_order__number"] or ""
        name = row["entry__work_order__item_version__name"] or ""
        if row["transfer"]:
            name = transfers[row["transfer"]].number
        elif row["apart"]:
            name = str(entry_words(kinds[row["apart"]]))
        said = words.get(f"{number}:{kind}", "")
        found.append(BalanceJob(number, name, row["at"], int(row["total"]), said))
    return found


def balance_jobs(*, installer: Installer, kind: str) -> list[BalanceJob]:
    """Return all rows of a balance as they are read; a page shows some of them."""
    rows = list(balance_rows(installer=installer, kind=kind))
    return shown_rows(rows, installer=installer, kind=kind)

"""The one way into the ledger: balanced entries, each source once; and the balances read from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from common import clock
from common.outbox import announce_all
from settlement.events import MoneyChangedHands
from settlement.models import JournalEntry, LedgerAccount, Party, Posting
from settlement.services.periods import open_period_for

if TYPE_CHECKING:
    from datetime import date

    from workorders.models import WorkOrder


class Leg(NamedTuple):
    """One side of an entry in whole fen; legs of 0 fen are left out."""

    account: LedgerAccount
    amount_fen: int


class Unbalanced(ValueError):  # noqa: N818  (says what is wrong)
    """The legs do not sum to zero: a fault of ours, never of a user."""


class Draft(NamedTuple):
    """An entry to be written into the first open period from `day`."""

    kind: str
    source_key: str
    legs: Iterable[Leg]
    day: date
    work_order: WorkOrder | None = None
    corrects: JournalEntry | None = None


def post(
    *,
    kind: str,
    source_key: str,
    legs: Iterable[Leg],
    day: date,
    work_order: WorkOrder | None = None,
    corrects: JournalEntry | None = None,
) -> JournalEntry:
    """Write one entry into the first open period from `day`; must run inside a transaction.

    Legs on the same account are summed. What changes hands without an order behind it is announced:
    nobody else could tell of it. Raises Unbalanced when the legs do not sum to zero (the
    database refuses it too).
    """
    return post_all([Draft(kind, source_key, legs, day, work_order, corrects)])[0]


def post_all(drafts: Iterable[Draft]) -> list[JournalEntry]:
    """Write many entries as `post` does each, in two statements; all of them or none."""
    asked = [draft._replace(legs=list(draft.legs)) for draft in drafts]
    sums = [_sums(draft) for draft in asked]
    # Each period stays open until the transaction ends: one look per day is enough.
    periods = {day: open_period_for(day) for day in dict.fromkeys(draft.day for draft in asked)}
    now = clock.now()
    entries = JournalEntry.objects.bulk_create(
        JournalEntry(
            kind=draft.kind,
            work_order=draft.work_order,
            corrects=draft.corrects,
            period=periods[draft.day],
            source_key=draft.source_key,
            posted_at=now,
            legs=len(fen_by_account) or None,
        )
        for draft, fen_by_account in zip(asked, sums, strict=True)
    )
    Posting.objects.bulk_create(
        posting
        for entry, fen_by_account in zip(entries, sums, strict=True)
        for posting in _postings(entry, fen_by_account)
    )
    announce_all(
        MoneyChangedHands(entry.pk)
        for entry, draft in zip(entries, asked, strict=True)
        if draft.work_order is None and _changes_hands(draft)
    )
    return entries


def _changes_hands(draft: Draft) -> bool:
    """Whether anybody has more or less by it; money that only changes accounts stays whose it was."""
    sums: dict[int, int] = {}
    for leg in draft.legs:
        sums[leg.account.party_id] = sums.get(leg.account.party_id, 0) + leg.amount_fen
    return any(sums.values())


def _postings(entry: JournalEntry, fen_by_account: dict[int, int]) -> Iterator[Posting]:
    """Each goes on from the sum of those before it; the database sees the last one end at 0."""
    before = 0
    for n, (account_id, fen) in enumerate(fen_by_account.items(), start=1):
        yield Posting(
            entry=entry,
            n=n,
            legs=entry.legs,
            prior=n - 1 or None,
            before_fen=before,
            after_fen=before + fen,
            account_id=account_id,
            amount_fen=fen,
        )
        before += fen


def _sums(draft: Draft) -> dict[int, int]:
    """Fen by account, none of them 0."""
    sums: dict[int, int] = {}
    for leg in draft.legs:
        sums[leg.account.pk] = sums.get(leg.account.pk, 0) + leg.amount_fen
    if sum(sums.values()) != 0:
        raise Unbalanced(f"{draft.source_key}: {sum(sums.values())} fen too much")
    return {key: fen for key, fen in sums.items() if fen}


def reverse(*, entry: JournalEntry, source_key: str, day: date) -> JournalEntry:
    """Post the opposite of an entry, with a reference to what it corrects."""
    legs = [
        Leg(posting.account, -posting.amount_fen)
        for posting in entry.postings.select_related("account")
    ]
    return post(
        kind="reversal",
        source_key=source_key,
        legs=legs,
        day=day,
        work_order=entry.work_order,
        corrects=entry,
    )


def balances(party: Party) -> dict[str, int]:
    """Return fen by account kind (pending, held, available, paid), read only from postings."""
    found = (
        Posting.objects.filter(account__party=party)
        .values_list("account__kind")
        .annotate(total=Sum("amount_fen"))
    )
    known = dict.fromkeys((kind.value for kind in LedgerAccount.Kind if kind != "clearing"), 0)
    return known | {kind: int(total) for kind, total in found}

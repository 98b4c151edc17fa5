"""Reads a payee's statement from the ledger: every fen of it is explained by a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from settlement.models import LedgerAccount, Party, PeriodLine, Posting, Settlement, SettlementLine
from settlement.models import StatementPeriod as Period
from settlement.statements.corrections import Origin, origins
from settlement.statements.sheet import Balance, Move, Sheet, SheetLine
from settlement.statements.texts import Texts
from settlement.statements.wording import ENTRY_KINDS, entry_words

SETTLED = "settlement"
REVERSED = "reversal"
_SHOWN_ACCOUNTS = ("pending", "held", "available", "transit", "paid")


class LinesDiffer(ValueError):  # noqa: N818  (says what is wrong)
    """The lines of an entry do not sum to its postings: a fault of ours, never of a user."""


def read_sheet(*, party: Party, period: Period) -> Sheet:
    """Return the payee's statement as the ledger stands now; five queries.

    Raises LinesDiffer when the lines of a settlement do not sum to what was posted for it.
    """
    entries = _entries(party, period)
    lines = list(_lines(party, period, entries))
    total_fen = sum(entry.amount_fen for entry in entries)
    if sum(line.amount_fen for line in lines) != total_fen:
        raise LinesDiffer(f"{party} {period}: lines do not sum to {total_fen} fen")
    numbered = tuple(_numbered(lines))
    balances, postings = _balances(party, period)
    moves = _moves(party, period)
    return Sheet(party, period, numbered, balances, moves, total_fen, postings)


class _Entry(NamedTuple):
    """A journal entry with its net amount for the payee and the settlement entry it speaks of."""

    pk: int
    kind: str
    source_key: str
    taken_back: bool
    amount_fen: int
    order_number: str

    @property
    def settled_as(self) -> tuple[int, int] | None:
        """Work order and which of its settlements, from the key the settlement was posted under."""
        kind, _colon, rest = self.source_key.partition(":")
        if kind != SETTLED:
            return None
        order, run = rest.split(":")
        return int(order), int(run)


def _entries(party: Party, period: Period) -> list[_Entry]:
    """Entries that changed what the payee has, oldest first; moves between accounts net to 0."""
    rows = (
        Posting.objects.filter(account__party=party, entry__period=period)
        .values_list(
            "entry_id",
            "entry__kind",
            "entry__source_key",
            "entry__corrects__source_key",
            "entry__work_order__number",
        )
        .annotate(total=Sum("amount_fen"))
        .order_by("entry_id")
    )
    return [
        _Entry(
            pk, kind, corrected if kind == REVERSED and corrected else source,
            kind == REVERSED, int(total), number or "",
        )
        for pk, kind, source, corrected, number, total in rows
        if total
    ]  # fmt: skip


class _Head(NamedTuple):
    """What the lines of one settlement share."""

    pk: int
    order_number: str
    done_on: date
    place: str
    item: str
    version: str


def _heads(entries: Iterable[_Entry]) -> dict[tuple[int, int], _Head]:
    """Settlements by work order and the number they were posted under (1 is the first)."""
    orders = {entry.settled_as[0] for entry in entries if entry.settled_as}
    rows = (
        Settlement.objects.filter(work_order_id__in=orders)
        .order_by("pk")
        .values_list(
            "work_order_id", "pk", "work_order__number", "done_on", "work_order__site_region__name",
            "work_order__address__city", "work_order__item_version__name", "version__number",
        )
    )  # fmt: skip
    count: dict[int, int] = defaultdict(int)
    heads = {}
    for order, pk, number, done_on, region, city, item, version in rows:
        count[order] += 1
        heads[order, count[order]] = _Head(pk, number, done_on, region or city, item, version)
    return heads


def _lines(party: Party, period: Period, entries: list[_Entry]) -> Iterable[SheetLine]:
    heads = _heads(entries)
    bonuses = _bonus_lines(party, entries)
    found = origins(party, [entry.source_key for entry in entries])
    stored = _stored_lines(party, [head.pk for head in heads.values()])
    texts = Texts(head.pk for head in heads.values())
    for entry in entries:
        head = heads.get(entry.settled_as) if entry.settled_as else None
        if entry.source_key in bonuses:
            yield from _of_bonus(entry, bonuses[entry.source_key])
            continue
        if head is None:
            yield _plain_line(entry, found.get(entry.source_key), period)
            continue
        sign = -1 if entry.taken_back else 1
        lines = stored.get(head.pk, [])
        if sign * sum(line.amount_fen for line in lines) != entry.amount_fen:
            raise LinesDiffer(f"{party} {period}: {entry.source_key} is not {entry.amount_fen} fen")
        late = not period.starts_on <= head.done_on <= period.ends_on
        for line in lines:
            if line.amount_fen or line.provisional:
                yield _line(line, head, texts, sign=sign, late=late)


def _stored_lines(party: Party, settlements: list[int]) -> dict[int, list[SettlementLine]]:
    found: dict[int, list[SettlementLine]] = defaultdict(list)
    chosen = SettlementLine.objects.filter(settlement_id__in=settlements, payee=party)
    for line in chosen.order_by("settlement_id", "seq"):
        found[line.settlement_id].append(line)
    return found


def _line(line: SettlementLine, head: _Head, texts: Texts, *, sign: int, late: bool) -> SheetLine:
    return SheetLine(
        n=0,
        order_number=head.order_number,
        done_on=head.done_on,
        place=head.place,
        item=head.item,
        code=line.code,
        label=line.label,
        rule=line.rule,
        version=head.version,
        seq=line.seq,
        base_fen=None if line.base_fen is None else sign * line.base_fen,
        rate_num=line.rate_num,
        rate_den=line.rate_den,
        amount_fen=sign * line.amount_fen,
        because=line.because,
        provisional=line.provisional,
        taken_back=sign < 0,
        late=late,
        settlement_id=head.pk,
        texts=texts,
    )


def _bonus_lines(party: Party, entries: list[_Entry]) -> dict[str, list[PeriodLine]]:
    """Lines of the payee's bonuses by the key of their entry; no query without such an entry."""
    keys = [entry.source_key for entry in entries if entry.source_key.startswith("volume:")]
    found: dict[str, list[PeriodLine]] = defaultdict(list)
    if keys:
        chosen = PeriodLine.objects.filter(payee=party, entry__source_key__in=keys)
        for line in chosen.select_related("entry", "version").order_by("entry_id", "seq"):
            found[line.entry.source_key].append(line)
    return found


def _of_bonus(entry: _Entry, lines: list[PeriodLine]) -> Iterable[SheetLine]:
    sign = -1 if entry.taken_back else 1
    for line in lines:
        yield SheetLine(
            n=0, order_number="", done_on=None, place="", item="", code=line.code,
            label=line.label, rule=line.rule, version=line.version.number, seq=line.seq,
            base_fen=sign * line.base_fen, rate_num=line.rate_num, rate_den=line.rate_den,
            amount_fen=sign * line.amount_fen, because=line.because, provisional=False,
            taken_back=sign < 0, late=False,
        )  # fmt: skip


def _plain_line(entry: _Entry, origin: Origin | None, period: Period) -> SheetLine:
    """An entry that no line of a settlement explains: it stands for itself, with its origin."""
    words = str(entry_words(entry.kind))
    origin = origin or Origin(words, entry.source_key, "", None, "", "")
    day = origin.done_on
    return SheetLine(
        n=0, order_number=entry.order_number, done_on=day, place=origin.place, item=origin.item,
        code=entry.kind, label=origin.label, rule=origin.rule, version=origin.version, seq=0,
        base_fen=None, rate_num=None, rate_den=None, amount_fen=entry.amount_fen, because={},
        provisional=False, taken_back=entry.taken_back,
        late=day is not None and not period.starts_on <= day <= period.ends_on,
    )  # fmt: skip


def _numbered(lines: list[SheetLine]) -> Iterable[SheetLine]:
    """By day and order; the lines of one entry stay together in their order."""
    latest = date.max
    ordered = sorted(lines, key=lambda line: (line.done_on or latest, line.order_number))
    for n, line in enumerate(ordered, start=1):
        yield replace(line, n=n)


def _balances(party: Party, period: Period) -> tuple[tuple[Balance, ...], int]:
    """The payee's accounts, and how many postings of the period they rest on."""
    rows = (
        Posting.objects.filter(account__party=party, entry__period__starts_on__lte=period.starts_on)
        .values_list("account__kind")
        .annotate(
            before=Sum("amount_fen", filter=Q(entry__period__starts_on__lt=period.starts_on)),
            moved=Sum("amount_fen", filter=Q(entry__period=period)),
            postings=Count("pk", filter=Q(entry__period=period)),
        )
    )
    found, postings = {}, 0
    for kind, before, moved, count in rows:
        found[kind] = (int(before or 0), int(moved or 0))
        postings += count
    balances = tuple(
        Balance(kind, LedgerAccount.Kind(kind).label, *found.get(kind, (0, 0)))
        for kind in _SHOWN_ACCOUNTS
    )
    return balances, postings


def _moves(party: Party, period: Period) -> tuple[Move, ...]:
    """What the entries of the period did to the available balance, by kind; their sum is its move."""
    rows = (
        Posting.objects.filter(
            account__party=party,
            account__kind=LedgerAccount.Kind.AVAILABLE,
            entry__period=period,
        )
        .values_list("entry__kind")
        .annotate(entries=Count("entry_id", distinct=True), total=Sum("amount_fen"))
    )
    found = {kind: Move(kind, entry_words(kind), n, int(total)) for kind, n, total in rows}
    known = [found.pop(kind) for kind in ENTRY_KINDS if kind in found]
    return (*known, *found.values())

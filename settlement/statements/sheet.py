"""What a payee's statement says: read from the ledger, every fen of it explained by a line."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum

from settlement.models import LedgerAccount, Party, Posting, Settlement, SettlementLine
from settlement.models import StatementPeriod as Period
from settlement.statements.capitals import capitals
from settlement.statements.wording import rate_words, reason

SETTLED = "settlement"
REVERSED = "reversal"
_SHOWN_ACCOUNTS = ("pending", "held", "available", "paid")


class LinesDiffer(ValueError):  # noqa: N818  (says what is wrong)
    """The lines of an entry do not sum to its postings: a fault of ours, never of a user."""


class Balance(NamedTuple):
    """One account of the payee in fen: carried in, moved in the period, carried out."""

    kind: str
    label: Any
    opening_fen: int
    moved_fen: int

    @property
    def closing_fen(self) -> int:
        """What stands at the end of the period."""
        return self.opening_fen + self.moved_fen


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a statement; a line taken back has the opposite base and amount."""

    n: int
    order_number: str
    done_on: date | None
    place: str
    item: str
    code: str
    label: str
    rule: str
    version: str
    seq: int
    base_fen: int | None
    rate_num: int | None
    rate_den: int | None
    amount_fen: int
    because: Mapping[str, Any]
    provisional: bool
    taken_back: bool
    late: bool

    @property
    def rate(self) -> str:
        """The rate in words."""
        return rate_words(self.because, self.rate_num, self.rate_den)

    @property
    def why(self) -> str:
        """How the amount came about, with its numbers; empty for an entry without a rule."""
        if not self.because:
            return ""
        sign = -1 if self.taken_back else 1
        return reason(
            seq=self.seq,
            code=self.code,
            rule=self.rule,
            base_fen=None if self.base_fen is None else sign * self.base_fen,
            rate=(self.rate_num, self.rate_den),
            amount_fen=sign * self.amount_fen,
            because=self.because,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A payee's statement of one period; `total_fen` is the sum of its postings and of its lines."""

    party: Party
    period: Period
    lines: tuple[SheetLine, ...]
    balances: tuple[Balance, ...]
    total_fen: int
    postings: int

    @property
    def number(self) -> str:
        """Number of the statement, the same in every run."""
        return statement_number(self.party, self.period)

    @property
    def orders(self) -> int:
        """How many work orders it speaks of."""
        return len({line.order_number for line in self.lines if line.order_number})

    @property
    def released_fen(self) -> int:
        """What became available in the period."""
        return sum(one.moved_fen for one in self.balances if one.kind == "available")

    @property
    def carried_debt_fen(self) -> int:
        """A negative available balance carried in, as a negative amount; else 0."""
        return sum(min(0, one.opening_fen) for one in self.balances if one.kind == "available")

    @property
    def capitals(self) -> str:
        """The total in Chinese capitals."""
        return capitals(self.total_fen)

    @property
    def sha256(self) -> str:
        """Fingerprint of what cannot change: number, orders, days, rules, operands and amounts."""
        rows = [
            [
                line.n, line.order_number, line.done_on and line.done_on.isoformat(), line.code,
                line.rule, line.version, line.base_fen, line.rate_num, line.rate_den,
                line.amount_fen,
            ]
            for line in self.lines
        ]  # fmt: skip
        text = json.dumps([self.number, self.total_fen, rows], separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def statement_number(party: Party, period: Period) -> str:
    """Return the number of a payee's statement: period (its first day unless a month) and payee."""
    is_month = len(str(period)) == len("2026-11")
    return f"ST-{period.starts_on:{'%Y%m' if is_month else '%Y%m%d'}}-{party.pk:06d}"


def read_sheet(*, party: Party, period: Period) -> Sheet:
    """Return the payee's statement as the ledger stands now; four queries.

    Raises LinesDiffer when the lines of a settlement do not sum to what was posted for it.
    """
    entries = _entries(party, period)
    lines = list(_lines(party, period, entries))
    total_fen = sum(entry.amount_fen for entry in entries)
    if sum(line.amount_fen for line in lines) != total_fen:
        raise LinesDiffer(f"{party} {period}: lines do not sum to {total_fen} fen")
    numbered = tuple(_numbered(lines))
    balances, postings = _balances(party, period)
    return Sheet(party, period, numbered, balances, total_fen, postings)


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
    stored = _stored_lines(party, [head.pk for head in heads.values()])
    for entry in entries:
        head = heads.get(entry.settled_as) if entry.settled_as else None
        if head is None:
            yield _plain_line(entry)
            continue
        sign = -1 if entry.taken_back else 1
        lines = stored.get(head.pk, [])
        if sign * sum(line.amount_fen for line in lines) != entry.amount_fen:
            raise LinesDiffer(f"{party} {period}: {entry.source_key} is not {entry.amount_fen} fen")
        late = not period.starts_on <= head.done_on <= period.ends_on
        for line in lines:
            if line.amount_fen or line.provisional:
                yield _line(line, head, sign=sign, late=late)


def _stored_lines(party: Party, settlements: list[int]) -> dict[int, list[SettlementLine]]:
    found: dict[int, list[SettlementLine]] = defaultdict(list)
    chosen = SettlementLine.objects.filter(settlement_id__in=settlements, payee=party)
    for line in chosen.order_by("settlement_id", "seq"):
        found[line.settlement_id].append(line)
    return found


def _line(line: SettlementLine, head: _Head, *, sign: int, late: bool) -> SheetLine:
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
    )


def _plain_line(entry: _Entry) -> SheetLine:
    """An entry that no rule made, such as an adjustment: it stands for itself."""
    return SheetLine(
        n=0, order_number=entry.order_number, done_on=None, place="", item="", code=entry.kind,
        label=entry.kind, rule=entry.source_key, version="", seq=0, base_fen=None, rate_num=None,
        rate_den=None, amount_fen=entry.amount_fen, because={}, provisional=False,
        taken_back=entry.taken_back, late=False,
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

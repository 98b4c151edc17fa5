"""What a payee's statement says: lines, balances, moves of money, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from settlement.engine.result import Line
from settlement.statements.capitals import capitals
from settlement.statements.texts import Texts
from settlement.statements.wording import rate_words

if TYPE_CHECKING:
    from datetime import date

    from settlement.models import Party
    from settlement.models import StatementPeriod as Period


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


class Move(NamedTuple):
    """How one kind of entry changed what the payee can be paid, in fen."""

    kind: str
    label: Any
    entries: int
    amount_fen: int


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
    settlement_id: int | None = None
    doubted_as: tuple[str, int] | None = field(default=None, compare=False)
    """Under what its payee may doubt it (disputes.subject): kind and id; None when they may not."""
    said: Callable[[], tuple[str, ...]] | None = field(default=None, compare=False, repr=False)
    """What explains an entry without a rule, such as a correction; None for lines of rules."""
    corrects: int | None = field(default=None, compare=False)
    """The settlement an entry corrects: its slip shows what counted before."""
    texts: Texts = field(default_factory=Texts, compare=False, repr=False)

    @property
    def rate(self) -> str:
        """The rate in words."""
        return rate_words(self.because, self.rate_num, self.rate_den)

    @property
    def rule_words(self) -> str:
        """The row of the rules by its name; of a component without rows, the component's."""
        if not self.because:
            return self.rule
        return str(self.because.get("tier") or self.because.get("label") or self.label)

    @property
    def correction(self) -> str:
        """What explains a corrected amount, in one cell; empty for lines of rules."""
        return " ".join(self.said()) if self.said is not None else ""

    @property
    def why(self) -> tuple[str, ...]:
        """How the amount came about, with its numbers; empty for an entry nothing explains."""
        if self.said is not None:
            return self.said()
        if not self.because:
            return ()
        sign = -1 if self.taken_back else 1
        line = Line(
            self.seq, self.code, "", self.rule,
            None if self.base_fen is None else sign * self.base_fen,
            self.rate_num, self.rate_den, sign * self.amount_fen, self.because,
        )  # fmt: skip
        return self.texts.why(line, self.settlement_id)


class Figures:
    """What follows from a statement's balances and total, whether its lines were read or not."""

    __slots__ = ()
    party: Party
    period: Period
    balances: tuple[Balance, ...]
    total_fen: int

    @property
    def number(self) -> str:
        """Number of the statement, the same in every run."""
        return statement_number(self.party, self.period)

    @property
    def released_fen(self) -> int:
        """What became available in the period."""
        return sum(one.moved_fen for one in self.balances if one.kind == "available")

    @property
    def available(self) -> Balance:
        """What the payee can be paid: carried in, moved as `moves` say, carried out."""
        return next(one for one in self.balances if one.kind == "available")

    @property
    def carried_debt_fen(self) -> int:
        """A negative available balance carried in, as a negative amount; else 0."""
        return sum(min(0, one.opening_fen) for one in self.balances if one.kind == "available")

    @property
    def capitals(self) -> str:
        """The total in Chinese capitals."""
        return capitals(self.total_fen)


@dataclass(frozen=True, slots=True)
class Sheet(Figures):
    """A payee's statement of one period; `total_fen` is the sum of its postings and of its lines."""

    party: Party
    period: Period
    lines: tuple[SheetLine, ...]
    balances: tuple[Balance, ...]
    moves: tuple[Move, ...]
    total_fen: int
    postings: int

    @property
    def orders(self) -> int:
        """How many work orders it speaks of."""
        return len({line.order_number for line in self.lines if line.order_number})

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

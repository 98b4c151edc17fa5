"""The bridge from the period before: what payees got then, what they get now, and why it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from common.svg import Step
from settlement.bridges.books import Book, books_of
from settlement.bridges.cities import Cities
from settlement.bridges.words import cause_words
from settlement.engine.bridge import Cell, Place, causes, sum_fen
from settlement.models import StatementPeriod

if TYPE_CHECKING:
    from settlement.bridges.payees import Whose

MOST_PLACES = 12


class Cause(NamedTuple):
    """One step of the bridge, with what is meant by it."""

    code: str
    label: str
    meaning: str
    fen: int


class PlaceChange(NamedTuple):
    """What orders of one city brought then and now."""

    name: str
    orders_before: int
    orders: int
    before_fen: int
    fen: int

    @property
    def diff_fen(self) -> int:
        """More (or less) than in the period before."""
        return self.fen - self.before_fen


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two periods of the same payees; `before` is None for the first period of the books."""

    period: StatementPeriod
    before: StatementPeriod | None
    before_fen: int
    fen: int
    orders_before: int
    orders: int
    causes: tuple[Cause, ...]
    places: tuple[PlaceChange, ...]

    @property
    def diff_fen(self) -> int:
        """The sum of the causes."""
        return self.fen - self.before_fen

    @property
    def same_length(self) -> bool:
        """Whether both periods are of one kind; otherwise more days alone make more orders."""
        return self.before is None or abs(_days(self.period) - _days(self.before)) <= 3

    @property
    def steps(self) -> list[Step]:
        """The picture: the period before, then each cause that changed something."""
        first = Step(str(self.before or ""), self.before_fen)
        return [first, *(Step(one.label, one.fen) for one in self.causes if one.fen)]


def _days(period: StatementPeriod) -> int:
    return (period.ends_on - period.starts_on).days + 1


def period_before(period: StatementPeriod) -> StatementPeriod | None:
    """Return the period before in the books."""
    earlier = StatementPeriod.objects.filter(starts_on__lt=period.starts_on)
    return earlier.order_by("-starts_on").first()


def bridge(*, period: StatementPeriod, whose: Whose) -> Bridge:
    """Return why payees get more or less than in the period before; six queries.

    Everything is read from the ledger as it stands: the ends are the totals of the statements.
    """
    before = period_before(period)
    both = [one for one in (before, period) if one is not None]
    books = books_of(both, whose)
    now, then = books[period.pk], books[before.pk] if before else Book()
    found = causes(then.cells, now.cells)
    charges = now.charges_fen - then.charges_fen
    amounts = {
        "volume": found.volume,
        "rule": found.rule,
        "mix": found.mix,
        "facts": found.facts,
        "charges": charges,
        "bonuses": now.bonus_fen - then.bonus_fen,
        "adjustments": now.decided_fen - then.decided_fen,
    }
    amounts["rest"] = now.total_fen - then.total_fen - sum(amounts.values())
    return Bridge(
        period=period,
        before=before,
        before_fen=then.total_fen,
        fen=now.total_fen,
        orders_before=then.orders,
        orders=now.orders,
        causes=tuple(Cause(code, *cause_words(code), fen) for code, fen in amounts.items()),
        places=_places(then, now),
    )


def _places(then: Book, now: Book) -> tuple[PlaceChange, ...]:
    """Cities by the size of their change; the smaller ones together as the last row."""
    names = Cities().names
    rows = []
    for city in {place[1] for place in {*then.cells, *now.cells}}:
        was = {place: cell for place, cell in then.cells.items() if place[1] == city}
        has = {place: cell for place, cell in now.cells.items() if place[1] == city}
        name = names.get(city) or _("Without a region")
        rows.append(PlaceChange(name, _count(was), _count(has), sum_fen(was), sum_fen(has)))
    rows.sort(key=lambda row: (-abs(row.diff_fen), row.name))
    if len(rows) <= MOST_PLACES:
        return tuple(rows)
    few = rows[MOST_PLACES:]
    name = _("%(n)s other places") % {"n": len(few)}
    rest = PlaceChange(
        name,
        sum(row.orders_before for row in few),
        sum(row.orders for row in few),
        sum(row.before_fen for row in few),
        sum(row.fen for row in few),
    )
    return (*rows[:MOST_PLACES], rest)


def _count(cells: dict[Place, Cell]) -> int:
    return sum(cell.orders for cell in cells.values())

"""The bridge from the period before: what payees got then, what they get now, and why it changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.utils.translation import gettext as _

from common.svg import Step
from network.models import Region
from settlement.engine.bridge import Cell, Cells, Place, causes, sum_fen
from settlement.models import Posting, Settlement, SettlementLine, StatementPeriod

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from settlement.bridges.payees import Whose

_ORDERS = ("settlement", "release")
_DECIDED = ("adjustment", "dispute", "difference", "bill")
_BONUS = ("volume",)
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
    books = _books(both, whose)
    now, then = books[period.pk], books[before.pk] if before else _Book()
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
        causes=tuple(Cause(code, *_words(code), fen) for code, fen in amounts.items()),
        places=_places(then, now),
    )


class _Book:
    """What the ledger holds of one period."""

    def __init__(self) -> None:
        self.total_fen = self.decided_fen = self.bonus_fen = self.charges_fen = 0
        self.cells: Cells = {}

    @property
    def orders(self) -> int:
        return sum(cell.orders for cell in self.cells.values())


def _books(periods: list[StatementPeriod], whose: Whose) -> dict[int, _Book]:
    cities = _Cities()
    books = {one.pk: _Book() for one in periods}
    counts: dict[int, dict[Place, int]] = {pk: defaultdict(int) for pk in books}
    sums: dict[int, dict[Place, int]] = {pk: defaultdict(int) for pk in books}
    for row in _postings(periods, whose):
        book, fen = books[row["entry__period"]], int(row["total"])
        book.total_fen += fen
        if row["of"] in _ORDERS:
            place = (row["item"] or 0, cities.of(row["region"]))
            counts[row["entry__period"]][place] += row["settled"] - row["taken_back"]
            sums[row["entry__period"]][place] += fen
        elif row["of"] in _DECIDED:
            book.decided_fen += fen
        elif row["of"] in _BONUS:
            book.bonus_fen += fen
    for row in _charges(periods, whose):
        place, fen = (row["item"] or 0, cities.of(row["region"])), int(row["total"])
        books[row["period"]].charges_fen += fen
        sums[row["period"]][place] -= fen
    versions: dict[int, dict[Place, set[int]]] = {pk: defaultdict(set) for pk in books}
    for period, item, region, version in _versions(periods):
        versions[period][item, cities.of(region)].add(version)
    for pk, book in books.items():
        book.cells = {
            place: Cell(counts[pk][place], fen, frozenset(versions[pk][place]))
            for place, fen in sums[pk].items()
        }
    return books


def _postings(periods: list[StatementPeriod], whose: Whose) -> QuerySet[Posting, Any]:
    """Sums by period, kind of entry (a reversal is of the kind it takes back), item and place."""
    of: Combinable = Case(
        When(entry__kind="reversal", then=F("entry__corrects__kind")), default=F("entry__kind")
    )
    settled = Q(entry__kind="settlement")
    taken_back = Q(entry__kind="reversal", entry__corrects__kind="settlement")
    return (
        Posting.objects.filter(entry__period__in=periods, account__party__in=whose.parties())
        .annotate(
            of=of,
            item=F("entry__work_order__item_version__item"),
            region=F("entry__work_order__site_region"),
        )
        .values("entry__period", "of", "item", "region")
        .annotate(
            total=Sum("amount_fen"),
            settled=Count("entry", distinct=True, filter=settled),
            taken_back=Count("entry", distinct=True, filter=taken_back),
        )
        .order_by()
    )


def _charges(periods: list[StatementPeriod], whose: Whose) -> QuerySet[SettlementLine, Any]:
    """The part of the orders' money that is extra charges, where the order still stands."""
    return (
        SettlementLine.objects.filter(
            settlement__period__in=periods,
            settlement__status=Settlement.Status.ACTIVE,
            because__how="charges",
            payee__in=whose.parties(),
        )
        .annotate(
            period=F("settlement__period"),
            item=F("settlement__work_order__item_version__item"),
            region=F("settlement__work_order__site_region"),
        )
        .values("period", "item", "region")
        .annotate(total=Sum("amount_fen"))
        .order_by()
    )


def _versions(periods: list[StatementPeriod]) -> QuerySet[Settlement, Any]:
    return (
        Settlement.objects.filter(period__in=periods)
        .order_by()
        .values_list(
            "period",
            "work_order__item_version__item",
            "work_order__site_region",
            "version",
        )
        .distinct()
    )


class _Cities:
    """The city a region lies in, or the region itself above cities; one query."""

    def __init__(self) -> None:
        rows = list(Region.objects.values_list("pk", "path", "level", "name"))
        self.names = {pk: name for pk, _path, _level, name in rows}
        cities = {pk for pk, _path, level, _name in rows if level == Region.Level.CITY}
        self._city = {
            pk: next((n for n in map(int, path.rstrip(".").split(".")) if n in cities), pk)
            for pk, path, _level, _name in rows
            if path
        }

    def of(self, region: int | None) -> int:
        """Return the id of the city; 0 without a region."""
        return self._city.get(region, region) if region else 0


def _places(then: _Book, now: _Book) -> tuple[PlaceChange, ...]:
    """Cities by the size of their change; the smaller ones together as the last row."""
    names = _Cities().names
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


def _words(code: str) -> tuple[str, str]:
    return {
        "volume": (
            _("Volume"),
            _("More or fewer orders, at the average of the period before"),
        ),
        "rule": (
            _("Rules and prices"),
            _("Same item and city under another version of the rules: another average per order"),
        ),
        "mix": (
            _("Mix and places"),
            _("Other items and cities than before, with the roundings of the other causes"),
        ),
        "facts": (
            _("Jobs themselves"),
            _("Same item, city and rules: distance, time, grade, materials of the orders"),
        ),
        "charges": (_("Extra charges"), _("Extra charges customers confirmed on site")),
        "bonuses": (_("Bonuses"), _("Bonuses on a whole period")),
        "adjustments": (
            _("Adjustments"),
            _("Adjustments, disputes, corrections after recomputing, platform bills"),
        ),
        "rest": (_("Rest"), _("Everything that belongs to none of the other causes")),
    }[code]

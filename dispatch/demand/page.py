"""The forecast as the desk reads it: cities by days, and one city with its days and trades."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from accounts.models import Skill
from common import clock
from common.svg import OutlookBar
from common.workdays import day_kind
from dispatch.demand.history import due_orders
from dispatch.demand.reading import last_night, visible_series
from dispatch.demand.words import Accuracy, accuracy, tenths, weekday_mark
from dispatch.models import DemandDay, DemandSeries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.core.paginator import Page

    from accounts.models import User
    from dispatch.models import DemandNight

CITIES = 25
NEXT_DAYS = 3
_BACK, _AHEAD = 14, 14
_SATURDAY = 5
SURGE_BP, SURGE_X10 = 12_500, 30
"""A day stands out from a quarter, and three jobs, above the mean of four such weekdays."""


@dataclass(frozen=True, slots=True)
class DayFigure:
    """What is foretold of a day against what is usual on its weekday, in tenths of jobs."""

    day: date
    jobs_x10: int
    usual_x10: int

    @property
    def jobs(self) -> int:
        """Whole jobs, half up."""
        return (self.jobs_x10 + 5) // 10

    @property
    def usual(self) -> str:
        """The mean of four such weekdays."""
        return tenths(self.usual_x10)

    @property
    def more(self) -> int:
        """Per cent above (or below) what is usual; 0 where nothing is."""
        if not self.usual_x10:
            return 0
        return round(100 * (self.jobs_x10 - self.usual_x10) / self.usual_x10)

    @property
    def is_surge(self) -> bool:
        """Whether the day stands out."""
        return (
            self.jobs_x10 * 10_000 >= self.usual_x10 * SURGE_BP
            and self.jobs_x10 - self.usual_x10 >= SURGE_X10
        )


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city (or what lies in none) with the days looked at."""

    key: str
    name: str
    days: tuple[DayFigure, ...]
    accuracy: Accuracy

    @property
    def surges(self) -> int:
        """How many of the days stand out."""
        return sum(each.is_surge for each in self.days)


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade of the city looked at."""

    name: str
    days: tuple[DayFigure, ...]
    accuracy: Accuracy


@dataclass(frozen=True, slots=True)
class CityView:
    """The city looked at: its days as bars, and its trades."""

    row: CityRow
    bars: tuple[OutlookBar, ...]
    trades: tuple[TradeRow, ...]


@dataclass(frozen=True, slots=True)
class DemandView:
    """The page; without a night there is nothing to show yet."""

    night: DemandNight | None
    is_old: bool
    days: tuple[date, ...]
    kinds: Mapping[date, str]
    totals: tuple[DayFigure, ...]
    page: Page[CityRow] | None
    surges: int
    accuracy: Accuracy
    city: CityView | None


def demand_page(*, actor: User, region: str = "", page: int = 1) -> DemandView:
    """Return the page for somebody; the number of queries does not depend on how many cities."""
    night, today = last_night(), clock.business_day()
    days = shown_days(today)
    series = list(visible_series(actor=actor))
    sums = [row for row in series if row.is_sum]
    figures = _by_city([row.pk for row in series if not row.is_sum], days)
    rows = [_row(row, days, figures) for row in sums]
    rows.sort(key=lambda each: (-each.surges, -sum(d.jobs_x10 for d in each.days), each.name))
    shown = Paginator(rows, CITIES).get_page(page) if rows else None
    chosen = next((each for each in rows if each.key == region), rows[0] if rows else None)
    totals = tuple(
        DayFigure(
            day,
            sum(each.days[n].jobs_x10 for each in rows),
            sum(each.days[n].usual_x10 for each in rows),
        )
        for n, day in enumerate(days)
    )
    return DemandView(
        night=night,
        is_old=night is not None and night.last_day < today - timedelta(days=1),
        days=days,
        kinds={day: day_kind(day) for day in days},
        totals=totals,
        page=shown,
        surges=sum(each.surges for each in rows),
        accuracy=accuracy(sums),
        city=_city(chosen, series, days, today) if chosen else None,
    )


def shown_days(today: date) -> tuple[date, ...]:
    """The next three days, and the coming weekend where it lies beyond them."""
    following = [today + timedelta(days=n) for n in range(1, 9)]
    weekend = [day for day in following if day.weekday() >= _SATURDAY]
    first = next((n for n, day in enumerate(weekend) if day.weekday() == _SATURDAY), 0)
    return tuple(sorted({*following[:NEXT_DAYS], *weekend[first : first + 2]}))


def _by_city(
    series: Sequence[int], days: Sequence[date]
) -> dict[int | None, dict[date, tuple[int, int]]]:
    found: dict[int | None, dict[date, tuple[int, int]]] = defaultdict(dict)
    rows = DemandDay.objects.filter(series__in=series, day__in=days).values_list(
        "series__region", "day", "jobs_x10", "usual_x10"
    )
    for region, day, jobs, usual in rows:
        before = found[region].get(day, (0, 0))
        found[region][day] = (before[0] + jobs, before[1] + usual)
    return found


def _row(
    row: DemandSeries,
    days: Sequence[date],
    figures: Mapping[int | None, Mapping[date, tuple[int, int]]],
) -> CityRow:
    mine = figures.get(row.region_id, {})
    return CityRow(
        str(row.region_id or "none"),
        row.region.name if row.region else _("Place unknown"),
        tuple(DayFigure(day, *mine.get(day, (0, 0))) for day in days),
        accuracy([row]),
    )


def _city(
    row: CityRow, series: Sequence[DemandSeries], days: Sequence[date], today: date
) -> CityView:
    mine = [each for each in series if not each.is_sum and str(each.region_id or "none") == row.key]
    first, last = today - timedelta(days=_BACK), today + timedelta(days=_AHEAD)
    of_day: dict[date, Counter[str]] = defaultdict(Counter)
    of_trade: dict[int, dict[date, DemandDay]] = defaultdict(dict)
    kept = DemandDay.objects.filter(
        series__in=[each.pk for each in mine], day__gte=first, day__lte=last
    )
    for each in kept:
        of_trade[each.series_id][each.day] = each
        of_day[each.day].update(
            jobs=each.jobs_x10, last_week=each.last_week_x10, usual=each.usual_x10
        )
    came = _came(mine, first, today)
    every = [first + timedelta(days=n) for n in range(_BACK + _AHEAD + 1)]
    names = dict(Skill.objects.values_list("code", "name"))
    trades = [
        TradeRow(
            names.get(each.trade, each.trade) or _("No trade"),
            tuple(_figure(day, of_trade[each.pk].get(day)) for day in days),
            accuracy([each]),
        )
        for each in mine
    ]
    trades.sort(key=lambda each: -sum(day.jobs_x10 for day in each.days))
    return CityView(
        row, tuple(_bar(day, today, of_day.get(day), came) for day in every), tuple(trades)
    )


def _figure(day: date, kept: DemandDay | None) -> DayFigure:
    return DayFigure(day, kept.jobs_x10, kept.usual_x10) if kept else DayFigure(day, 0, 0)


def _came(mine: Sequence[DemandSeries], first: date, today: date) -> Counter[date]:
    """What the days that are over brought in the city."""
    region = mine[0].region if mine else None
    orders = due_orders(first, today - timedelta(days=1))
    there = (
        orders.filter(site_region__path__startswith=region.path)
        if region
        else orders.filter(site_region=None)
    )
    return Counter(there.values_list("day", flat=True))


def _bar(day: date, today: date, said: Counter[str] | None, came: Mapping[date, int]) -> OutlookBar:
    ahead = day >= today
    kept = said or Counter()
    figure = DayFigure(day, kept["jobs"], kept["usual"])
    amount = figure.jobs_x10 if ahead else 10 * came.get(day, 0)
    return OutlookBar(
        label=f"{day:%m-%d}" if day.day == 1 or day == today else f"{day.day}",
        note=_("holiday") if day_kind(day) == "holiday" else weekday_mark(day),
        amount=amount,
        words=str(figure.jobs if ahead else came.get(day, 0)),
        ahead=ahead,
        stands_out=ahead and figure.is_surge,
        guess=kept["last_week"] if ahead else None,
        said=kept["jobs"] if said and not ahead else None,
    )

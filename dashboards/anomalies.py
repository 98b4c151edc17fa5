"""What is out of line: a cell against its own last weeks, an outlet against its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BAND_WEEKS = 8
WIDTHS = 3
LEAST_SHARE_BP = 3_000
LEAST_ORDERS = 12
SHORT_BP = 1_500
SHORT_DAYS = 3
LEAST_OUTLETS = 3


@dataclass(frozen=True, slots=True)
class Band:
    """Where a week's sum usually lies, in fen."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """A week outside its band; `change_bp` is measured from the middle, negative when below."""

    value: int
    band: Band
    change_bp: int
    orders: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An outlet below its neighbours on every one of the last days; `short_bp` over all of them."""

    outlet_id: int
    earned: int
    average: int
    short_bp: int


def band_of(weeks: Sequence[int]) -> Band:
    """Return the band of past weeks: the median, give or take three median deviations.

    A quiet series would have no width at all, so the band reaches at least 30 % from the middle.
    Medians, because one wild week must not hide the next.
    """
    middle = _median(weeks)
    deviation = _median([abs(week - middle) for week in weeks])
    reach = max(WIDTHS * deviation, abs(middle) * LEAST_SHARE_BP // 10_000)
    return Band(middle - reach, middle, middle + reach)


def outlier(weeks: Sequence[int], current: int, *, orders: int) -> Outlier | None:
    """Return how far the current week lies outside the band of the eight before, or None.

    `orders` counts those of all nine weeks: below twelve, or without a usual sum, nothing is told.
    """
    if len(weeks) < BAND_WEEKS or orders < LEAST_ORDERS:
        return None
    band = band_of(weeks[-BAND_WEEKS:])
    if band.middle <= 0 or band.low <= current <= band.high:
        return None
    change_bp = (current - band.middle) * 10_000 // band.middle
    return Outlier(current, band, change_bp, orders)


def shortfalls(days: Mapping[int, Sequence[int]]) -> list[Shortfall]:
    """Return outlets of one branch that earned 15 % below the average on each of three days.

    `days` holds every outlet's sums of the last whole days in the same order. Fewer than three
    outlets have no average worth the name; a day on which nobody earned anything accuses nobody.
    """
    if len(days) < LEAST_OUTLETS:
        return []
    count = len(days)
    averages = [sum(column) // count for column in zip(*days.values(), strict=True)]
    if len(averages) < SHORT_DAYS or min(averages[-SHORT_DAYS:]) <= 0:
        return []
    found = []
    for outlet_id, sums in days.items():
        recent = list(zip(sums, averages, strict=True))[-SHORT_DAYS:]
        if all(own * 10_000 < average * (10_000 - SHORT_BP) for own, average in recent):
            earned, average = (sum(column) for column in zip(*recent, strict=True))
            short_bp = (average - earned) * 10_000 // average
            found.append(Shortfall(outlet_id, earned, average, short_bp))
    return sorted(found, key=lambda short: (-short.short_bp, short.outlet_id))


def _median(values: Sequence[int]) -> int:
    """The middle value; of an even number the lower of the two in the middle."""
    return sorted(values)[(len(values) - 1) // 2]

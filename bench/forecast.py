"""Measures the forecast of jobs against last week's same day, on generated and on the demo's orders.

Every figure is of days the forecast had not seen: it is made anew from the days before, as at night,
and what it would show for the next three days is held against what came.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import exp
from pathlib import Path
from random import Random
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# Threads of the linear algebra cost more than they bring on matrices this small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402 - the script finds its packages first

from bench.figures import Figure, at_most, figure, needs, print_figures, ratio_at_most  # noqa: E402
from bench.product import product  # noqa: E402
from common.workdays import day_kind  # noqa: E402
from dispatch.demand.forecasting import forecast  # noqa: E402
from dispatch.demand.series import TRIED_LEADS, History, Key, Method, weekday_back  # noqa: E402

LAST = date(2026, 11, 22)
"""The last generated day: Double 11 and the week of the National Day are among those tried."""
DAYS = 400
CITIES, TRADES = 12, 5
NIGHTS = range(0, 63, 7)
"""Days back from the last one from which it is foretold."""
NEVER_LEARNED = 1
"""So many of the cities jump about: nothing can be learned there."""


def figures() -> Iterator[Figure]:
    """Foretell made-up cities, then the orders of the demo."""
    needs("statsmodels")
    made = list(generated())
    yield from measured("generated", made, LAST, NIGHTS)
    large = [
        History(Key(n, each.key.trade), each.jobs, each.sold)
        for n in range(237)
        for each in made[: 2 * TRADES : 2]
    ]
    started = perf_counter()
    forecast(large, LAST, day_kind)
    name = f"a night of 237 cities and {TRADES} trades"
    yield figure(name, perf_counter() - started, "s", aim=at_most(300))
    for name, histories, last in demo():
        yield from measured(f"demo, {name}", histories, last, (0, 1, 2))


def measured(
    name: str, histories: Sequence[History], last: date, nights: Sequence[int]
) -> Iterator[Figure]:
    """Hold what would have been shown against what came."""
    ours = plain = 0.0
    learned = shown = 0
    for back in nights:
        until = len(histories[0].jobs) - back - max(TRIED_LEADS)
        known = [History(h.key, h.jobs[:until], h.sold[:until]) for h in histories]
        night = last - timedelta(days=back + max(TRIED_LEADS))
        for history, outlook in zip(
            histories, forecast(known, night, day_kind).outlooks, strict=True
        ):
            learned += outlook.method is Method.LEARNED
            shown += 1
            for ahead in TRIED_LEADS:
                at = until - 1 + ahead
                ours += abs(outlook.jobs_x10[ahead - 1] / 10 - history.jobs[at])
                plain += abs(history.jobs[at - weekday_back(ahead)] - history.jobs[at])
    tried = shown * len(TRIED_LEADS)
    yield figure(
        f"{name}: off by, days 2 to 4 ahead, city and trade", ours / tried, "jobs",
        reference=plain / tried, aim=ratio_at_most(1.0),
    )  # fmt: skip
    yield figure(f"{name}: shown as learned", 100 * learned / shown, "%")


def generated() -> Iterator[History]:
    """Cities with weekdays, trends, holidays and sales that come before the jobs."""
    first = LAST - timedelta(days=DAYS - 1)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    draw = np.random.default_rng(7)
    for city in range(CITIES):
        size, drift = float(draw.uniform(3, 40)), float(draw.normal(0, 0.0015))
        for trade in range(TRADES):
            shape = [1 + 0.15 * float(draw.normal()) for _day in range(7)]
            shape[5] *= 1.3 + 0.1 * trade
            shape[6] *= 1.2
            share = (0.4, 0.25, 0.2, 0.1, 0.05)[trade]
            sold = [
                float(draw.poisson(max(0.1, size * share * exp(drift * n) * _promotion(day))))
                for n, day in enumerate(days)
            ]
            jobs = []
            for n, day in enumerate(days):
                lately = [sold[at] for at in range(n - 4, n - 1) if at >= 0]
                mean = (sum(lately) / len(lately) if lately else size * share) * shape[
                    day.weekday()
                ]
                if day_kind(day) == "holiday":
                    mean *= 0.45
                if city < NEVER_LEARNED:
                    mean = size * share * exp(float(draw.normal(0, 0.9)))
                jobs.append(int(draw.poisson(max(0.05, mean))))
            yield History(Key(city, f"T{trade}"), tuple(jobs), tuple(int(n) for n in sold))


def _promotion(day: date) -> float:
    """June 18 and Double 11 sell more for some days."""
    for month, of_month in ((6, 18), (11, 11)):
        if 0 <= (day - date(day.year, month, of_month)).days < 4:
            return 3.0
    return 1.0


def demo() -> Iterator[tuple[str, list[History], date]]:
    """The orders the demo is made from, by city and kind of item, on the day of their visit."""
    with product():
        from common import clock
        from config.demo.orders import days, orders_of
        from config.demo.plan import companies

        today = clock.business_day()
        for company in companies():
            jobs: dict[Key, Counter[date]] = defaultdict(Counter)
            sold: dict[Key, Counter[date]] = defaultdict(Counter)
            for day in days(today):
                for order in orders_of(company, day):
                    key = Key(int(order.city), order.item.category)
                    visit = day + timedelta(days=Random(order.seed).choice((1, 1, 2, 3)))
                    jobs[key][visit] += 1
                    sold[key][day] += order.quantity
            first, last = min(days(today)) + timedelta(days=3), today - timedelta(days=1)
            every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            found = [
                History(key, tuple(jobs[key][d] for d in every), tuple(sold[key][d] for d in every))
                for key in sorted(jobs)
            ]
            yield company.slug, found, last


if __name__ == "__main__":
    print_figures(__doc__, figures)

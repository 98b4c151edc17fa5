"""Days of work drawn at random: people with trades, grades, lunch and late shifts, jobs with slots."""

from __future__ import annotations

import random

from dispatch.engine.batch.problem import Problem
from dispatch.engine.facts import Break, Job, Shift, Span, Tech

HOUR = 3600
DAY = 1_800_000_000 // 86_400 * 86_400
CENTRE = (104.06, 30.66)


def at(hour: float) -> int:
    """The second of the day on which this hour begins."""
    return DAY + round(hour * HOUR)


def a_day(people: int, jobs: int, *, seed: int, cities: int = 1, trades: int = 10) -> Problem:
    """A day in as many cities, 300 km apart; the same seed draws the same day."""
    draw = random.Random(seed)

    def point(city: int) -> tuple[float, float]:
        return CENTRE[0] + 3 * city + draw.gauss(0, 0.15), CENTRE[1] + draw.gauss(0, 0.12)

    techs = []
    for n in range(people):
        start = 11 if draw.random() < 0.15 else 8
        known = draw.sample(range(trades), min(trades, draw.randint(2, 4)))
        lunch = Break(at(11.5), at(12.75), 45 * 60)
        techs.append(
            Tech(
                n + 1,
                point(n % cities),
                {f"t{trade}": draw.randint(1, 3) for trade in known},
                shifts=(Shift(Span(at(start), at(start + 9)), (lunch,), 8),),
                regions=frozenset({f"c{n % cities}"}),
            )
        )
    return Problem(
        tuple(_job(draw, n + 1, draw.randrange(cities), point, trades) for n in range(jobs)),
        tuple(techs),
        DAY,
    )


def _job(draw: random.Random, number: int, city: int, point: object, trades: int) -> Job:
    slots = [(Span(at(8 + 2 * n), at(10 + 2 * n)),) for n in range(5)] + [
        (Span(at(8), at(12)),),
        (Span(at(12), at(16)),),
        (Span(at(8), at(18)),),
    ]
    slots.append((Span(at(8), at(10)), Span(at(14), at(16))))
    return Job(
        number,
        point(city),  # type: ignore[operator]  # a function of the caller
        draw.choice(slots),
        round(max(900, min(4 * HOUR, draw.lognormvariate(8.35, 0.35)))),
        {f"t{draw.randrange(trades)}": draw.choice((1, 1, 1, 2, 2, 3))},
        region=f"c{city}",
        priority=draw.choices((10, 40, 100), (70, 22, 8))[0],
    )

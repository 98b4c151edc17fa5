"""Measures settling: engine, recompute, quote, ledger guards and roll-up, each against a reference."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench import engine, gorules, posting  # noqa: E402 - the script finds its packages first
from bench.figures import (  # noqa: E402 - as above
    Figure,
    at_most,
    figure,
    median,
    needs,
    print_figures,
    ratio_at_least,
    ratio_at_most,
)
from bench.product import product  # noqa: E402 - as above
from bench.settled import copy_settlements, make_company, newest_day  # noqa: E402 - as above

ORDERS = 100_000
PASSES = 10
"""Runs over the same orders in one process: 1,000,000 orders streamed."""
ROUNDS = 5
RECOMPUTE_ROUNDS = 3
ZEN_ORDERS = 2_000


def figures() -> Iterator[Figure]:
    """Measure everything in one run."""
    needs("zen")
    yield from engine.figures()
    yield from against_zen()
    with product():
        make_company()
        yield from posting.figures()
        copy_settlements(ORDERS)
        yield from rollup()
        yield from recompute()


def against_zen() -> Iterator[Figure]:
    """Our engine and zen on the same orders by turns; see `bench/gorules.py` for what is equal."""
    import zen

    bodies = [json.loads(path.read_text("utf-8")) for path in engine.REFERENCE.glob("ruleset-*")]
    bodies.sort(key=lambda body: str(body["effective_from"]), reverse=True)
    compiled = [zen.ZenEngine().create_decision(gorules.decision(body)) for body in bodies]

    def number_of(order: dict[str, Any]) -> int:
        days = [str(body["effective_from"]) for body in bodies]
        return next(n for n, day in enumerate(days) if day <= order["done_on"])

    for name, orders in (
        ("reference orders", engine.reference_orders()[:ZEN_ORDERS]),
        ("mixed orders", engine.mixed_orders()[:ZEN_ORDERS]),
    ):
        for order in orders[:500]:
            gorules.check([order], bodies[number_of(order)], compiled[number_of(order)])
        asked = [
            (compiled[n], gorules.joined(order, bodies[n]))
            for order in orders
            for n in [number_of(order)]
        ]
        jobs = engine.jobs_of(orders)
        engine.run_engine(jobs)
        ours, theirs = engine.alternating(
            lambda jobs=jobs: len(jobs) / engine.run_engine(jobs)[0],
            lambda asked=asked: len(asked) / _zen_seconds(asked),
        )
        yield figure(f"engine against zen, {name}", ours, "orders/s", theirs, ratio_at_least(5))


def _zen_seconds(asked: list[tuple[Any, dict[str, Any]]]) -> float:
    started = perf_counter()
    for decision, order in asked:
        decision.evaluate(order)
    return perf_counter() - started


def rollup() -> Iterator[Figure]:
    """Sums by region and item from the roll-up and on the fly; and what a rebuild finds different."""
    from accounts.models import User
    from dashboards import rollups
    from dashboards.periods import Kind, Period
    from dashboards.selectors import WITHOUT_ORDER, figures_by_place

    rollups.rebuild()
    again = rollups.rebuild()
    period = Period(Kind.QUARTER, newest_day() - timedelta(days=90), newest_day())
    boss = User.objects.get(username="admin")
    kept, live = [], []
    for _round in range(ROUNDS):
        started = perf_counter()
        by_rollup = figures_by_place(actor=boss, period=period)
        kept.append(perf_counter() - started)
        started = perf_counter()
        on_the_fly = _sums_on_the_fly(period.first, period.last)
        live.append(perf_counter() - started)
    read = {
        place: (found.orders, found.revenue_fen)
        for place, found in by_rollup.items()
        if place[1] != WITHOUT_ORDER
    }
    if read != on_the_fly:
        raise SystemExit("the roll-up and the sums on the fly differ")
    yield figure(
        f"roll-up read against sums of {again.settlements:,} settlements on the fly",
        median(kept) * 1000, "ms", median(live) * 1000, ratio_at_most(0.1),
    )  # fmt: skip
    yield figure("roll-up against its rebuild", again.difference_fen, "fen", aim=at_most(0))


def _sums_on_the_fly(first: Any, last: Any) -> dict[tuple[int | None, int], tuple[int, int]]:
    """What the dashboard's matrix needs, from settlements and their lines."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.site_region_id, v.item_id, count(*), sum(s.paid_fen), sum(l.installers),"
            " sum(l.channel), sum(l.tax), sum(l.outside) FROM settlement_settlement s"
            " JOIN workorders_workorder o ON o.id = s.work_order_id"
            " JOIN catalog_serviceitemversion v ON v.id = o.item_version_id"
            " LEFT JOIN (SELECT settlement_id,"
            "   sum(amount_fen) FILTER (WHERE p.kind = 'installer') AS installers,"
            "   sum(amount_fen) FILTER (WHERE p.kind = 'channel') AS channel,"
            "   sum(amount_fen) FILTER (WHERE p.kind = 'tax') AS tax,"
            "   sum(amount_fen) FILTER (WHERE u.kind IN ('dealer', 'supplier')) AS outside"
            "   FROM settlement_settlementline JOIN settlement_party p ON p.id = payee_id"
            "   LEFT JOIN network_orgunit u ON u.id = p.unit_id"
            "   GROUP BY 1) l ON l.settlement_id = s.id"
            " WHERE s.status = 'active' AND s.done_on BETWEEN %s AND %s GROUP BY 1, 2",
            [first, last],
        )
        return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in cursor.fetchall()}


def recompute() -> Iterator[Figure]:
    """A shadow run over all orders against plain SELECT and COPY of the rows it reads and writes."""
    from bench.recomputing import Shadow

    shadow = Shadow()
    # Memory first: the reference holds all the rows it copies.
    before = shadow.memory_mb()
    shadow.run()
    after_first = shadow.memory_mb()
    for _pass in range(PASSES - 1):
        shadow.run()
    after_last = shadow.memory_mb()
    seconds, plain = [], []
    for _round in range(RECOMPUTE_ROUNDS):
        seconds.append(shadow.run())
        plain.append(shadow.plain())
    looked_at, stored = shadow.orders, shadow.differences
    if not stored:
        raise SystemExit("the new version changed nothing: nothing was measured")
    yield figure(
        f"recompute of {looked_at:,} orders, {stored:,} differences stored",
        looked_at / median(seconds), "orders/s", looked_at / median(plain),
        ratio_at_least(0.5),
    )  # fmt: skip
    yield figure(
        f"memory growth at {looked_at:,} orders", after_first - before, "MB", aim=at_most(100)
    )
    yield figure(
        f"memory growth at {PASSES * looked_at:,} orders",
        after_last - before,
        "MB",
        aim=at_most(100),
    )


if __name__ == "__main__":
    print_figures(__doc__, figures)

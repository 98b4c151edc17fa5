"""Measures the settlement engine against storing its own lines and against a plain oracle."""

import gc
import json
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402 - the script finds its packages first
from psycopg.types.json import Jsonb  # noqa: E402 - as above

from bench.figures import (  # noqa: E402 - as above
    Figure,
    at_most,
    figure,
    print_figures,
    ratio_at_least,
)
from bench.reference_workload import contracts, facts_of, version_for  # noqa: E402 - as above
from settlement.engine.evaluate import settle  # noqa: E402 - as above
from settlement.engine.facts import JobFacts  # noqa: E402 - as above
from settlement.engine.rules import Compiled  # noqa: E402 - as above
from tests.settlement.engine.oracle import settle_order  # noqa: E402 - as above

REFERENCE = ROOT / "tests" / "golden" / "reference"
RUNS = 5
ORDERS = 5_000
SEED = 20250701
COLUMNS = [
    "order_id",
    "seq",
    "code",
    "party",
    "rule",
    "base_fen",
    "rate_num",
    "rate_den",
    "amount_fen",
    "because",
]
TYPES = ["int8", "int2", "text", "text", "text", "int8", "int8", "int8", "int8", "jsonb"]
Job = tuple[Compiled, JobFacts]
Order = dict[str, Any]


def reference_orders() -> list[Order]:
    """Return the worked orders of the reference workload, repeated up to ORDERS."""
    with (REFERENCE / "orders.jsonl").open(encoding="utf-8") as source:
        orders = [json.loads(line) for line in source]
    return orders * (ORDERS // len(orders))


def mixed_orders() -> list[Order]:
    """Return ORDERS orders that each take every field from some worked order: nothing repeats."""
    chance, pool = random.Random(SEED), reference_orders()[:100]
    mixed = []
    for number in range(ORDERS):
        order = {name: chance.choice(pool)[name] for name in pool[0]}
        order |= {"id": number, "distance_m": chance.randrange(80_000)}
        mixed.append(order | {"paid_fen": chance.randrange(200_000)})
    return mixed


def jobs_of(orders: Sequence[Order]) -> list[Job]:
    """Return the compiled version and the facts of each order."""
    versions = contracts()
    found = []
    for order in orders:
        compiled = version_for(versions, order["done_on"])
        found.append((compiled, facts_of(order, compiled)))
    return found


def run_engine(jobs: Sequence[Job]) -> tuple[float, int]:
    """Settle all jobs; return (seconds, rows written: lines and planned releases)."""
    started, lines = perf_counter(), 0
    for compiled, facts in jobs:
        lines += len(settle(compiled, facts).rows)
    return perf_counter() - started, lines


def run_oracle(orders: Sequence[Order]) -> float:
    """Settle all orders with the plain Decimal and dict calculation; return seconds."""
    bodies = [json.loads(path.read_text("utf-8")) for path in REFERENCE.glob("ruleset-*.json")]
    newest_first = sorted(bodies, key=lambda body: str(body["effective_from"]), reverse=True)
    chosen = [
        (order, next(b for b in newest_first if b["effective_from"] <= order["done_on"]))
        for order in orders
    ]
    started = perf_counter()
    for order, body in chosen:
        settle_order(order, body)
    return perf_counter() - started


def rows_to_store(jobs: Sequence[Job]) -> list[tuple[Any, ...]]:
    """Return the engine's rows ready for COPY; reasons are encoded here, outside the timing."""
    encoded: dict[bytes, Jsonb] = {}
    rows: list[tuple[Any, ...]] = []
    for number, (compiled, facts) in enumerate(jobs):
        for row in settle(compiled, facts).rows:
            text = json.dumps(row[-1], ensure_ascii=False).encode()
            because = encoded.setdefault(text, Jsonb(text, dumps=lambda ready: ready))
            rows.append((number, *row[:-1], because))
    return rows


def run_copy(connection: psycopg.Connection[Any], rows: Sequence[tuple[Any, ...]]) -> float:
    """Store the rows by one binary COPY into the emptied table; return seconds with the commit."""
    connection.execute("TRUNCATE bench_line")
    connection.commit()
    started = perf_counter()
    statement = f"COPY bench_line ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types(TYPES)
        for row in rows:
            copy.write_row(row)
    connection.commit()
    return perf_counter() - started


@contextmanager
def line_table() -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection with an empty logged line table, on the owner's server or a throw-away one."""
    # The application's role may create nothing.
    given = os.environ.get("DATABASE_OWNER_URL")
    if given:
        with psycopg.connect(given) as connection:
            yield from _with_table(connection)
        return
    from common.machine.servers import temporary_postgres

    with temporary_postgres() as url, psycopg.connect(url) as connection:
        yield from _with_table(connection)


def _with_table(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    columns = ", ".join(
        f"{name} {kind}{'' if name.startswith(('base', 'rate')) else ' NOT NULL'}"
        for name, kind in zip(COLUMNS, TYPES, strict=True)
    )
    connection.execute("DROP TABLE IF EXISTS bench_line")
    connection.execute(f"CREATE TABLE bench_line ({columns}, PRIMARY KEY (order_id, seq))".encode())
    connection.commit()
    yield connection
    connection.execute("DROP TABLE bench_line")
    connection.commit()


def quote_times(jobs: Sequence[Job]) -> list[float]:
    """Return the microseconds of single quotes."""
    times = []
    for compiled, facts in jobs:
        started = perf_counter()
        settle(compiled, facts)
        times.append((perf_counter() - started) * 1e6)
    return times


def alternating(*measures: Callable[[], float]) -> list[float]:
    """Return the median of RUNS runs of each measure, taken in turns against drift."""
    taken: list[list[float]] = [[] for _ in measures]
    for _ in range(RUNS):
        for results, measure in zip(taken, measures, strict=True):
            results.append(measure())
    return [statistics.median(results) for results in taken]


def per_second(run: Callable[[], tuple[float, int]]) -> Callable[[], float]:
    """Return a measure of lines per second."""

    def measure() -> float:
        seconds, lines = run()
        return lines / seconds

    return measure


def figures() -> list[Figure]:
    """Measure everything; one mapping of name, value, unit, reference, ratio per figure."""
    orders = reference_orders()
    jobs, mixed = jobs_of(orders), jobs_of(mixed_orders())
    rows = rows_to_store(jobs)
    gc.collect()
    gc.freeze()  # what the measurement keeps alive itself is nobody's garbage
    run_engine(jobs)  # the first run fills the look-ups, as a worker's first orders do
    with line_table() as connection:
        engine, copied = alternating(
            per_second(lambda: run_engine(jobs)),
            per_second(lambda: (run_copy(connection, rows), len(rows))),
        )
    others = mixed_orders()
    # Orders per second: the engine writes planned releases too, which the oracle leaves out.
    again, oracle = alternating(
        lambda: len(jobs) / run_engine(jobs)[0], lambda: len(orders) / run_oracle(orders)
    )
    various, plain = alternating(
        lambda: len(mixed) / run_engine(mixed)[0], lambda: len(others) / run_oracle(others)
    )
    quote = statistics.median(quote_times(mixed))
    return [
        figure(
            "engine against COPY of its own lines", engine, "lines/s", copied, ratio_at_least(1.6)
        ),
        figure("engine against the plain oracle", again, "orders/s", oracle, ratio_at_least(2.7)),
        figure("engine against the plain oracle, mixed orders", various, "orders/s", plain),
        figure("one quote, p50", quote, "µs", aim=at_most(30)),
    ]


if __name__ == "__main__":
    print_figures(__doc__, figures)

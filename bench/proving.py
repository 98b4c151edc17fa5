"""Measures the proofs of decision tables: how their cost grows with the rows of a table."""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, figure, median, print_figures  # noqa: E402 - as above
from settlement.engine.proving.gaps import gap_findings  # noqa: E402 - as above
from settlement.engine.proving.tables import table_findings  # noqa: E402 - as above
from settlement.engine.reading import Section  # noqa: E402 - as above
from settlement.engine.table_reading import read_table  # noqa: E402 - as above
from settlement.engine.tables import Table  # noqa: E402 - as above

RUNS = 5
ROWS = (120, 240, 1_000)
NEAR = ("<= 5000", "(5000..20000]", "> 20000")


def tariff(rows: int, hit: str) -> Table:
    """Return a table by item, level of the city and distance, with so many rows."""
    listed: list[dict[str, Any]] = [
        {"id": f"R{n}", "amount_fen": n, "when": {
            "service_item": [f"I{n // 6}"], "city_level": [f"T{n // 3 % 2}"],
            "distance_m": NEAR[n % 3]}}
        for n in range(rows)
    ]  # fmt: skip
    return read_table(Section({"hit": hit, "rows": listed}, "T", []), "T")


def measure() -> Iterator[Figure]:
    """Yield the CPU time per table, medians, against the smallest table with the same policy."""
    for hit in ("UNIQUE", "FIRST"):
        smallest = None
        for rows in ROWS:
            table = tariff(rows, hit)
            taken = median([_seconds(table) for _run in range(RUNS)])
            yield figure(f"proofs of a {hit} table of {rows:,} rows, CPU", taken, "s", smallest)
            smallest = smallest or taken


def _seconds(table: Table) -> float:
    start = process_time()
    list(chain(table_findings("T", table), gap_findings("T", table)))
    return process_time() - start


if __name__ == "__main__":
    print_figures(__doc__, measure)

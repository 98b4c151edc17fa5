"""Measures the proofs of rules: how their cost grows with rows of a table, and with items and regions."""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, at_most, figure, median, print_figures  # noqa: E402 - as above
from settlement.engine.proving.gaps import gap_findings  # noqa: E402 - as above
from settlement.engine.proving.ground import Ground  # noqa: E402 - as above
from settlement.engine.proving.prices import price_findings  # noqa: E402 - as above
from settlement.engine.proving.tables import table_findings  # noqa: E402 - as above
from settlement.engine.reading import Section  # noqa: E402 - as above
from settlement.engine.table_reading import read_table  # noqa: E402 - as above
from settlement.engine.tables import Table  # noqa: E402 - as above

RUNS = 5
ROWS = (120, 240, 1_000)
SIZES = (75, 300)
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
            yield figure(
                f"proofs of a {hit} table of {rows:,} rows, CPU", taken, "s", smallest, at_most(2)
            )
            smallest = smallest or taken
    fewest = None
    for size in SIZES:
        taken = median([_priced(size) for _run in range(RUNS)])
        name = f"proof of a price list for {size} items in {size} regions, CPU"
        yield figure(name, taken, "s", fewest)
        fewest = fewest or taken


def _seconds(table: Table) -> float:
    start = process_time()
    list(chain(table_findings("T", table), gap_findings("T", table)))
    return process_time() - start


def _priced(size: int) -> float:
    """Return the time for a list without their prices, with a condition for each of the items."""
    items = {f"I{n}": f"C{n % 7}" for n in range(size)}
    places = [{"region_path": ("CN", f"R{n}"), "region": f"R{n}"} for n in range(size)]
    when = [{"service_item": [item], "region_path": [f"R{size - 1}"]} for item in items]
    body = {
        "grids": {"P": {"rows_by": ["service_item", "region_path"], "fen": {"X": 100}}},
        "components": [{"code": "B", "kind": "price", "grid": "P", "when": when}],
    }
    start = process_time()
    list(price_findings(body, Ground(items, places)))
    return process_time() - start


if __name__ == "__main__":
    print_figures(__doc__, measure)

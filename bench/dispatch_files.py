"""Reads test instances of vehicle routing: Solomon's `.txt` and VRPLIB's `.vrp` with or without windows.

The first place is the depot, the others keep their order: the numbers of visits are theirs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.engine.batch.tours import Errand

if TYPE_CHECKING:
    from pathlib import Path

FINE = 1000
"""Parts of a unit of way or time the solver counts."""
TRIANGLES: dict[str, Callable[[int], Iterator[tuple[int, int]]]] = {
    "LOWER_ROW": lambda n: ((a, b) for a in range(n) for b in range(a)),
    "LOWER_DIAG_ROW": lambda n: ((a, b) for a in range(n) for b in range(a + 1)),
    "UPPER_ROW": lambda n: ((a, b) for a in range(n) for b in range(a + 1, n)),
    "UPPER_DIAG_ROW": lambda n: ((a, b) for a in range(n) for b in range(a, n)),
    "LOWER_COL": lambda n: ((a, b) for b in range(n) for a in range(b + 1, n)),
    "UPPER_COL": lambda n: ((a, b) for b in range(n) for a in range(b)),
}
LONG = 10**9


class BadFileError(Exception):
    """The file is no instance that is read here; says where and why."""


@dataclass(frozen=True)
class Instance:
    """One problem: `way` is what is added up, `time` what passes between two places."""

    name: str
    way: list[list[float]]
    time: list[list[float]]
    windows: list[tuple[float, float]]
    service: list[float]
    amounts: list[float]
    capacity: float
    vehicles: int
    decimals: int

    def cost(self, routes: list[list[int]]) -> float:
        """Return the whole way, as the instance's convention counts it."""
        return sum(
            self.way[a][b]
            for route in routes
            for a, b in zip([0, *route], [*route, 0], strict=True)
        )

    def errand(self) -> Errand:
        """Return the same in whole numbers; times are rounded up, so that no tour comes too late."""
        return Errand(
            [[round(value * FINE) for value in row] for row in self.way],
            [[math.ceil(round(value * FINE, 6)) for value in row] for row in self.time],
            [(math.ceil(a * FINE), math.floor(b * FINE)) for a, b in self.windows],
            [math.ceil(value * FINE) for value in self.service],
            [math.ceil(value * FINE) for value in self.amounts],
            math.floor(self.capacity * FINE),
            self.vehicles,
        )


def read(path: Path) -> Instance:
    """Return the instance of a file; raises BadFileError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"{path}: cannot be read as text ({error})") from None
    lines = [line.strip() for line in text.splitlines()]
    words = {line.split(":")[0].split()[0].upper() for line in lines if line.split(":")[0].split()}
    try:
        if "DIMENSION" in words:
            return _vrplib(lines)
        if {"VEHICLE", "CUSTOMER"} <= words:
            return _solomon(lines)
    except BadFileError as error:
        raise BadFileError(f"{path}: {error}") from None
    raise BadFileError(
        f"{path}: neither Solomon's format (VEHICLE, CUSTOMER) nor VRPLIB's (DIMENSION : n)"
    )


def _numbers(line: str, at: int, count: int | None = None) -> list[float]:
    try:
        found = [float(word) for word in line.split()]
    except ValueError:
        raise BadFileError(f"line {at + 1} has something that is no number: {line!r}") from None
    if count is not None and len(found) != count:
        raise BadFileError(f"line {at + 1} has {len(found)} numbers, not {count}: {line!r}")
    if not all(math.isfinite(value) for value in found):
        raise BadFileError(f"line {at + 1} has a number without end: {line!r}")
    return found


def _straight(points: list[tuple[float, float]]) -> list[list[float]]:
    return [[math.dist(a, b) for b in points] for a in points]


def _solomon(lines: list[str]) -> Instance:
    rows = [
        (at, _numbers(line, at))
        for at, line in enumerate(lines)
        if line and (line[0].isdigit() or line[0] in "-.")
        if at > lines.index("VEHICLE")
    ]
    if not rows or len(rows[0][1]) != 2:
        raise BadFileError("under VEHICLE two numbers are wanted: how many, and their capacity")
    (_at, (vehicles, capacity)), *places = rows
    for at, row in places:
        if len(row) != 7:
            raise BadFileError(f"line {at + 1} has {len(row)} numbers, not 7")
    numbers = [int(row[0]) for _at, row in places]
    if numbers != list(range(len(numbers))):
        raise BadFileError("customers are to be numbered from 0, the depot, without a gap")
    way = _straight([(row[1], row[2]) for _at, row in places])
    return _sound(Instance(
        lines[0], way, way, [(row[4], row[5]) for _at, row in places],
        [row[6] for _at, row in places], [row[3] for _at, row in places],
        capacity, int(vehicles), 2,
    ))  # fmt: skip


def _vrplib(lines: list[str]) -> Instance:
    told, sections = _taken_apart(lines)
    kind = told.get("TYPE", "CVRP").upper()
    if kind not in ("CVRP", "VRPTW", "CVRPTW"):
        raise BadFileError(f"TYPE {kind} is not read: CVRP, VRPTW and CVRPTW are")
    if "DISTANCE" in told:
        raise BadFileError("DISTANCE, a longest tour, is not read")
    count = int(_told(told, "DIMENSION"))
    if count < 2:
        raise BadFileError(f"DIMENSION {count}: a depot and a customer are the least")
    timed = "TIME_WINDOW_SECTION" in sections
    weight = told.get("EDGE_WEIGHT_TYPE", "EUC_2D").upper()
    if weight == "EXPLICIT":
        time = way = _explicit(told.get("EDGE_WEIGHT_FORMAT", ""), sections, count)
    elif weight == "EUC_2D":
        points = [(x, y) for x, y in _table(sections, "NODE_COORD_SECTION", count, 2)]
        time = _straight(points)
        # Ways count as whole numbers; those beside windows with one decimal, the rest cut off.
        way = [
            [
                math.floor(value * 10) / 10 if timed else float(math.floor(value + 0.5))
                for value in row
            ]
            for row in time
        ]
    else:
        raise BadFileError(f"EDGE_WEIGHT_TYPE {weight} is not read: EUC_2D and EXPLICIT are")
    depots = [int(value) for _at, row in sections.get("DEPOT_SECTION", []) for value in row]
    if depots not in ([1], [1, -1], []):
        raise BadFileError("DEPOT_SECTION: node 1 is to be the only depot")
    service = [float(told.get("SERVICE_TIME", 0))] * count
    if "SERVICE_TIME_SECTION" in sections:
        service = [row[0] for row in _table(sections, "SERVICE_TIME_SECTION", count, 1)]
    windows = [(0.0, float(LONG))] * count
    if timed:
        windows = [(a, b) for a, b in _table(sections, "TIME_WINDOW_SECTION", count, 2)]
    return _sound(Instance(
        told.get("NAME", ""), way, time if timed else [[0.0] * count] * count, windows,
        [0.0, *service[1:]] if timed else [0.0] * count,
        [row[0] for row in _table(sections, "DEMAND_SECTION", count, 1)],
        # Fleets are free in these sets: the shortest ways known use more than VEHICLES.
        _told(told, "CAPACITY"), count - 1,
        1 if timed and weight == "EUC_2D" else 0,
    ))  # fmt: skip


Sections = dict[str, list[tuple[int, list[float]]]]


def _taken_apart(lines: list[str]) -> tuple[dict[str, str], Sections]:
    told: dict[str, str] = {}
    sections: Sections = {}
    rows: list[tuple[int, list[float]]] | None = None
    for at, line in enumerate(lines):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if key.upper() == "EOF":
            break
        if key.upper().endswith("_SECTION"):
            rows = sections.setdefault(key.upper(), [])
        elif colon:
            told[key.upper()] = value
        elif line:
            if rows is None:
                raise BadFileError(f"line {at + 1} stands in no section: {line!r}")
            rows.append((at, _numbers(line, at)))
    return told, sections


def _told(told: dict[str, str], key: str) -> float:
    try:
        return float(told[key])
    except KeyError:
        raise BadFileError(f"{key} is missing") from None
    except ValueError:
        raise BadFileError(f"{key} is no number: {told[key]!r}") from None


def _table(sections: Sections, name: str, count: int, width: int) -> list[list[float]]:
    """Return the values of a section by node; each line begins with the node's number."""
    if name not in sections:
        raise BadFileError(f"{name} is missing")
    found: dict[int, list[float]] = {}
    for at, row in sections[name]:
        if len(row) != width + 1:
            raise BadFileError(f"line {at + 1} of {name} has {len(row)} numbers, not {width + 1}")
        if int(row[0]) in found:
            raise BadFileError(f"line {at + 1} of {name} tells node {int(row[0])} a second time")
        found[int(row[0])] = row[1:]
    if sorted(found) != list(range(1, count + 1)):
        raise BadFileError(f"{name} has {len(found)} nodes; 1 to {count} are wanted")
    return [found[node] for node in range(1, count + 1)]


def _explicit(form: str, sections: Sections, count: int) -> list[list[float]]:
    values = [value for _at, row in sections.get("EDGE_WEIGHT_SECTION", []) for value in row]
    form = form.upper()
    if form == "FULL_MATRIX":
        pairs = [(a, b) for a in range(count) for b in range(count)]
    elif form in TRIANGLES:
        pairs = list(TRIANGLES[form](count))
    else:
        raise BadFileError(f"EDGE_WEIGHT_FORMAT {form or '(missing)'} is not read")
    if len(values) != len(pairs):
        raise BadFileError(
            f"EDGE_WEIGHT_SECTION has {len(values)} numbers; {form} of {count} nodes has {len(pairs)}"
        )
    matrix = [[0.0] * count for _row in range(count)]
    for (a, b), value in zip(pairs, values, strict=True):
        matrix[a][b] = value
        if form != "FULL_MATRIX":
            matrix[b][a] = value
    return matrix


def _sound(found: Instance) -> Instance:
    """Refuse what no plan can keep, before somebody waits for one."""
    if len(found.windows) < 2:
        raise BadFileError("there is no customer")
    if found.vehicles < 1 or found.capacity <= 0:
        raise BadFileError("vehicles and capacity are to be more than none")
    for node, (begin, end) in enumerate(found.windows):
        if begin > end:
            raise BadFileError(f"the window of customer {node} ends before it begins")
        if found.amounts[node] < 0 or found.service[node] < 0:
            raise BadFileError(f"demand and service of customer {node} are to be 0 or more")
        if found.amounts[node] > found.capacity:
            raise BadFileError(f"the demand of customer {node} is more than a vehicle holds")
        if found.time[0][node] + found.windows[0][0] > end:
            raise BadFileError(f"nobody reaches customer {node} before its window ends")
    return found

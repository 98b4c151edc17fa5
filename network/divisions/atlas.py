"""The table of administrative divisions, read once from the data file beside this module.

Codes are six digits of GB/T 2260 (development zones: of the statistics office's list). The file's
centres come from a source that does not state its datum; they look like a map provider's, so they are
taken as GCJ-02 and converted to WGS-84 here. The error of that assumption is at most 0.6 km, small
beside the precision of a district's centre.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from network.geo import Datum, Point, to_wgs84

DATUM_OF_FILE = Datum.GCJ02
_HERE = Path(__file__).parent


class Level(StrEnum):
    """How deep a division stands; also how precise a point is."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Division:
    """One division; `point` is its centre in WGS-84, `precision` says whose centre that is."""

    code: str
    name: str
    parent: str
    level: Level
    point: Point
    precision: Level


def division(code: str) -> Division | None:
    """The division of this code (today's or, through the table of old codes, a former one)."""
    table = _table()
    return table.get(code) or table.get(_old_codes().get(code, ""))


def divisions(level: Level | None = None) -> Iterator[Division]:
    """All divisions in the order of their codes, or those of one level."""
    return (each for each in _table().values() if level is None or each.level is level)


def children(code: str) -> tuple[Division, ...]:
    """The divisions directly below this one; for "" the provinces."""
    return _children().get(code, ())


def path(code: str) -> tuple[Division, ...]:
    """From the province down to this division; empty when the code is unknown."""
    steps: list[Division] = []
    here = division(code)
    while here is not None:
        steps.append(here)
        here = _table().get(here.parent)
    return tuple(reversed(steps))


def city_of(code: str) -> Division | None:
    """The city a division belongs to, for city levels and prices.

    A county governed by its province stands for its own city; a province has none.
    """
    steps = path(code)
    return steps[1] if len(steps) > 1 else None


def old_names() -> tuple[tuple[str, str], ...]:
    """Pairs of (former name, code of today) for renamed, upgraded and merged districts."""
    return tuple((row["old_name"], row["code"]) for row in _rows("aliases.csv"))


@cache
def _table() -> MappingProxyType[str, Division]:
    return MappingProxyType({row["code"]: _read(row) for row in _rows("divisions.csv")})


@cache
def _children() -> MappingProxyType[str, tuple[Division, ...]]:
    below: dict[str, list[Division]] = {}
    for each in _table().values():
        below.setdefault(each.parent, []).append(each)
    return MappingProxyType({code: tuple(found) for code, found in below.items()})


@cache
def _old_codes() -> MappingProxyType[str, str]:
    rows = _rows("aliases.csv")
    return MappingProxyType({row["old_code"]: row["code"] for row in rows if row["old_code"]})


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read(row: dict[str, str]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        parent=row["parent"],
        level=Level(row["level"]),
        point=to_wgs84((float(row["lon"]), float(row["lat"])), DATUM_OF_FILE),
        precision=Level(row["precision"]),
    )

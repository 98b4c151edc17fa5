"""Starting levels, price bands and cost levels of cities, which a company copies and then owns."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from network.divisions.atlas import Division, Level, divisions, path

_FILE = Path(__file__).with_name("city_levels.toml")


@dataclass(frozen=True, slots=True)
class CityLevel:
    """A city's level code and its Chinese name, price band 1 to 12, cost level 1 to 5."""

    code: str
    name: str
    price_band: int
    cost_level: int


def default_city_level(code: str) -> CityLevel:
    """The starting level for any division's code; unknown codes get the default level."""
    level_by_name, shift, default = _rules()
    steps = path(code)
    name = steps[1].name if len(steps) > 1 else ""
    level = level_by_name.get(name, default)
    return CityLevel(
        level.code, level.name, level.price_band + shift.get(name, 0), level.cost_level
    )


def cities_with_levels() -> Iterator[tuple[Division, CityLevel]]:
    """Every city, and every county governed by its province, with its starting level."""
    for each in divisions():
        if each.level is Level.CITY or (len(path(each.code)) == 2 and each.level is Level.DISTRICT):
            yield each, default_city_level(each.code)


@cache
def _rules() -> tuple[MappingProxyType[str, CityLevel], MappingProxyType[str, int], CityLevel]:
    body: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    by_city: dict[str, CityLevel] = {}
    by_code: dict[str, CityLevel] = {}
    for row in body["level"]:
        level = CityLevel(row["code"], row["name"], row["price_band"], row["cost_level"])
        by_code[level.code] = level
        by_city.update(dict.fromkeys(row["cities"], level))
    shift: dict[str, int] = body["band_shift"]
    default = by_code[body["default_level"]]
    return MappingProxyType(by_city), MappingProxyType(shift), default

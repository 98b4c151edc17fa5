"""Places of a rule body by name instead of by path: which price, which tier, which surcharge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from settlement.engine.paths import split, value_at
from settlement.engine.regional import NAMES, OVERRIDES
from settlement.rule_sheets import TITLES, output_word

Names = Mapping[str, Mapping[str, str]]
_SPOT = re.compile(r"rules\.(components\[(\d+)\]|(tables|grids|sums)\.([^.]+))(.*)")


class Place(NamedTuple):
    """The group a place belongs to (a price list, a table, a component) and its own name in it."""

    group: str
    name: str

    def __str__(self) -> str:
        return f"{self.group} · {self.name}" if self.name else self.group


def place_of(body: Mapping[str, Any], path: str, names: Names) -> Place:
    """Return the name of a place; steps nobody named stand as they are."""
    top, *steps = split(path)
    if top == "grids" and len(steps) >= 3:
        return Place(_title(steps[0]), names.get("service_item", {}).get(steps[-1], steps[-1]))
    if top == "tables" and len(steps) == 4:
        return Place(_title(steps[0]), _row(body, f"/tables/{steps[0]}/rows/{steps[2]}", steps))
    if top == "components" and steps:
        group = _label(value_at(body, f"/components/{steps[0]}"), steps[0])
        if len(steps) == 4:
            return Place(group, _row(body, f"/components/{steps[0]}/rows/{steps[2]}", steps))
        return Place(group, " · ".join(output_word(step) for step in steps[1:]))
    return Place(_title(top), " · ".join(steps))


def spot_of(body: Mapping[str, Any], spot: str) -> str:
    """Return the name of a place a check found, such as `rules.components[3].rate_bp`."""
    region, _colon, rest = spot.rpartition(": ")
    words = _spot_words(body, rest or spot)
    code = region.removeprefix(f"rules.{OVERRIDES}.")
    return f"{body.get(NAMES, {}).get(code, code)}: {words}" if region else words


def _spot_words(body: Mapping[str, Any], spot: str) -> str:
    found = _SPOT.fullmatch(spot)
    if found is None:
        return spot.removeprefix("rules.")
    if found[2] is None:
        return _title(found[4]) + found[5]
    entries = body.get("components", [])
    at = int(found[2])
    return (_label(entries[at], found[1]) if at < len(entries) else found[1]) + found[5]


def _row(body: Mapping[str, Any], path: str, steps: list[str]) -> str:
    return f"{_label(value_at(body, path), steps[2])} · {output_word(steps[3])}"


def _label(entry: Any, default: str) -> str:
    if isinstance(entry, Mapping):
        return str(entry.get("label") or entry.get("code") or default)
    return default


def _title(name: str) -> str:
    return str(TITLES.get(name, name))

"""Places of rules under way by name: what a region set, what a check found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from settlement.engine.regional import NAMES, OVERRIDES
from settlement.rule_sheets import table_word
from settlement.rulebook.places import Places
from settlement.rulebook.vocabulary import Vocabulary, all_names

_SPOT = re.compile(r"rules\.(components\[(\d+)\]|(tables|grids|sums)\.([^.]+))(.*)")


def places_of(body: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Places:
    """Return the namer of a body's places, and of those only the one `before` had."""
    return Places(body if before is None else before, body, Vocabulary(all_names()))


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
        return table_word(found[4]) + found[5]
    entries = body.get("components", [])
    at = int(found[2])
    return (_label(entries[at], found[1]) if at < len(entries) else found[1]) + found[5]


def _label(entry: Any, default: str) -> str:
    if isinstance(entry, Mapping):
        return str(entry.get("label") or entry.get("code") or default)
    return default

"""Which components' lines make up what rules hold back, where stored lines alone can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from settlement.engine.result import WORKER
from settlement.engine.rules import WHOLE


def plain_base(body: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the components whose lines are held back, and how many times; None for the engine.

    None where the base is more than lines of the installer's own components that write one line
    each under their own code. Jobs that charged something on site are not told by it.
    """
    parts = {str(part.get("code")): part for part in body.get("components", [])}
    releases = [part for part in parts.values() if part.get("kind") == "release"]
    if len(releases) != 1 or releases[0].get("party") != WORKER:
        return None
    found: Counter[str] = Counter()
    if not _add(releases[0].get("base"), 1, found, parts, body.get("sums", {})):
        return None
    plain = {code: times for code, times in found.items() if times}
    return plain if plain and all(_is_plain(parts[code]) for code in plain) else None


def _is_plain(part: Mapping[str, Any]) -> bool:
    return part.get("party") == WORKER and part.get("kind") not in WHOLE


def _add(
    base: Any, times: int, found: Counter[str], parts: Mapping[str, Any], sums: Mapping[str, Any]
) -> bool:
    """Add a base's components; False where it names anything else."""
    for term in base if isinstance(base, list) else [base]:
        if not isinstance(term, str):
            return False
        name, n = term.removeprefix("-"), -times if term.startswith("-") else times
        if name in sums:
            inner = {key: value for key, value in sums.items() if key != name}
            if not _add(sums[name].get("of"), n, found, parts, inner):
                return False
        elif name in parts:
            found[name] += n
        else:
            return False
    return True

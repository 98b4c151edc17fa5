"""How many conditions a rule body holds, and that it holds no more than can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused

MOST_CONDITIONS = 10_000


class TooLarge(Refused):
    """More than the product checks in reasonable time; becomes a 413."""

    status = 413


def refuse_too_large(body: Mapping[str, Any]) -> None:
    """Raise TooLarge (413) when the body holds too many conditions to be checked."""
    conditions = count_conditions(body)
    if conditions >= MOST_CONDITIONS:
        sentence = _(
            "%(n)d conditions are too many; rules hold fewer than %(most)d. "
            "Put values that give the same into one row."
        )
        raise TooLarge("rules.large", sentence % {"n": conditions, "most": MOST_CONDITIONS})


def count_conditions(body: Mapping[str, Any]) -> int:
    """Return how many cells look at a fact."""
    return sum(len(case) for _spot, case in cases_in(body))


def cases_in(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every condition with the place it stands at; a broken body has none."""
    tables, parts = body.get("tables", {}), body.get("components", [])
    if isinstance(tables, Mapping):
        for name, table in tables.items():
            yield from _row_cases(f"rules.tables.{name}", table)
    for number, part in enumerate(parts if isinstance(parts, list) else []):
        if isinstance(part, Mapping):
            spot = f"rules.components[{number}]"
            when = part.get("when", {})
            for case in when if isinstance(when, list) else [when]:
                if isinstance(case, Mapping):
                    yield spot, case
            yield from _row_cases(spot, part)


def _row_cases(spot: str, table: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = table.get("rows", []) if isinstance(table, Mapping) else []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping) and isinstance(row.get("when"), Mapping):
            yield spot, row["when"]

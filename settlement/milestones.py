"""The milestones at which a company's rules in force release money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common import clock
from settlement.engine.stages import WARRANTY
from settlement.proposals.selectors import versions_counting


def awaited_by_rules() -> frozenset[str]:
    """Return the milestones that something has to reach: the warranty ends by its days alone."""
    versions = versions_counting(on=clock.business_day(), known_at=None)
    return frozenset(name for version in versions for name in _stages(version.body))


def _stages(part: Any) -> Iterator[str]:
    """Milestones stand in components, and in what regions set for themselves: wherever one lies."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "milestones" and isinstance(value, list):
                rows = (row for row in value if isinstance(row, dict))
                yield from (str(row["stage"]) for row in rows if _is_awaited(row))
            else:
                yield from _stages(value)
    elif isinstance(part, list):
        for each in part:
            yield from _stages(each)


def _is_awaited(row: dict[str, Any]) -> bool:
    ends_by_itself = row.get("stage") == WARRANTY and row.get("after_days")
    return bool(row.get("stage")) and not ends_by_itself

"""Numbers of versions that are still free."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settlement.models import RuleDraft, RuleSetVersion

LONGEST = 20


def next_number(draft: RuleDraft, latest: RuleSetVersion | None) -> str:
    """Return the number the draft names, or the next free one after the latest version's."""
    taken = set(draft.rule_set.versions.values_list("number", flat=True))
    wanted = "" if draft.region_id else str(draft.body.get("version", ""))
    number = wanted or (latest.number if latest else "1")
    while number in taken:
        number = _after(number)
    return number


def _after(number: str) -> str:
    found = re.search(r"(\d+)(?!.*\d)", number)
    if found is None:
        return f"{number[: LONGEST - 2]}.2"
    return f"{number[: found.start()]}{int(found[1]) + 1}{number[found.end() :]}"

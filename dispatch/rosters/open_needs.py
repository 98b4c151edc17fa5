"""What a draft leaves open of the people a week needs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dispatch.rosters.need import people_for
from dispatch.rosters.patterns import kind_of
from dispatch.rosters.proposing import Need

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dispatch.models import RosterRule, RosterShift, ShiftPattern


def chosen_patterns(
    patterns: Sequence[ShiftPattern],
) -> tuple[ShiftPattern | None, ShiftPattern | None, ShiftPattern | None]:
    """Return the shifts a proposal plans with: the first early, late and on-call one."""
    work = [each for each in patterns if not each.on_call]
    early = next((each for each in work if not each.is_late), None)
    late = next((each for each in work if each.is_late), None)
    return early or late, late, next((each for each in patterns if each.on_call), None)


def open_needs(
    early: ShiftPattern | None,
    late: ShiftPattern | None,
    on_call: ShiftPattern | None,
    drafts: Sequence[RosterShift],
    rule: RosterRule,
    expected: Mapping[date, int],
) -> list[Need]:
    """Return the needs of each day that the shifts of the draft do not cover yet."""
    there = Counter((row.day, row.on_call, row.pattern.is_late) for row in drafts)
    found: list[Need] = []
    for day, jobs in expected.items():
        want_early, want_late = people_for(jobs, rule)
        if late is None:
            want_early, want_late = want_early + want_late, 0
        has_early, has_late = there[day, False, False], there[day, False, True]
        if early and (open_early := want_early - has_early - max(0, has_late - want_late)) > 0:
            found.append(Need(day, kind_of(early), open_early))
        if late and (open_late := want_late - has_late) > 0:
            found.append(Need(day, kind_of(late), open_late))
        ready = sum(n for (at, is_on_call, _late), n in there.items() if at == day and is_on_call)
        if on_call and (more := rule.on_call_people - ready) > 0:
            found.append(Need(day, kind_of(on_call), more))
    return found

"""Proposes a week: what the company needs against who is there, by the rules of rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from dispatch.rosters.editing import fill_cells, lock_week
from dispatch.rosters.need import expected_week
from dispatch.rosters.open_needs import chosen_patterns, open_needs
from dispatch.rosters.patterns import patterns_of, worked
from dispatch.rosters.proposing import SATURDAY, Person, Proposal, propose
from dispatch.rosters.reading import (
    away_between,
    rostered_people,
    shifts_between,
    week_days,
    wishes_between,
)
from dispatch.rosters.reasons import reason_words
from dispatch.rosters.rule import limits_of, roster_rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import Installer, User
    from dispatch.models import RosterRule, RosterShift, ShiftPattern
    from network.models import OrgUnit

_BACK = timedelta(weeks=4)
_NEAR = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A need nobody was found for, with the reasons as a sentence."""

    day: date
    shift: str
    people: int
    words: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a proposal did: how many shifts it planned, and what it could not."""

    shifts: int
    uncovered: tuple[Uncovered, ...]


@transaction.atomic
def propose_week(*, unit: OrgUnit, monday: date, actor: User | None) -> Proposed:
    """Fill the open need of a week's draft; what somebody planned by hand stays as it is.

    Refused("roster.no_patterns") for a unit without any shift of work. One transaction: of two who
    ask at once the second finds the need covered.
    """
    week = lock_week(unit, monday)
    patterns = patterns_of(unit)
    rule = roster_rule()
    team = list(rostered_people(unit))
    found = proposal(team, patterns, rule, unit=unit, monday=monday)
    by_pk = {each.pk: each for each in patterns}
    cells: dict[tuple[int, date], list[ShiftPattern]] = defaultdict(list)
    for placed in found.placed:
        cells[placed.person, placed.day].append(by_pk[placed.kind.code])
    fill_cells(week=week, cells=cells, actor=actor)
    record(actor, "roster.proposed", week, shifts=len(found.placed), missing=len(found.missing))
    uncovered = tuple(
        Uncovered(each.day, by_pk[each.kind.code].name, each.people, reason_words(each.reasons))
        for each in found.missing
    )
    return Proposed(len(found.placed), uncovered)


def proposal(
    team: Sequence[Installer],
    patterns: Sequence[ShiftPattern],
    rule: RosterRule,
    *,
    unit: OrgUnit,
    monday: date,
) -> Proposal:
    """Return the proposal for what the draft of a week leaves open; writes nothing."""
    early, late, on_call = chosen_patterns(patterns)
    refuse_unless(
        early, "roster.no_patterns", _("Make a shift first: there is none to plan with here")
    )
    days = week_days(monday)
    ids = [each.pk for each in team]
    drafts = shifts_between(ids, monday - _NEAR, days[-1] + _NEAR, published=False)
    people = _people(ids, drafts, monday)
    needs = open_needs(early, late, on_call, drafts, rule, expected_week(unit, days))
    return propose(people, needs, limits_of(rule), clock.CHINA)


def _people(ids: Sequence[int], drafts: Sequence[RosterShift], monday: date) -> list[Person]:
    days = week_days(monday)
    away, wishes = away_between(ids, days[0], days[-1]), wishes_between(ids, days[0], days[-1])
    burden: dict[int, Counter[str]] = defaultdict(Counter)
    for row in shifts_between(ids, monday - _BACK, monday - timedelta(days=1), published=True):
        burden[row.installer_id]["on_call"] += row.on_call
        burden[row.installer_id]["late"] += row.pattern.is_late and not row.on_call
        burden[row.installer_id]["weekend"] += row.day.weekday() >= SATURDAY and not row.on_call
    rows: dict[int, list[RosterShift]] = defaultdict(list)
    for row in drafts:
        rows[row.installer_id].append(row)
    return [
        Person(
            pk,
            worked=tuple(worked(row) for row in rows[pk] if not row.on_call),
            on_call=tuple(worked(row) for row in rows[pk] if row.on_call),
            away=frozenset(
                day for day in days for first, last in away.get(pk, ()) if first <= day <= last
            ),
            wishes={day: wishes[pk, day] for day in days if (pk, day) in wishes},
            burden=burden[pk],
        )
        for pk in ids
    ]

"""A proposal for a week as plain arithmetic: covers the need, breaks no rule, shares the burden.

Deterministic: the same people, needs and limits give the same proposal. What is not covered is
returned with how many people each rule kept from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from dispatch.rosters.rest import Limits, Worked, faults, monday_of

if TYPE_CHECKING:
    from datetime import tzinfo

SATURDAY = 5
_AROUND = timedelta(days=8)
"""Shifts farther away than a week and a day neither end a row nor shorten a rest."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A shift as it is proposed; it ends on the next day when it ends no later than it begins."""

    code: int
    starts: time
    ends: time
    minutes: int
    is_late: bool = False
    on_call: bool = False

    def on(self, day: date, zone: tzinfo) -> Worked:
        """Return the shift of a day."""
        begins = datetime.combine(day, self.starts, zone)
        next_day = day if self.ends > self.starts else day + timedelta(days=1)
        return Worked(day, begins, datetime.combine(next_day, self.ends, zone), self.minutes)


@dataclass(frozen=True, slots=True)
class Person:
    """Who can be planned: shifts around and in the week that stand, days away, wishes, burdens.

    `wishes` maps a day to off, early or late; `burden` counts late, on_call and weekend shifts of
    the weeks before.
    """

    id: int
    worked: tuple[Worked, ...] = ()
    on_call: tuple[Worked, ...] = ()
    away: frozenset[date] = frozenset()
    wishes: Mapping[date, str] = field(default_factory=dict)
    burden: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """So many people wanted in a shift of a day."""

    day: date
    kind: Kind
    people: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A person in a shift of a day."""

    person: int
    day: date
    kind: Kind


@dataclass(frozen=True, slots=True)
class Missing:
    """People nobody was found for, and how many people each rule kept from this shift."""

    day: date
    kind: Kind
    people: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who works when, and what stays uncovered."""

    placed: tuple[Placed, ...]
    missing: tuple[Missing, ...]


def propose(
    people: Sequence[Person], needs: Iterable[Need], limits: Limits, zone: tzinfo
) -> Proposal:
    """Fill the needs, the scarcest first; nobody who stands in `people` is moved."""
    planned = [_Planned(each) for each in sorted(people, key=lambda each: each.id)]
    placed: list[Placed] = []
    missing: list[Missing] = []
    for need in _scarcest_first(needs, planned):
        shift = need.kind.on(need.day, zone)
        for n in range(need.people):
            able = [each for each in planned if each.hindrance(need, shift, limits) is None]
            if not able:
                why = Counter(each.hindrance(need, shift, limits) or "" for each in planned)
                reasons = tuple(sorted(why.items(), key=lambda item: (-item[1], item[0])))
                missing.append(Missing(need.day, need.kind, need.people - n, reasons))
                break
            chosen = min(able, key=lambda each: each.rank(need))
            chosen.take(need, shift)
            placed.append(Placed(chosen.person.id, need.day, need.kind))
    placed.sort(key=lambda each: (each.day, each.kind.code, each.person))
    missing.sort(key=lambda each: (each.day, each.kind.code))
    return Proposal(tuple(placed), tuple(missing))


@dataclass(slots=True)
class _Planned:
    person: Person
    worked: list[Worked] = field(default_factory=list)
    on_call: list[Worked] = field(default_factory=list)
    burden: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.worked = list(self.person.worked)
        self.on_call = list(self.person.on_call)
        self.burden = Counter(self.person.burden)

    def hindrance(self, need: Need, shift: Worked, limits: Limits) -> str | None:
        """The first rule that keeps this person from a shift, None when none does."""
        if need.day in self.person.away:
            return "leave"
        around = [*self.worked, *self.on_call]
        if need.kind.on_call:
            if any(each.day == need.day for each in self.on_call):
                return "planned"
        elif any(each.day == need.day for each in self.worked):
            return "planned"
        if any(each.begins < shift.ends and shift.begins < each.ends for each in around):
            return "planned"
        if need.kind.on_call:
            return None
        near = [each for each in self.worked if abs(each.day - need.day) <= _AROUND]
        before = {(each.code, each.day) for each in faults(near, limits)}
        broken = [
            each for each in faults([*near, shift], limits) if (each.code, each.day) not in before
        ]
        return broken[0].code if broken else None

    def rank(self, need: Need) -> tuple[int, ...]:
        """Small for whom it suits: wishes first, then the fair share, then how much they work."""
        kind = need.kind
        wish = self.person.wishes.get(need.day, "")
        against = wish == "off" or (wish == "early" and kind.is_late)
        suits = wish == "late" and kind.is_late
        weekend = self.burden["weekend"] if need.day.weekday() >= SATURDAY else 0
        special = self.burden["on_call"] if kind.on_call else self.burden["late"] * kind.is_late
        week = monday_of(need.day)
        minutes = sum(each.minutes for each in self.worked if monday_of(each.day) == week)
        return (
            int(against) - int(suits),
            special,
            weekend,
            minutes,
            len(self.worked),
            self.person.id,
        )

    def take(self, need: Need, shift: Worked) -> None:
        """Plan the person."""
        if need.kind.on_call:
            self.on_call.append(shift)
            self.burden["on_call"] += 1
            return
        self.worked.append(shift)
        self.burden["late"] += need.kind.is_late
        self.burden["weekend"] += need.day.weekday() >= SATURDAY


def _scarcest_first(needs: Iterable[Need], planned: Sequence[_Planned]) -> list[Need]:
    """Work before standing by; then the days with the fewest people to spare, late shifts first."""
    wanted = list(needs)
    spare = {
        day: sum(day not in each.person.away for each in planned)
        - sum(need.people for need in wanted if need.day == day and not need.kind.on_call)
        for day in {need.day for need in wanted}
    }

    def order(need: Need) -> tuple[bool, int, date, bool, int]:
        kind = need.kind
        return kind.on_call, spare[need.day], need.day, not kind.is_late, kind.code

    return sorted(wanted, key=order)

"""A page of a unit's week as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.paginator import Page

    from accounts.models import Installer
    from dispatch.models import RosterShift, RosterWeek, ShiftPattern
    from network.models import OrgUnit


@dataclass(frozen=True, slots=True)
class Cell:
    """Somebody's day: marks of the shifts, and what else is to be known of it."""

    key: str
    day: date
    shifts: tuple[RosterShift, ...]
    is_away: bool
    wish: str
    is_new: bool
    faults: tuple[str, ...]
    label: str

    @property
    def now(self) -> str:
        """The shifts as the page sends them back: ids, sorted."""
        return ",".join(str(pk) for pk in sorted(row.pattern_id for row in self.shifts))

    @property
    def is_overtime(self) -> bool:
        """Whether a shift of the day is overtime."""
        return any(row.is_overtime for row in self.shifts)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody's week with its hours of work."""

    installer: Installer
    cells: tuple[Cell, ...]
    hours: str


@dataclass(frozen=True, slots=True)
class DayNeed:
    """What a day needs against who is planned; `missing` people, 0 when covered."""

    day: date
    kind: str
    jobs: int
    people: int
    planned: int
    on_call: int

    @property
    def missing(self) -> int:
        """How many people too few are planned."""
        return max(0, self.people - self.planned)


@dataclass(frozen=True, slots=True)
class Against:
    """A broken rule in words."""

    name: str
    day: date
    words: str


@dataclass(frozen=True, slots=True)
class WeekView:
    """A page of a unit's week."""

    unit: OrgUnit
    week: RosterWeek
    days: list[DayNeed]
    rows: list[Row]
    page: Page[Installer]
    patterns: list[ShiftPattern]
    against: list[Against]
    unpublished: list[str]
    stamp: str

    @property
    def monday(self) -> date:
        """The first day."""
        return self.week.monday

    @property
    def iso(self) -> str:
        """The first day as addresses name it."""
        return self.week.monday.isoformat()

    @property
    def before(self) -> str:
        """The Monday before."""
        return (self.week.monday - timedelta(days=7)).isoformat()

    @property
    def after(self) -> str:
        """The Monday after."""
        return (self.week.monday + timedelta(days=7)).isoformat()

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.week.monday + timedelta(days=6)

    @property
    def is_changed(self) -> bool:
        """Whether the draft is other than what is in force."""
        return self.week.version != self.week.published_version

"""What the calendar shows: slots of two hours on days, and limits in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common import clock
from common.errors import Refused

SLOT = timedelta(hours=2)
BEGINS = (8, 10, 12, 14, 16, 18)
"""The hours at which slots begin."""
DAYS = 14
LEAD = timedelta(hours=2)
"""A slot that begins sooner is nobody's to book: somebody has to get there."""
NOON = 12


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a day; `units` are the outlets that can still take it, the first is asked first."""

    starts_at: datetime
    units: tuple[int, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.starts_at + SLOT

    @property
    def is_open(self) -> bool:
        """Whether somebody may still book it."""
        return bool(self.units)

    @property
    def key(self) -> str:
        """The slot as forms name it: "2026-11-02T10"."""
        return f"{clock.china(self.starts_at):%Y-%m-%dT%H}"


@dataclass(frozen=True, slots=True)
class SlotDay:
    """A day of the calendar with what is open on it."""

    day: date
    slots: tuple[Slot, ...]


def slots_on(day: date) -> list[Slot]:
    """Return the slots of a day, none of them open yet."""
    return [Slot(datetime.combine(day, time(hour), clock.CHINA)) for hour in BEGINS]


def slot_named(key: str) -> Slot:
    """Return the slot a form names; Refused("slot.unknown") for what is none."""
    try:
        begins = datetime.strptime(key, "%Y-%m-%dT%H").replace(tzinfo=clock.CHINA)
    except ValueError as error:
        raise Refused("slot.unknown", str(error)) from error
    if begins.hour not in BEGINS:
        raise Refused("slot.unknown", key)
    return Slot(begins)


def part_of(moment: datetime) -> str:
    """Return the part of the day a moment lies in: am or pm."""
    return "am" if clock.china(moment).hour < NOON else "pm"

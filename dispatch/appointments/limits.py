"""Limits of outlets: how many jobs of a type in a part of a day, some kept for emergencies."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.formatting import day_text
from dispatch.appointments.load import load_of
from dispatch.appointments.shapes import part_of
from dispatch.models import CapacityLimit
from network.models import OrgUnit
from network.order_types import order_type_names

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dispatch.appointments.load import Load
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Over:
    """A limit that one more job would break: how many there are and may be."""

    limit: CapacityLimit
    day: date
    there: int
    most: int


class Limits:
    """The limits of some outlets against what they have on some days."""

    def __init__(self, rows: Iterable[CapacityLimit], load: Load) -> None:
        self.load = load
        self.rows: dict[int, list[CapacityLimit]] = defaultdict(list)
        for row in rows:
            self.rows[row.unit_id].append(row)

    def over(self, unit: int, order: WorkOrder, at: datetime) -> Over | None:
        """Return the first limit of an outlet that this order would break at a moment, or None."""
        day, part = clock.business_day(at), part_of(at)
        for row in self._counting(unit, day):
            if row.part not in (part, CapacityLimit.Part.DAY):
                continue
            if row.order_type not in ("", order.order_type):
                continue
            there = sum(
                n
                for (where, when, which, kind), n in self.load.items()
                if where == unit
                and when == day
                and row.part in (which, CapacityLimit.Part.DAY)
                and row.order_type in ("", kind)
            )
            most = row.most if order.urgent else row.most - row.reserve
            if there >= most:
                return Over(row, day, there, most)
        return None

    def _counting(self, unit: int, day: date) -> Iterable[CapacityLimit]:
        """The limits of a day: where one is set for it, that and not the usual one."""
        found: dict[tuple[str, str], CapacityLimit] = {}
        for row in self.rows.get(unit, ()):
            if row.first_on is not None and not row.first_on <= day <= (row.last_on or day):
                continue
            known = found.get((row.order_type, row.part))
            if known is None or _begins(row) > _begins(known):
                found[row.order_type, row.part] = row
        return found.values()


def _begins(row: CapacityLimit) -> date:
    return row.first_on or date.min


def limits_for(
    units: Iterable[int], first: date, last: date, *, without: int | None = None
) -> Limits:
    """Return the limits of outlets on some days; one query where there are none, four else."""
    rows = list(CapacityLimit.objects.filter(unit__in=set(units)).select_related("unit"))
    if not rows:
        return Limits([], Counter())
    load = load_of({row.unit_id for row in rows}, first, last, without=without)
    return Limits(rows, load)


def over_words(over: Over) -> str:
    """Return a limit that is reached as a sentence."""
    names = order_type_names()
    return _("%(unit)s is full: %(part)s on %(day)s, %(kind)s, %(there)s of %(most)s") % {
        "unit": over.limit.unit.name,
        "part": over.limit.get_part_display(),
        "day": day_text(over.day, today=clock.business_day(), weekday=True),
        "kind": names.get(over.limit.order_type, _("all order types")),
        "there": over.there,
        "most": over.most,
    }


def lock_units(units: Iterable[int]) -> None:
    """Take outlets for a booking, one at a time; after an order and an installer, never before.

    The lock lets foreign keys to the rows be written.
    """
    rows = OrgUnit.objects.filter(pk__in=set(units)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))

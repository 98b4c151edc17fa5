"""Which slots an order can still be booked into: somebody could come, and no limit is reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from dispatch.appointments.limits import limits_for
from dispatch.appointments.load import held_or_booked
from dispatch.appointments.shapes import DAYS, LEAD, SlotDay, slots_on
from dispatch.appointments.supply import supply_for
from network.models import ServiceTerritory
from workorders.flow import Meaning
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from dispatch.appointments.shapes import Slot


def calendar_days(*, week: int = 0) -> list[date]:
    """Return seven days from today on, or from a week later."""
    today = clock.business_day()
    first = max(0, min(week, DAYS // 7 - 1)) * 7
    return [today + timedelta(days=first + n) for n in range(7)]


def open_days(order: WorkOrder, days: Sequence[date]) -> list[SlotDay]:
    """Return the days with their slots; the queries do not depend on how many people there are."""
    earliest = clock.now() + LEAD
    wanted = {day: [s for s in slots_on(day) if s.starts_at >= earliest] for day in days}
    opened = iter(opened_slots(order, [slot for slots in wanted.values() for slot in slots], days))
    return [SlotDay(day, tuple(next(opened) for _slot in slots)) for day, slots in wanted.items()]


def opened_slots(order: WorkOrder, slots: Sequence[Slot], days: Sequence[date]) -> list[Slot]:
    """Return the same slots with the outlets that can take the order in each.

    A place counts as taken by every order whose customer has a window and nobody was sent to yet,
    and by every slot that is held.
    """
    if not slots:
        return []
    supply = supply_for(order, days)
    units = list(dict.fromkeys(supply.outlets.values()))
    limits = limits_for(units, days[0], days[-1], without=order.pk)
    since, until = slots[0].starts_at, slots[-1].ends_at
    held = list(held_or_booked(units, since, until, without=order.pk))
    waiting = _waiting(units, since, until, order)
    first = _priorities(order, units)
    found = []
    for slot in slots:
        able = supply.able(slot)
        taken = Counter(unit for unit, at, _kind in held if at == slot.starts_at)
        unheld = sum(begins < slot.ends_at and slot.starts_at < ends for begins, ends in waiting)
        spare = sum(able.values()) - sum(taken.values()) - unheld
        here = [
            unit
            for unit in sorted(able, key=first)
            if able[unit] > taken[unit] and limits.over(unit, order, slot.starts_at) is None
        ]
        found.append(replace(slot, units=tuple(here) if spare > 0 else ()))
    return found


def _waiting(
    units: Iterable[int], since: datetime, until: datetime, order: WorkOrder
) -> list[tuple[datetime, datetime]]:
    """Windows of orders nobody was sent to yet in the territory of these outlets, not booked here."""
    regions = ServiceTerritory.objects.filter(outlet__in=list(units)).values("region")
    rows = WorkOrder.objects.filter(
        site_region__in=regions,
        installer=None,
        meaning=Meaning.WAITING.value,
        window_starts_at__lt=until,
        window_ends_at__gt=since,
    ).exclude(pk=order.pk)
    booked = rows.filter(slot_holds__state="booked").values("pk")
    windows = rows.exclude(pk__in=booked).values_list("window_starts_at", "window_ends_at")
    return [(begins, ends) for begins, ends in windows if begins and ends]


def _priorities(order: WorkOrder, units: Iterable[int]) -> _Order:
    path = order.site_region.path if order.site_region else ""
    chain = [int(part) for part in path.split(".") if part]
    rows = ServiceTerritory.objects.filter(outlet__in=list(units), region__in=chain)
    ranks = dict(rows.order_by("-priority").values_list("outlet", "priority"))
    return _Order(ranks)


class _Order:
    """The outlets in the order in which a region asks them."""

    def __init__(self, ranks: dict[int, int]) -> None:
        self.ranks = ranks

    def __call__(self, unit: int) -> tuple[int, int]:
        return self.ranks.get(unit, 10**6), unit

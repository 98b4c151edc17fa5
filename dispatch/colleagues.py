"""Who near a running visit could come and help: where they are now, what they have done, when free."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Installer
from common import clock
from common.formatting import masked_phone
from dispatch.bookings import bookings
from dispatch.engine.online import NEVER_WITHOUT, hard_fail
from dispatch.facts import home_of, people, point_of, question, seconds, technicians
from dispatch.models import HelpRequest, HelpRule
from dispatch.roads import travel_at
from dispatch.rosters.hours import shifts_of
from dispatch.services.candidates import assignable_installers, nearest
from network.models import OrgUnit
from workorders.flow import Meaning
from workorders.models import CrewMember, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dispatch.bookings import Booking
    from dispatch.engine.travel import Travel
    from network.geo import Point

NEAR_M = 30_000
"""By road, estimated; who is farther off is not asked."""
SOON = timedelta(hours=2)
"""Who is free within this time may be asked."""
HELP_TAKES = timedelta(hours=1)
"""A gap in somebody's day that is shorter holds no help."""
_UNDER_WAY = (Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)
_LEFT = (HelpRequest.State.DECLINED,)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could help: how far off by road, from when on, and what they have done.

    `done` counts pieces of this very item, `trade_done` finished orders of its trade.
    """

    installer: Installer
    distance_m: int | None
    free_at: datetime
    there_at: datetime
    is_free: bool
    done: int
    trade_done: int
    unit: str
    masked_number: str

    @property
    def is_experienced(self) -> bool:
        """Whether they have finished this item before."""
        return self.done > 0


def help_reach() -> str:
    """Return whose people the company lets its installers ask; its own branch until it says so."""
    own = HelpRule.objects.filter(pk=1).values_list("reach", flat=True).first()
    return own or HelpRule.Reach.BRANCH


def colleagues_for(order: WorkOrder, *, asker: Installer) -> list[Colleague]:
    """Return who may be asked for help on an order: who has done this item before comes first, then
    who could be there first. The number of queries is the same for one and for two hundred.

    Nobody beyond the units the company allows, farther than 30 km, without the skills, grades and
    certificates of the work, away today, busy for two hours more, asked by somebody else just now,
    on this order already, or who has said no to it.
    """
    now = clock.now()
    site = point_of(order.address)
    pool = _pool(order, asker).exclude(pk__in=_on_it(order, asker))
    near = nearest(order, people(pool))
    today = shifts_of(near, [clock.business_day(now)])
    there = [each for each in near if today[each.pk]]
    travel = travel_at(order)
    able = _able(order, there, now, travel)
    ids = [each.pk for each in able]
    rows = bookings(ids, [clock.business_day(now)], without=order.pk)
    done, trade = _experience(order, ids)
    found = []
    for each in able:
        place, free_at = _whereabouts(each, rows.get(each.pk, ()), now)
        if free_at - now > SOON:
            continue
        metres = None if place is None or site is None else travel.metres(place, site)
        if metres is not None and metres > NEAR_M:
            continue
        way_s = 0 if metres is None else travel.seconds(place or (0, 0), site or (0, 0))
        found.append(
            Colleague(
                installer=each,
                distance_m=metres,
                free_at=free_at,
                there_at=free_at + timedelta(seconds=way_s),
                is_free=free_at <= now,
                done=done[each.pk],
                trade_done=trade[each.pk],
                unit=order.item_version.unit,
                masked_number=masked_phone(each.user.phone),
            )
        )
    return sorted(found, key=_best_first)


def _best_first(each: Colleague) -> tuple[bool, bool, datetime, int]:
    # An unknown place comes last: "near" is what was asked for.
    return not each.is_experienced, each.distance_m is None, each.there_at, each.installer.pk


def _pool(order: WorkOrder, asker: Installer) -> QuerySet[Installer]:
    reach = help_reach()
    if reach == HelpRule.Reach.NEAR:
        return assignable_installers(order=order)
    active = Installer.objects.filter(is_active=True, user__is_active=True)
    if reach == HelpRule.Reach.OUTLET:
        return active.filter(outlet=asker.outlet_id).order_by("pk")
    return active.filter(outlet__path__startswith=_branch_path(asker.outlet)).order_by("pk")


def _branch_path(outlet: OrgUnit) -> str:
    """The path of the branch an outlet belongs to; of the outlet itself where there is none."""
    above = [int(part) for part in outlet.path.split(".") if part]
    branches = OrgUnit.objects.filter(pk__in=above, kind=OrgUnit.Kind.BRANCH)
    found = branches.order_by("-path").values_list("path", flat=True).first()
    return found or outlet.path


def _on_it(order: WorkOrder, asker: Installer) -> set[int]:
    """Who is on the order, has said no to it, or is just being asked by somebody."""
    crew = CrewMember.objects.filter(work_order=order, left_at=None)
    asked = HelpRequest.objects.filter(
        Q(work_order=order, state__in=_LEFT) | Q(state=HelpRequest.State.OPEN),
    )
    found = {asker.pk, *crew.values_list("installer_id", flat=True)}
    found |= {pk for pk in asked.values_list("colleague_id", flat=True) if pk}
    return found | ({order.installer_id} if order.installer_id else set())


def _able(
    order: WorkOrder, found: list[Installer], now: datetime, travel: Travel
) -> list[Installer]:
    """Who may do this work at all, by the engine's own rules: the same that send a helper later."""
    asked = question(order, now=now)
    at = seconds(now)
    refused = set()
    for tech in technicians(asked, found, at_home=frozenset()):
        failed = hard_fail(asked.job, tech, at, travel)
        if failed is not None and failed.code in NEVER_WITHOUT:
            refused.add(tech.id)
    return [each for each in found if each.pk not in refused]


def _whereabouts(
    each: Installer, rows: Sequence[Booking], now: datetime
) -> tuple[Point | None, datetime]:
    """Where somebody is when they become free, and when that is.

    That is the visit they are on, else the last one of today, else home. A visit that runs over its
    time is taken to last a little longer.
    """
    place, free_at = home_of(each), now
    for row in rows:
        if row.ends <= now and not (row.active and row.order.meaning in _UNDER_WAY):
            place = point_of(row.order.address) or place
        elif row.active and row.begins - free_at < HELP_TAKES:
            place = point_of(row.order.address) or place
            free_at = max(row.ends, now + timedelta(minutes=15), free_at)
    return place, free_at


def _experience(order: WorkOrder, ids: Iterable[int]) -> tuple[Counter[int], Counter[int]]:
    """Pieces of the item, and orders of its trade, that people finished as lead or helper."""
    item = order.item_version.item
    done = WorkOrder.objects.exclude(completed_at=None).filter(
        cancelled_at=None, item_version__item__industry=item.industry
    )
    pieces: Counter[int] = Counter()
    trade: Counter[int] = Counter()
    wanted = list(ids)
    lead = done.filter(installer__in=wanted).values_list("installer", "item_version__item")
    helped = done.filter(crew__installer__in=wanted)
    helped_rows = helped.values_list("crew__installer", "item_version__item")
    for found in (lead, helped_rows):
        # One row for each person and item, however many orders.
        for who, which, pieces_done, orders in found.annotate(
            n=Sum("quantity"), orders=Count("pk", distinct=True)
        ).order_by():
            trade[who] += orders
            if which == item.pk:
                pieces[who] += pieces_done
    return pieces, trade


def by_id(found: Iterable[Colleague]) -> Mapping[int, Colleague]:
    """Return colleagues by their installer's id."""
    return {each.installer.pk: each for each in found}

"""Who could come in a slot: people on shift, with the skills, within their radius, still free."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import Installer
from common import clock
from dispatch.engine.facts import Span
from dispatch.engine.online import hard_fail, rank
from dispatch.facts import people, question, seconds, technicians
from dispatch.roads import travel_at
from dispatch.services.candidates import assignable_installers, nearest, outlets_covering
from dispatch.support.lent import supporters_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dispatch.appointments.shapes import Slot
    from dispatch.engine.facts import Job, Tech
    from dispatch.engine.travel import Travel
    from workorders.models import WorkOrder

MOST_PEOPLE = 60


class Supply:
    """The people who may do an order at all, with their days; asked slot by slot."""

    def __init__(
        self, job: Job, techs: Sequence[Tech], outlets: dict[int, int], roads: Travel
    ) -> None:
        self.job, self.techs, self.outlets, self.roads = job, techs, outlets, roads
        self.now = seconds(clock.now())

    def able(self, slot: Slot) -> Counter[int]:
        """Return how many people of each outlet could begin the order in a slot."""
        window = Span(seconds(slot.starts_at), seconds(slot.ends_at))
        job = replace(self.job, windows=(window,))
        found = rank(job, self.techs, self.now, travel=self.roads)
        return Counter(self.outlets[each.tech_id] for each in found if each.feasible)


def supply_for(order: WorkOrder, days: Sequence[date]) -> Supply:
    """Return who could do an order on some days; whoever has it already is the only one.

    People of the outlets whose territory covers the site; where none does, of those near it.
    """
    local = outlets_covering(order)
    if order.installer_id is not None:
        found = Installer.objects.filter(pk=order.installer_id)
    else:
        found = assignable_installers(order=order)
        lent = supporters_for(order.site_region)
        found = found.filter(Q(outlet__in=local) | Q(pk__in=lent)) if local else found
    team = nearest(order, people(found))[:MOST_PEOPLE]
    asked = replace(question(order, now=clock.now()), days=tuple(days))
    techs = technicians(asked, team, at_home=local)
    now, roads = seconds(clock.now()), travel_at(order)
    last = Span(now, seconds(clock.day_span(days[-1])[1]))
    job = replace(asked.job, windows=(last,))
    able = [each for each in techs if hard_fail(job, each, now, roads) is None]
    return Supply(asked.job, able, {each.pk: each.outlet_id for each in team}, roads)

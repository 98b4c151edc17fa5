"""Limits of an outlet hold for every way an order is given, and have days of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from common.errors import Refused
from common.outbox import drain
from dispatch.appointments.limits import limits_for
from dispatch.forms_capacity import CapacityForm
from dispatch.models import CapacityLimit, PlannedVisit
from dispatch.planning.publishing import publish_plan
from dispatch.services.assigning import assign
from dispatch.services.claims import claim
from dispatch.services.flow_wishes import give_now
from dispatch.services.offers import offer_job
from network.models import ServiceTerritory
from tests.dispatch.test_day_plan import planned
from tests.dispatch.test_ways import led, ruled
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from tests.factories import UnitFactory
from workorders.models import WorkOrder

DAY = MONDAY.date()


def full(town, most=1, **more):
    return CapacityLimit.objects.create(
        unit=town.suzhou, **({"part": "day", "order_type": "", "most": most} | more)
    )


def busy(town):
    """An outlet that may do one job a day and has it."""
    first, second = person(town, km=1), person(town, km=2)
    taken = agree(waiting(town, 1), 9)
    assign(order_id=taken.pk, installer_id=first.pk, actor=town.dispatcher)
    full(town)
    return second


def test_a_claim_is_refused_at_a_full_outlet(town):
    second = busy(town)
    order = agree(waiting(town, 2), 14)
    offer = offer_job(order_id=order.pk, actor=town.dispatcher)
    with pytest.raises(Refused) as refused:
        claim(offer_id=offer.pk, installer=second, actor=second.user)
    assert refused.value.code == "capacity.full"
    order.refresh_from_db()
    assert order.installer is None


def test_a_published_plan_leaves_out_what_the_outlet_has_no_place_for(town):
    person(town, km=1), person(town, km=2)
    orders = [waiting(town, n) for n in (1, 2)]
    run = planned(town, day=DAY + timedelta(days=1))
    full(town)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    states = sorted(run.visits.values_list("state", flat=True))
    assert states == sorted([PlannedVisit.State.PUBLISHED, PlannedVisit.State.CONFLICT])
    note = run.visits.get(state=PlannedVisit.State.CONFLICT).note
    assert town.suzhou.name in note
    given = WorkOrder.objects.filter(pk__in=[order.pk for order in orders], installer__isnull=False)
    assert given.count() == 1


def test_a_rule_gives_it_to_the_next_one_whose_outlet_has_room(town):
    busy(town)
    nearby = UnitFactory(name="杭州网点", parent=town.east, lon="120.1", lat="30.2")
    ServiceTerritory.objects.create(outlet=nearby, region=town.hangzhou)
    other = person(town, km=15, outlet=nearby)
    ruled(town)
    order = agree(waiting(town, 2), 14)
    run = led(order)
    assert (order.installer, run.state) == (other, "given")


def test_a_flow_gives_it_to_the_next_one_whose_outlet_has_room(town):
    busy(town)
    nearby = UnitFactory(name="杭州网点", parent=town.east, lon="120.1", lat="30.2")
    ServiceTerritory.objects.create(outlet=nearby, region=town.hangzhou)
    other = person(town, km=15, outlet=nearby)
    order = agree(waiting(town, 2), 14)
    assert give_now(order.pk, "best") == other.user.display_name


def test_a_dispatcher_goes_beyond_it_with_a_reason(town):
    second = busy(town)
    order = agree(waiting(town, 2), 14)
    with pytest.raises(Refused):
        assign(order_id=order.pk, installer_id=second.pk, actor=town.dispatcher)
    made = assign(
        order_id=order.pk, installer_id=second.pk, actor=town.dispatcher, over_reason="老客户"
    )
    assert made.installer == second


def over(town, order, day):
    at = MONDAY.replace(hour=14) + (day - DAY)
    return limits_for([town.suzhou.pk], day, day).over(town.suzhou.pk, order, at)


def test_an_exception_counts_on_its_days_instead_of_the_usual_limit(town):
    order = waiting(town)
    full(town, most=5)
    assert over(town, order, DAY) is None
    full(town, most=0, first_on=DAY, last_on=DAY + timedelta(days=1))
    found = over(town, order, DAY)
    assert found is not None
    assert found.most == 0
    assert over(town, order, DAY + timedelta(days=1)) is not None
    assert over(town, order, DAY + timedelta(days=2)) is None
    # Of two that reach a day, the one that begins later.
    full(town, most=9, first_on=DAY + timedelta(days=1), last_on=DAY + timedelta(days=1))
    assert over(town, order, DAY + timedelta(days=1)) is None


def test_an_exception_may_also_open_a_full_outlet(town):
    order = waiting(town)
    full(town, most=0)
    full(town, most=2, first_on=DAY, last_on=DAY)
    assert over(town, order, DAY) is None
    assert over(town, order, DAY + timedelta(days=1)) is not None


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (("2026-11-02", ""), "last_on"),
        (("", "2026-11-02"), "first_on"),
        (("2026-11-03", "2026-11-02"), "last_on"),
        (("2026-11-02", "2026-11-02"), None),
        (("", ""), None),
    ],
)
def test_an_exception_has_both_days(town, days, wrong):
    said = {
        "unit": town.suzhou.pk, "order_type": "", "part": "am", "most": 3, "reserve": 0,
        "first_on": days[0], "last_on": days[1],
    }  # fmt: skip
    form = CapacityForm(said, actor=town.admin)
    assert list(form.errors) == ([wrong] if wrong else [])


@pytest.mark.commits
def test_of_two_claims_for_an_outlets_last_place_one_is_refused(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        people = [person(town, km=1), person(town, km=2)]
        offers = [
            offer_job(order_id=agree(waiting(town, n), 10).pk, actor=town.dispatcher)
            for n in (1, 2)
        ]
        full(town)
    answers = at_once(
        tenant,
        [
            lambda who=who, offer=offer: claim(offer_id=offer.pk, installer=who, actor=who.user)
            for who, offer in zip(people, offers, strict=True)
        ],
    )
    refused = [each for each in answers if isinstance(each, Refused)]
    assert [each.code for each in refused] == ["capacity.full"]

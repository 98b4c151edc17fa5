"""What finished trips teach about a city's traffic, and who goes by it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers.models import Address
from dispatch.board.filters import BoardFilter
from dispatch.board.lanes import day_lanes
from dispatch.engine.facts import Weights
from dispatch.engine.travel import Travel
from dispatch.facts import point_of
from dispatch.learning import FASTEST, FEWEST_TRIPS, SLOWEST, Trip, learn_roads, speed_of
from dispatch.models import RoadPace
from dispatch.planning.building import build_day
from dispatch.roads import travel_at
from dispatch.selectors import candidates
from dispatch.services.assigning import assign
from tests.dispatch.town import MONDAY, SITE, person, waiting
from workorders.flow import Meaning
from workorders.models import StageStay

TODAY = date(2026, 11, 3)
HOME_KM = 10


def drive(order, installer, *, minutes, at=MONDAY, days_ago=0, **changed):
    """Note that somebody drove to an order's site and worked there for half an hour."""
    begins = at - timedelta(days=days_ago)
    there = begins + timedelta(minutes=minutes)
    shared = {
        "work_order": order,
        "flow_version": order.flow_version,
        "installer": installer,
        "stage": "x",
        "name": "x",
    } | changed
    StageStay.objects.create(
        **shared, meaning=Meaning.EN_ROUTE.value, entered_at=begins, left_at=there
    )
    StageStay.objects.create(
        **shared,
        meaning=Meaning.ON_SITE.value,
        entered_at=there,
        left_at=there + timedelta(minutes=30),
    )


def drives(town, minutes, *, count=FEWEST_TRIPS, **changed):
    """As many trips from home to one site, each of a day of its own or of another person."""
    order = waiting(town)
    for n in range(count):
        someone = person(town, km=HOME_KM)
        drive(order, someone, minutes=minutes, days_ago=n % 25, **changed)
    return order


def east_of(order, degrees):
    """The order, at an address of its own east of the others."""
    address = Address.objects.get(pk=order.address_id)
    address.pk, address.lon = None, Decimal(f"{SITE[0] + degrees:.6f}")
    address.save()
    order.address = address
    order.save(update_fields=["address"])
    return order


def pace(minutes):
    """What a trip from such a home to the site says, in metres an hour."""
    home = (round(SITE[0] + HOME_KM / 96.1, 6), SITE[1])
    return speed_of(Trip(1, home, SITE, minutes * 60))


def test_a_city_learns_the_median_speed_of_its_trips(town):
    drives(town, 45)
    for km in (8, 12):
        drive(waiting(town, km), person(town, km=km), minutes=9 * km)
    (row,) = learn_roads(today=TODAY)
    assert row.region == town.hangzhou
    assert (row.trips, row.learned_on) == (FEWEST_TRIPS + 2, TODAY)
    assert row.metres_per_hour == pytest.approx(pace(45), rel=0.01)


def test_one_absurd_trip_does_not_move_the_median(town):
    drives(town, 45, count=FEWEST_TRIPS + 1)
    (before,) = learn_roads(today=TODAY)
    drive(waiting(town, 7), person(town, km=HOME_KM), minutes=6)
    (after,) = learn_roads(today=TODAY)
    assert after.metres_per_hour == before.metres_per_hour


def test_too_few_trips_teach_nothing_and_an_old_row_goes(town):
    drives(town, 45, count=FEWEST_TRIPS - 1)
    RoadPace.objects.create(
        region=town.hangzhou, metres_per_hour=20_000, trips=99, learned_on=date(2026, 1, 1)
    )
    assert learn_roads(today=TODAY) == []
    assert not RoadPace.objects.exists()


@pytest.mark.parametrize(("minutes", "bound"), [(200, SLOWEST), (8, FASTEST)])
def test_what_is_learned_stays_within_bounds(town, minutes, bound):
    drives(town, minutes)
    assert [row.metres_per_hour for row in learn_roads(today=TODAY)] == [bound]


def test_trips_told_of_later_and_trips_of_today_are_left_out(town):
    drives(town, 45, received_at=MONDAY)
    assert learn_roads(today=TODAY) == []
    for n in range(FEWEST_TRIPS):
        drive(waiting(town, n + 2), person(town, km=HOME_KM), minutes=45)
    assert learn_roads(today=MONDAY.date()) == []
    assert learn_roads(today=TODAY)


def test_the_second_trip_of_a_day_begins_at_the_visit_before(town):
    first, second = waiting(town), east_of(waiting(town, 2), 0.2)
    for n in range(FEWEST_TRIPS):
        someone = person(town, km=0)  # lives at the first site: that way teaches nothing
        drive(first, someone, minutes=3, days_ago=n % 25)
        drive(second, someone, minutes=60, at=MONDAY.replace(hour=13), days_ago=n % 25)
    (row,) = learn_roads(today=TODAY)
    begins, ends = point_of(first.address), point_of(second.address)
    assert row.trips == FEWEST_TRIPS
    assert row.metres_per_hour == speed_of(Trip(1, begins, ends, 3_600))


def learned(town, metres_per_hour=10_000):
    RoadPace.objects.create(
        region=town.hangzhou, metres_per_hour=metres_per_hour, trips=40, learned_on=TODAY
    )


def test_the_way_takes_as_long_as_the_city_taught_and_is_no_longer(town):
    person(town, km=9)
    order = waiting(town)
    (usual,) = candidates(order=order)
    learned(town)
    (slow,) = candidates(order=order)
    setup_s = Travel().setup_s
    assert slow.distance_m == usual.distance_m
    assert (slow.candidate.travel_s - setup_s) == pytest.approx(
        3.5 * (usual.candidate.travel_s - setup_s), abs=4
    )


def test_a_place_below_the_city_goes_by_the_city_and_others_by_the_default(town):
    order = waiting(town)
    learned(town)
    assert travel_at(order).metres_per_hour == 10_000
    order.site_region = None
    assert travel_at(order) == Travel()


def test_a_plan_of_a_day_goes_by_it(town):
    person(town)
    order = waiting(town)
    learned(town)
    day = build_day(orders=[order], outlets=[town.suzhou], day=MONDAY.date(), weights=Weights())
    assert [part.problem.travel.metres_per_hour for part in day.parts] == [10_000]


def test_the_board_draws_ways_as_long_as_the_city_taught(town):
    someone, first, second = person(town), waiting(town), east_of(waiting(town, 2), 0.03)
    for order, hour in ((first, 9), (second, 15)):
        begins = MONDAY.replace(hour=hour)
        assign(order_id=order.pk, installer_id=someone.pk, actor=town.dispatcher, start_at=begins)

    def way():
        chosen = BoardFilter(day=MONDAY.date())
        (lane,) = day_lanes(actor=town.dispatcher, chosen=chosen).lanes
        return lane.travels[0].width

    usual = way()
    learned(town)
    assert way() > usual


def test_the_policy_page_tells_what_was_learned_from_how_many_trips(town, client):
    client.force_login(town.admin)
    assert "35 km/h" in client.get("/dispatch/policy/").content.decode()
    learned(town, 24_600)
    page = client.get("/dispatch/policy/").content.decode()
    assert "杭州 · 25 km/h" in page
    assert "2026-11-03" in page

"""Who is asked for an order, who is not, and why."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Leave, WorkingHours
from customers.models import Address
from dispatch.selectors import candidates
from dispatch.services.assigning import assign
from tests.dispatch.town import MONDAY, agree, certify, person, waiting
from tests.factories import UnitFactory
from workorders.models import WorkOrder
from workorders.selectors import work_orders


def fails(order):
    return {each.installer.pk: each.candidate.hard_fail for each in candidates(order=order)}


def test_the_nearer_of_two_equal_people_is_first(town):
    far, near = person(town, km=9), person(town, km=1)
    first, second = candidates(order=waiting(town))
    assert [first.installer, second.installer] == [near, far]
    assert first.distance_m < second.distance_m
    assert first.reasons
    assert first.start_at >= MONDAY


def test_without_anybody_the_list_is_empty(town):
    assert candidates(order=waiting(town)) == []


def test_people_of_outlets_far_away_are_not_asked(town):
    person(town, outlet=UnitFactory(name="哈尔滨网点", lon="126.6", lat="45.8"))
    assert candidates(order=waiting(town)) == []


def test_a_neighbouring_outlet_is_asked_and_said_to_cross_regions(town):
    neighbour = person(town, outlet=UnitFactory(name="临平网点", lon="120.2", lat="30.3"))
    (only,) = candidates(order=waiting(town))
    assert only.installer == neighbour
    assert "cross_region" in {reason.code for reason in only.candidate.reasons}


@pytest.mark.parametrize(
    ("until", "fail"),
    [
        (None, "certificate_missing"),
        (date(2026, 11, 1), "certificate_expired"),
        (date(2026, 11, 2), None),
        (date(2026, 11, 30), None),
    ],
)
def test_a_certificate_counts_to_the_end_of_its_last_day(town, until, fail):
    installer = person(town)
    order = agree(waiting(town), 14)
    order.item_version.body = {**order.item_version.body, "certificates": ["CERT-HIGH"]}
    order.item_version.sha256 = "an item with a certificate"
    if until:
        certify(installer, "CERT-HIGH", until)
    assert fails(order) == {installer.pk: fail}


@pytest.mark.parametrize(("rank", "fail"), [(0, "skill"), (1, "grade"), (2, None), (4, None)])
def test_the_skill_is_needed_at_its_grade(town, rank, fail):
    installer = person(town, rank=rank)
    assert fails(waiting(town)) == {installer.pk: fail}


def test_nobody_is_sent_on_leave_or_outside_their_hours(town):
    order = agree(waiting(town), 14)
    away, early, there = person(town), person(town), person(town)
    Leave.objects.create(installer=away, starts_on=MONDAY.date(), ends_on=MONDAY.date())
    WorkingHours.objects.create(installer=early, weekday=0, starts=time(6), ends=time(12))
    WorkingHours.objects.create(installer=there, weekday=0, starts=time(12), ends=time(18))
    assert fails(order) == {away.pk: "no_shift", early.pk: "no_shift", there.pk: None}


def test_who_has_the_day_full_is_not_sent_a_further_job(town):
    busy = person(town, max_jobs_per_day=1)
    assign(order_id=agree(waiting(town, 1), 10).pk, installer_id=busy.pk, actor=town.dispatcher)
    assert fails(agree(waiting(town, 2), 14)) == {busy.pk: "cap"}


def test_a_booked_span_is_not_free(town):
    busy = person(town)
    assign(order_id=agree(waiting(town, 1), 10).pk, installer_id=busy.pk, actor=town.dispatcher)
    (again,) = candidates(order=agree(waiting(town, 2), 9, hours=3))
    taken = town.installer.assignments.model.objects.get(installer=busy).span
    assert again.start_at < taken.lower or again.start_at >= taken.upper


def test_a_site_that_is_not_on_the_map_ranks_people_without_distances(town):
    installer = person(town, radius_m=1)
    order = waiting(town)
    Address.objects.update(lon=None, lat=None, precision="none")
    order = WorkOrder.objects.get(pk=order.pk)
    (only,) = candidates(order=order)
    assert (only.installer, only.distance_m, only.is_feasible) == (installer, None, True)


def test_an_installer_without_a_home_starts_at_the_outlet(town):
    outlet = UnitFactory(name="西湖网点", lon="120.14", lat="30.28")
    person(town, outlet=outlet, home_lon=None)
    (only,) = candidates(order=waiting(town))
    assert 0 < only.distance_m < 5_000


def queries(order):
    fresh = work_orders().get(pk=order.pk)
    with CaptureQueriesContext(connection) as seen:
        candidates(order=fresh, limit=50)
    return len(seen)


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(town):
    order = agree(waiting(town), 14)
    person(town)
    one = queries(order)
    for n in range(49):
        person(town, km=1 + n / 10)
    assert queries(order) == one

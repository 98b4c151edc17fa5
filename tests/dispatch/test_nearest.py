"""Whoever is nearest and able is found however many others live nearer."""

from __future__ import annotations

from django.db import connection

from accounts.models import Installer
from accounts.models.homes import far_from
from common import clock
from customers.models import Address
from dispatch.facts import question
from dispatch.selectors import candidates
from dispatch.services.nearest import nearest_people
from network.geo import haversine_m
from tests.dispatch.town import SITE, person, waiting
from tests.factories import UnitFactory


def asked(order):
    return question(order, now=clock.now())


def found_by(everybody, job, **limits):
    """Who is found, by id as everywhere."""
    return [each.pk for each in nearest_people(everybody, job, **limits)]


def ids(*people):
    return sorted(each.pk for each in people)


def test_the_able_are_found_behind_a_crowd_that_is_not(town):
    crowd = [person(town, km=1 + n / 10, rank=0) for n in range(5)]
    able = person(town, km=9)
    everybody = Installer.objects.filter(is_active=True)
    found = found_by(everybody, asked(waiting(town)), able=1, others=2)
    assert found == ids(*crowd[:2], able)


def test_a_lower_grade_than_needed_is_not_able(town):
    order = waiting(town)
    job = asked(order)
    needed = max(job.job.skills.values())
    person(town, km=1, rank=needed - 1 or 0)
    able = person(town, km=5, rank=needed)
    everybody = Installer.objects.filter(is_active=True)
    assert found_by(everybody, job, able=1, others=0) == ids(able)


def test_the_order_by_home_is_that_of_the_ground(town):
    people = [person(town, km=km) for km in (8, 2, 31, 0.5, 14)]
    ordered = Installer.objects.filter(is_active=True).order_by(far_from(SITE))

    def metres(each):
        return haversine_m((float(each.home_lon), float(each.home_lat)), SITE)

    assert list(ordered) == sorted(people, key=metres)


def test_who_told_no_home_counts_as_living_at_the_outlet(town):
    near = UnitFactory(name="近网点", lon=f"{SITE[0]:.6f}", lat=f"{SITE[1]:.6f}")
    far = UnitFactory(name="远网点", lon=f"{SITE[0] + 0.2:.6f}", lat=f"{SITE[1]:.6f}")
    unplaced = UnitFactory(name="无坐标网点", lon=None, lat=None)
    homes = {"home_lon": None, "home_lat": None}
    one, two, three = (person(town, outlet=unit) for unit in (unplaced, far, near))
    Installer.objects.filter(pk__in=[one.pk, two.pk, three.pk]).update(**homes)
    everybody = Installer.objects.filter(pk__in=[one.pk, two.pk, three.pk])
    job = asked(waiting(town))
    assert found_by(everybody, job, able=5, others=2) == ids(two, three)
    assert found_by(everybody, job, able=5, others=3) == ids(one, two, three)


def test_without_a_place_on_the_map_people_are_asked_all_the_same(town):
    somebody = person(town)
    order = waiting(town)
    Address.objects.filter(pk=order.address_id).update(lon=None, lat=None)
    order.refresh_from_db()
    (only,) = candidates(order=order)
    assert (only.installer, only.distance_m) == (somebody, None)


def test_the_index_answers_who_lives_nearest(town):
    people = Installer.objects.filter(home_lon__isnull=False).order_by(far_from(SITE))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    assert "installer_home" in people.values("pk")[:20].explain()

"""People as plain values: the same whichever way they were read."""

from __future__ import annotations

from datetime import date, time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Installer, Leave, WorkingHours
from accounts.workers import read_workers, workers
from dispatch.facts import people
from tests.dispatch.town import certify, make_town, person
from tests.factories import UnitFactory


def company(tenant):
    town = make_town()
    full = person(town, km=2, rank=4, rating_x10=48)
    certify(full, "CERT-HIGH", date(2026, 12, 31))
    certify(full, "CERT-ELEC", date(2026, 11, 1))
    for weekday in (5, 0, 2):
        WorkingHours.objects.create(
            installer=full, weekday=weekday, starts=time(7, 30), ends=time(16, 45)
        )
    Leave.objects.create(installer=full, starts_on=date(2026, 11, 4), ends_on=date(2026, 11, 6))
    Leave.objects.create(installer=full, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 1))
    bare = person(town, rank=0, home_lon=None, outlet=UnitFactory(lon=None, lat=None))
    return town, full, bare


def test_one_statement_reads_what_the_models_say(tenant):
    _town, *everybody = company(tenant)
    ids = [each.pk for each in everybody]
    with CaptureQueriesContext(connection) as seen:
        read = read_workers(ids)
    assert len(seen) == 1
    assert read == workers(people(Installer.objects.filter(pk__in=ids)).order_by("pk"))
    full, bare = read
    assert full.skills == {"AC": 4}
    assert full.certificates["CERT-ELEC"] == date(2026, 11, 1)
    assert [row[0] for row in full.hours] == [0, 2, 5]
    assert full.begins_at == full.home_point
    assert (bare.skills, bare.hours, bare.leaves, bare.begins_at) == ({}, (), (), None)


def test_nobody_is_read_for_nobody(tenant):
    with CaptureQueriesContext(connection) as seen:
        assert read_workers([]) == []
    assert len(seen) == 0


def test_plain_values_are_taken_as_they_are(tenant):
    _town, full, _bare = company(tenant)
    (read,) = read_workers([full.pk])
    assert workers([read])[0] is read

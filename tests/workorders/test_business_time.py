"""The time a stage may take, counted in hours of business."""

from __future__ import annotations

import copy
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from common import clock
from common.workdays import Hours, after_business_minutes
from tests.workorders.walking import assign
from tests.workorders.world import open_order
from workorders.flow import FlowError, Meaning, Stage, read_flow
from workorders.flow_versions import presets
from workorders.services.flows import ensure_presets
from workorders.sla import due_at


def china(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-02 10:00", 60, "2026-11-02 11:00"),
        ("2026-11-02 06:00", 60, "2026-11-02 10:00"),
        ("2026-11-02 09:00", 540, "2026-11-02 18:00"),
        ("2026-11-02 17:30", 60, "2026-11-03 09:30"),
        ("2026-11-02 20:00", 60, "2026-11-03 10:00"),
        ("2026-11-02 23:59", 1080, "2026-11-04 18:00"),
        ("2026-11-06 17:00", 120, "2026-11-09 10:00"),
        ("2026-11-07 12:00", 30, "2026-11-09 09:30"),
        # Saturday the 14th is worked for the Spring Festival, whose days off last to the 23rd.
        ("2026-02-13 17:30", 60, "2026-02-14 09:30"),
        ("2026-02-14 17:00", 120, "2026-02-24 10:00"),
        ("2026-09-30 17:00", 120, "2026-10-08 10:00"),
        ("2026-10-09 17:00", 120, "2026-10-10 10:00"),
        ("2026-12-31 17:00", 120, "2027-01-04 10:00"),
    ],
)
def test_business_time_rests_at_night_and_on_days_off_but_not_on_exchanged_days(
    since, minutes, due
):
    assert after_business_minutes(china(since), minutes, Hours()) == china(due)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (Hours(time(8), time(20)), "2026-11-09 08:30"),
        (Hours(time(8), time(20), rest_days=True), "2026-11-07 08:30"),
        (Hours(time(9), time(17, 30), rest_days=True), "2026-11-07 10:30"),
    ],
)
def test_days_of_rest_and_long_days_count_for_a_company_that_works_on_them(hours, due):
    assert after_business_minutes(china("2026-11-06 19:00"), 90, hours) == china(due)


def test_public_holidays_count_only_for_a_company_that_works_on_them():
    begun = china("2026-09-30 17:30")
    assert after_business_minutes(begun, 60, Hours(holidays=True)) == china("2026-10-01 09:30")
    assert after_business_minutes(begun, 60, Hours(rest_days=True)) > china("2026-10-02 00:00")


def test_a_stage_waits_in_the_hours_the_company_has_set(world, client):
    stage = Stage("x", "x", Meaning.WAITING, 60, business_time=True)
    friday = china("2026-11-06 17:30")
    assert due_at(stage, friday) == china("2026-11-09 09:30")
    client.force_login(world.admin)
    address = reverse("workorders:business-hours")
    asked = {"opens": "08:30", "closes": "17:30", "rest_days": "on"}
    refused = client.post(address, asked | {"closes": "08:00"})
    assert refused.status_code == 422
    assert 'value="08:30"' in refused.content.decode()
    assert client.post(address, asked).status_code == 302
    assert due_at(stage, friday) == china("2026-11-07 09:30")
    assert 'value="17:30"' in client.get(address).content.decode()


def test_a_promise_to_call_stands_whatever_the_hour():
    stage = Stage("x", "x", Meaning.ON_HOLD, 60, business_time=True)
    promised = china("2026-11-07 22:00")
    assert due_at(stage, china("2026-11-06 17:00"), promised) == promised


@pytest.mark.parametrize(
    "changes",
    [{"business_time": "yes"}, {"business_time": True, "sla_minutes": 10**9}],
)
def test_a_business_time_that_cannot_be_counted_is_refused(changes):
    body = copy.deepcopy(presets()["installation"])
    body["stages"][0] |= changes
    with pytest.raises(FlowError) as caught:
        read_flow(body)
    assert {path for path, _ in caught.value.errors} == {"stages[0].business_time"}


def test_business_time_without_a_limit_is_refused():
    body = copy.deepcopy(presets()["installation"])
    body["stages"][6]["business_time"] = True
    with pytest.raises(FlowError, match="needs sla_minutes"):
        read_flow(body)


def test_an_order_opened_on_friday_evening_is_due_on_monday(world, monkeypatch):
    changed = copy.deepcopy(presets()["installation"])
    for stage in changed["stages"][:2]:
        stage["business_time"] = True
    monkeypatch.setattr("workorders.services.flows.presets", lambda: {"installation": changed})
    ensure_presets()
    friday = china("2026-11-06 17:30")
    with clock.moved_to(friday):
        order = open_order(world)
        assert order.due_at == china("2026-11-09 09:30")
    with clock.moved_to(friday + timedelta(minutes=20)):
        assert assign(order, world).due_at == china("2026-11-09 09:20")

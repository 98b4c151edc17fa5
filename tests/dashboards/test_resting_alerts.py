"""Alerts somebody is done with or snoozes, and when they come back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from accounts.roles import Role
from common import clock
from dashboards.models import AlertRest, RevenueRollup
from dashboards.resting import How, rest_until
from settlement.models import Settlement
from tests.dashboards.hearing import settled
from tests.factories import UnitFactory, UserFactory
from tests.workorders.world import open_order, shop_order

BOSS = "/dashboards/boss/"
REST, WAKE = f"{BOSS}alerts/rest/", f"{BOSS}alerts/wake/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["lang"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def boss(client, company):
    client.force_login(company.world.admin)
    return client


def page(client):
    return client.get(BOSS).context["page"]


def shown(client):
    return [alert.key for alert in page(client).alerts]


def rest(client, alert, how="done", **seen):
    facts = {"newest": alert.facts.newest, "size": alert.facts.size} | seen
    return client.post(REST, {"key": alert.key, "how": how, **facts}, **HTMX)


def late(world, number, hours=1):
    order = open_order(world, shop_order(number=number))
    order.due_at = clock.now() - timedelta(hours=hours)
    order.save()
    return order


def at_a_loss(company, number):
    settlement = settled(company, number=number)
    Settlement.objects.filter(pk=settlement.pk).update(gross_fen=90_000_00)
    return settlement


def week_of(company, *, now_fen, day):
    """Two orders a week of 900 yuan for eight weeks, and of `now_fen` in the last."""
    RevenueRollup.objects.all().delete()
    for week in range(9):
        for n in range(2):
            RevenueRollup.objects.create(
                day=day - timedelta(days=7 * week), region=company.world.hangzhou,
                item=company.world.item, outlet=UnitFactory(), orders=1,
                revenue_fen=now_fen if week == 0 else 900_00 + n,
            )  # fmt: skip


def test_an_alert_done_with_leaves_the_list_and_is_kept_among_those_that_rest(boss, company):
    late(company.world, "L1")
    (alert,) = page(boss).alerts
    answer = rest(boss, alert)
    assert (answer.status_code, shown(boss)) == (200, [])
    assert [one.key for one in page(boss).resting] == ["overdue"]
    assert answer.context["said"].key == "overdue"
    assert b"<html" not in answer.content


def test_an_alert_done_with_comes_back_when_it_counts_something_newer(boss, company):
    first = late(company.world, "L1", hours=5)
    rest(boss, page(boss).alerts[0])
    first.due_at = clock.now() - timedelta(hours=6)
    first.save()
    assert shown(boss) == []
    first.due_at = clock.now() + timedelta(days=1)
    first.save()
    late(company.world, "L2", hours=1)
    assert shown(boss) == ["overdue"]
    assert page(boss).resting == []


def test_an_alert_done_with_stays_away_when_less_is_left_of_it(boss, company):
    late(company.world, "L1", hours=3)
    second = late(company.world, "L2", hours=2)
    rest(boss, page(boss).alerts[0])
    second.due_at = clock.now() + timedelta(days=1)
    second.save()
    assert shown(boss) == []


def test_what_came_after_the_screen_was_drawn_is_told_at_once(boss, company):
    late(company.world, "L1", hours=3)
    seen = page(boss).alerts[0]
    late(company.world, "L2", hours=1)
    rest(boss, seen)
    assert shown(boss) == ["overdue"]


def test_nobody_rests_an_alert_for_more_than_it_shows(boss, company):
    late(company.world, "L1", hours=3)
    rest(boss, page(boss).alerts[0], newest=2**61, size=2**61)
    late(company.world, "L2", hours=1)
    assert shown(boss) == ["overdue"]


def test_a_snoozed_alert_comes_back_by_itself_when_its_time_is_over(boss, company):
    late(company.world, "L1")
    rest(boss, page(boss).alerts[0], "hour")
    late(company.world, "L2", hours=1)
    with clock.moved_to(clock.now() + timedelta(minutes=59)):
        assert shown(boss) == []
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        assert shown(boss) == ["overdue"]


def test_a_poll_brings_a_snoozed_alert_back(boss, company):
    late(company.world, "L1")
    rest(boss, page(boss).alerts[0], "hour")
    stamp = page(boss).stamp
    assert boss.get(BOSS, {"stamp": stamp}, **HTMX).status_code == 204
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        answer = boss.get(BOSS, {"stamp": stamp}, **HTMX)
    assert answer.status_code == 200
    assert b'id="alert-overdue"' in answer.content


def test_a_poll_of_another_window_takes_away_what_was_put_to_rest(boss, company):
    late(company.world, "L1")
    before = page(boss)
    rest(boss, before.alerts[0])
    answer = boss.get(BOSS, {"stamp": before.stamp}, **HTMX)
    assert answer.status_code == 200
    assert b'id="alert-overdue"' not in answer.content


@pytest.mark.parametrize(
    ("how", "until"),
    [
        (How.DONE, None),
        (How.HOUR, "2026-11-27T20:30:00+00:00"),
        (How.MORNING, "2026-11-29T00:00:00+00:00"),
        (How.WEEK, "2026-12-05T00:00:00+00:00"),
    ],
)
def test_tomorrow_begins_at_eight_in_the_morning_in_china(how, until):
    half_past_three_on_the_28th = datetime.fromisoformat("2026-11-27T19:30:00+00:00")
    found = rest_until(how, half_past_three_on_the_28th)
    assert (found and found.isoformat()) == until


def test_waking_brings_an_alert_back_whether_done_or_snoozed(boss, company):
    late(company.world, "L1")
    for how in ("done", "week"):
        rest(boss, page(boss).alerts[0], how)
        assert shown(boss) == []
        boss.post(WAKE, {"key": "overdue"}, **HTMX)
        assert shown(boss) == ["overdue"]


def test_what_rests_for_one_person_is_told_to_the_others(boss, client, company):
    late(company.world, "L1")
    rest(boss, page(boss).alerts[0])
    client.force_login(UserFactory(role=Role.FINANCE, unit=company.world.hq))
    assert shown(client) == ["overdue"]
    client.post(WAKE, {"key": "overdue"})
    assert AlertRest.objects.count() == 1


def test_a_loss_done_with_comes_back_with_the_next_loss(boss, company):
    at_a_loss(company, "E20261102001")
    alert = next(one for one in page(boss).alerts if one.key == "loss")
    rest(boss, alert)
    assert "loss" not in shown(boss)
    at_a_loss(company, "E20261102002")
    assert "loss" in shown(boss)


def test_a_cell_done_with_comes_back_for_a_week_nobody_has_seen_or_when_clearly_worse(
    boss, company
):
    today = clock.business_day()
    week_of(company, now_fen=300_00, day=today)
    (alert,) = page(boss).alerts
    rest(boss, alert)
    assert (shown(boss), alert.key.endswith("-below")) == ([], True)
    week_of(company, now_fen=270_00, day=today)
    assert shown(boss) == []
    week_of(company, now_fen=100_00, day=today)
    assert shown(boss) == [alert.key]
    week_of(company, now_fen=300_00, day=today)
    for days, told in ((6, []), (7, [alert.key])):
        with clock.moved_to(clock.now() + timedelta(days=days)):
            week_of(company, now_fen=300_00, day=clock.business_day())
            assert shown(boss) == told


def test_a_cell_that_leaves_its_band_on_the_other_side_is_another_alert(boss, company):
    today = clock.business_day()
    week_of(company, now_fen=300_00, day=today)
    rest(boss, page(boss).alerts[0])
    week_of(company, now_fen=3000_00, day=today)
    (alert,) = page(boss).alerts
    assert alert.key.endswith("-above")


def test_without_scripts_the_page_comes_back_with_the_alert_at_rest(boss, company):
    late(company.world, "L1")
    alert = page(boss).alerts[0]
    posted = {"key": alert.key, "how": "done", "newest": alert.facts.newest, "size": 1}
    answer = boss.post(REST, posted)
    assert (answer.status_code, answer["Location"]) == (302, BOSS)
    assert shown(boss) == []


def test_an_alert_that_went_by_itself_needs_no_rest(boss, company):
    answer = boss.post(REST, {"key": "overdue", "how": "done", "newest": 1, "size": 1}, **HTMX)
    assert (answer.status_code, AlertRest.objects.count()) == (200, 0)


def test_what_rested_long_ago_and_is_there_no_more_is_forgotten(boss, company):
    late(company.world, "L1")
    alert = page(boss).alerts[0]
    long_ago = {"newest": 1, "size": 1, "rested_at": clock.now() - timedelta(days=31)}
    for key in ("overdue", "outlet-1", "loss"):
        AlertRest.objects.create(user=company.world.admin, key=key, **long_ago)
    AlertRest.objects.filter(key="loss").update(rested_at=clock.now())
    rest(boss, alert)
    assert set(AlertRest.objects.values_list("key", flat=True)) == {"overdue", "loss"}

"""An order is put at an exact time into somebody's day; what speaks against it is asked first."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Leave
from common import clock
from common.errors import Conflict, Refused
from dispatch.models import Assignment
from dispatch.services.assigning import assign
from dispatch.services.placing import place
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from tests.factories import UnitFactory
from workorders.models import WorkOrder

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def desk(town, client):
    client.force_login(town.dispatcher)
    return client


def put(client, order, installer, time="14:00", day=MONDAY, **values):
    values |= {"installer": installer.pk, "day": f"{day:%Y-%m-%d}", "time": time}
    return client.post(reverse("dispatch:order-place", args=[order.number]), values, **HTMX)


def held(order):
    found = Assignment.objects.get(work_order=order, active=True)
    return found.installer, f"{clock.china(found.span.lower):%m-%d %H:%M}"


def seen(installer, hour, minute=0):
    return f"{installer.pk}|{int(MONDAY.replace(hour=hour, minute=minute).timestamp())}"


def test_a_time_nothing_speaks_against_is_booked_at_once(town, desk):
    me, order = person(town), waiting(town)
    answer = put(desk, order, me)
    assert answer.status_code == 200
    assert held(order) == (me, "11-02 14:00")


def test_a_time_between_is_the_next_quarter_of_an_hour(town, desk):
    me, order = person(town), waiting(town)
    put(desk, order, me, time="14:05")
    assert held(order) == (me, "11-02 14:15")


def test_outside_of_what_the_customer_was_promised_it_is_asked_first(town, desk):
    me, order = person(town), agree(waiting(town), 10)
    asked = put(desk, order, me)
    assert asked.status_code == 422
    assert asked["HX-Retarget"] == "#x-panel"
    assert "10:00–12:00" in asked.content.decode()
    assert not Assignment.objects.exists()
    assert put(desk, order, me, seen=seen(me, 14)).status_code == 200
    assert held(order) == (me, "11-02 14:00")
    order.refresh_from_db()
    assert clock.china(order.window_starts_at).hour == 10


def test_what_was_read_for_one_time_does_not_count_for_another(town, desk):
    me, order = person(town), agree(waiting(town), 10)
    assert put(desk, order, me, time="15:00", seen=seen(me, 14)).status_code == 422
    assert not Assignment.objects.exists()


def test_a_time_the_customer_agrees_to_becomes_their_window(town, desk):
    me, order = person(town), agree(waiting(town), 10)
    assert put(desk, order, me, agreed="on", seen=seen(me, 14)).status_code == 200
    order.refresh_from_db()
    assert clock.china(order.window_starts_at).hour == 14
    assert order.window_ends_at - order.window_starts_at == timedelta(hours=2)
    assert order.appointments.filter(superseded=True).count() == 1


def test_a_day_off_is_a_doubt_and_not_a_block(town, desk):
    me, order = person(town), waiting(town)
    today = MONDAY.date()
    Leave.objects.create(installer=me, starts_on=today, ends_on=today)
    asked = put(desk, order, me)
    assert asked.status_code == 422
    assert put(desk, order, me, seen=seen(me, 14)).status_code == 200
    assert held(order) == (me, "11-02 14:00")


def test_without_the_skill_nobody_is_sent_whatever_was_read(town, desk):
    me, order = person(town, rank=0), waiting(town)
    answer = put(desk, order, me, seen=seen(me, 14))
    assert answer.status_code == 422
    assert "空调" in answer.content.decode()
    assert not Assignment.objects.exists()


def test_a_booked_time_names_the_other_visit_and_proposes_the_next_free_one(town, desk):
    me, first, second = person(town), waiting(town), waiting(town, 2)
    put(desk, first, me)
    WorkOrder.objects.filter(pk=first.pk).update(meaning="EN_ROUTE")
    answer = put(desk, second, me)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert first.number in page
    ends = clock.china(Assignment.objects.get(work_order=first, active=True).span.upper)
    assert f'value="{ends:%H:%M}"' in page
    assert not Assignment.objects.filter(work_order=second).exists()


def test_a_day_without_a_time_proposes_one_and_books_nothing_yet(town, desk):
    me, order = person(town), waiting(town)
    answer = put(desk, order, me, time="", day=MONDAY + timedelta(days=1))
    assert answer.status_code == 422
    # From eight on with the way from home.
    assert 'value="08:15"' in answer.content.decode()
    assert not Assignment.objects.exists()


def test_a_visit_of_theirs_moves_in_time_and_can_be_put_back(town, desk):
    me, order = person(town), waiting(town)
    put(desk, order, me)
    answer = put(desk, order, me, time="16:00", held=me.pk)
    assert held(order) == (me, "11-02 16:00")
    assert 'name="time" value="14:00"' in answer.content.decode()
    put(desk, order, me, time="14:00", held=me.pk, seen=seen(me, 14))
    assert held(order) == (me, "11-02 14:00")


def test_taking_it_from_somebody_asks_for_the_reason(town, desk):
    me, other, order = person(town), person(town, km=2), waiting(town)
    put(desk, order, me)
    assert put(desk, order, other, held=me.pk).status_code == 422
    assert held(order)[0] == me
    assert put(desk, order, other, held=me.pk, reason="车坏了").status_code == 200
    assert held(order) == (other, "11-02 14:00")


def test_a_visit_that_has_begun_keeps_its_time(town):
    me, order = person(town), waiting(town)
    assign(order_id=order.pk, installer_id=me.pk, actor=town.dispatcher)
    WorkOrder.objects.filter(pk=order.pk).update(meaning="ON_SITE")
    with pytest.raises(Refused) as refused:
        place(
            order_id=order.pk,
            installer_id=me.pk,
            start_at=MONDAY.replace(hour=16),
            actor=town.dispatcher,
        )
    assert refused.value.code == "order.under_way"


def test_who_looked_before_a_colleague_sent_somebody_is_told_so(town):
    me, other, order = person(town), person(town, km=2), waiting(town)
    assign(order_id=order.pk, installer_id=me.pk, actor=town.admin)
    with pytest.raises(Conflict) as conflict:
        place(
            order_id=order.pk,
            installer_id=other.pk,
            start_at=MONDAY.replace(hour=14),
            actor=town.dispatcher,
            reason="换人",
        )
    assert conflict.value.code == "order.taken"


def test_people_of_strange_outlets_cannot_be_chosen(town, desk):
    order = waiting(town)
    stranger = person(town, km=1500, outlet=UnitFactory(parent=town.west))
    assert put(desk, order, stranger).status_code == 422
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("day", "time"), [("x", "14:00"), ("2035-01-01", "14:00"), ("2026-11-02", "25:00")]
)
def test_a_wrong_time_gets_a_sentence_and_loses_nothing(town, desk, day, time):
    me, order = person(town), waiting(town)
    values = {"installer": me.pk, "day": day, "time": time, "reason": "客户要求"}
    answer = desk.post(reverse("dispatch:order-place", args=[order.number]), values, **HTMX)
    assert answer.status_code == 422
    assert "x-wrong" in answer.content.decode()


def test_a_visit_that_would_make_room_is_named_and_moves_only_when_wanted(town, desk):
    me, first, second = person(town), waiting(town), waiting(town, 2)
    put(desk, first, me)
    answer = put(desk, second, me)
    assert answer.status_code == 422
    assert first.number in answer.content.decode()
    assert held(first) == (me, "11-02 14:00")
    assert put(desk, second, me, seen=seen(me, 14)).status_code == 200
    assert held(second) == (me, "11-02 14:00")
    assert held(first)[1] != "11-02 14:00"


@pytest.mark.commits
def test_two_dispatchers_put_two_orders_at_one_time_and_one_reads_who_has_it(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        me, orders = person(town), [waiting(town, n) for n in (1, 2)]
    at = MONDAY.replace(hour=14)
    calls = [
        partial(place, order_id=order.pk, installer_id=me.pk, start_at=at, actor=town.dispatcher)
        for order in orders
    ]
    answers = at_once(tenant, calls)
    assert sum(isinstance(each, Assignment) for each in answers) == 1
    assert [each.code for each in answers if isinstance(each, Refused)] == ["slot.taken"]
    assert Assignment.objects.filter(installer=me, active=True).count() == 1


def test_the_week_shows_each_day_of_each_installer_with_its_visits(town, desk):
    me, order = person(town), waiting(town)
    put(desk, order, me)
    page = desk.get(reverse("dispatch:board"), {"span": "week"}).content.decode()
    assert page.count(f'data-installer="{me.pk}"') == 7
    assert "14:00 挂机空调安装" in page
    assert 'data-day="2026-11-08"' in page


def test_the_week_is_read_with_the_same_queries_for_one_and_for_many(town, desk):
    def queries():
        """Of the second of two polls: the first may ask anew whose host it is."""
        for _ in range(2):
            with CaptureQueriesContext(connection) as caught:
                headers = {"X-Live": "1"}
                desk.get(reverse("dispatch:lane-list"), {"span": "week"}, headers=headers)
        return len(caught)

    put(desk, waiting(town, 9), person(town))
    first = queries()
    for n in range(5):
        put(desk, waiting(town, n + 1), person(town, km=n + 1))
    assert queries() == first

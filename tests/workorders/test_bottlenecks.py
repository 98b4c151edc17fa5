"""Where orders stand still, against what is usual, and reminding whoever should see to one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from tests.factories import RegionFactory, UserFactory
from tests.workorders.own_flows import another, order_with
from tests.workorders.walking import assign, step
from workorders.bottlenecks import BottleneckQuery, late_orders, stage_loads, stays_left
from workorders.late_rows import late_rows
from workorders.models import StaffNotice, StageStay, TimelineEvent, WorkOrder
from workorders.services.nudging import nudge
from workorders.services.staff_notices import mark_staff_notices_seen
from workorders.staff_words import notice_words

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
ALL = BottleneckQuery()


def opened(world, minutes_ago):
    with clock.moved_to(NOON - timedelta(minutes=minutes_ago)):
        return another(world)


def load_of(world, stage, query=ALL, actor=None):
    with clock.moved_to(NOON):
        loads = stage_loads(actor=actor or world.dispatcher, query=query)
    return next((load for load in loads if load.stage == stage), None)


def waiting_name(order):
    return order.stays.get(left_at=None).name


def test_half_and_nine_tenths_of_those_in_a_stage_are_told(world):
    orders = [opened(world, minutes) for minutes in range(10, 120, 10)]
    load = load_of(world, waiting_name(orders[0]))
    assert (load.orders, load.now) == (11, (60, 100))
    assert load.usual is None


def test_the_last_thirty_days_say_what_is_usual_and_how_much_was_late(world):
    for minutes_ago, took in ((2000, 20), (1800, 40), (1600, 600), (60 * 24 * 40, 5)):
        order = opened(world, minutes_ago)
        with clock.moved_to(NOON - timedelta(minutes=minutes_ago - took)):
            assign(order, world)
    load = load_of(world, waiting_name(opened(world, 700)))
    assert (load.left, load.usual[0], load.planned) == (3, 40, load.planned)
    assert load.late_bp == 10_000 * sum(took > load.planned for took in (20, 40, 600)) // 3
    assert load.is_slow


def test_final_stages_hold_nobody_up(world):
    step(opened(world, 50), "cancel", world.admin, reason="不要了")
    with clock.moved_to(NOON):
        assert stage_loads(actor=world.admin, query=ALL) == []


def test_who_has_no_part_in_an_order_does_not_see_it_stand(world):
    order = opened(world, 50)
    assert load_of(world, waiting_name(order), actor=world.stranger) is None
    assert load_of(world, waiting_name(order), actor=world.admin).orders == 1


def test_region_and_flow_narrow_what_is_counted(world):
    name = waiting_name(opened(world, 50))
    assert load_of(world, name, BottleneckQuery(region=world.hangzhou)).orders == 1
    assert load_of(world, name, BottleneckQuery(region=RegionFactory())) is None
    assert load_of(world, name, BottleneckQuery(flow="installation")).orders == 1
    assert load_of(world, name, BottleneckQuery(flow="repair")) is None


def test_a_cell_leads_to_the_orders_it_counts(world, client):
    waiting, given = opened(world, 50), assign(opened(world, 60), world)
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:bottleneck-list")).content.decode()
    stay = waiting.stays.get(left_at=None)
    asked = {"state": "open", "stage": stay.name, "department": stay.department}
    rows = client.get(reverse("workorders:order-list"), asked).content.decode()
    assert stay.name in page
    assert waiting.number in rows
    assert given.number not in rows


def test_the_page_costs_the_same_for_one_late_order_and_for_many(world, client):
    client.force_login(world.dispatcher)
    url = reverse("workorders:bottleneck-list")
    counts = []
    for _turn in range(2):
        for _n in range(3):
            WorkOrder.objects.filter(pk=another(world).pk).update(due_at=NOON)
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_those_longest_over_their_time_stand_first(world):
    orders = [opened(world, minutes) for minutes in (3000, 5000, 1)]
    with clock.moved_to(NOON):
        late = late_orders(actor=world.dispatcher, query=ALL)
        assert [order.pk for order in late] == [orders[1].pk, orders[0].pk]


def without_limit(order):
    WorkOrder.objects.filter(pk=order.pk).update(due_at=None)
    order.stays.filter(left_at=None).update(due_at=None)
    return order


def listed(world):
    with clock.moved_to(NOON):
        return list(late_orders(actor=world.dispatcher, query=ALL))


def test_in_a_stage_without_a_limit_who_waits_longer_than_is_usual_is_listed(world):
    for minutes_ago, took in ((9000, 200), (8000, 220), (7000, 240)):
        order = opened(world, minutes_ago)
        with clock.moved_to(NOON - timedelta(minutes=minutes_ago - took)):
            step(assign(order, world), "accept", world.installer.user)
    slow, quick = (without_limit(opened(world, minutes)) for minutes in (300, 100))
    assert slow in listed(world)
    assert quick not in listed(world)
    WorkOrder.objects.filter(pk=slow.pk).update(next_contact_at=NOON + timedelta(days=1))
    assert slow not in listed(world)


def test_where_nobody_knows_what_is_usual_a_week_without_a_limit_is_too_long(world):
    day = 24 * 60
    old, young = (without_limit(opened(world, minutes)) for minutes in (8 * day, 6 * day))
    assert (old in listed(world), young in listed(world)) == (True, False)


def test_the_tables_name_role_and_people_of_every_department(world, client):
    buyer = UserFactory(role="finance", unit=world.east, display_name="钱会计")
    bought = order_with(world, {"op": "stage", "stage": "waiting", "role": "finance"})
    given = step(assign(another(world), world), "accept", world.installer.user)
    WorkOrder.objects.update(due_at=NOON)
    rows = {each.row.order: each for each in late_rows([bought, given])}
    assert (rows[bought].holder, rows[bought].role) == (buyer.display_name, "财务")
    assert rows[given].holder == world.installer.user.display_name
    assert rows[given].role == "师傅"
    client.force_login(world.admin)
    page = client.get(reverse("workorders:bottleneck-list")).content.decode()
    assert page.count("财务") >= 2
    assert "钱会计" in page


def test_the_order_and_the_list_of_a_cell_offer_to_remind_and_come_back(world, client):
    order = another(world)
    client.force_login(world.dispatcher)
    nudge_url = reverse("workorders:order-nudge", args=[order.number])
    detail = reverse("workorders:order-detail", args=[order.number])
    assert nudge_url in client.get(detail).content.decode()
    stay = order.stays.get(left_at=None)
    asked = {"state": "open", "stage": stay.name, "department": stay.department}
    every = client.get(reverse("workorders:order-list")).content.decode()
    assert nudge_url not in every
    answer = client.get(reverse("workorders:order-list"), asked)
    assert nudge_url in answer.content.decode()
    said = {"back": "list", "asked": answer.wsgi_request.GET.urlencode()}
    assert client.post(nudge_url, said)["Location"] == (
        f"{reverse('workorders:order-list')}?{answer.wsgi_request.GET.urlencode()}"
    )
    assert nudge_url not in client.get(detail).content.decode()
    assert "今日已催办" in client.get(detail).content.decode()
    assert nudge_url not in client.get(reverse("workorders:order-list"), asked).content.decode()
    other = another(world)
    back = client.post(reverse("workorders:order-nudge", args=[other.number]), {"back": "order"})[
        "Location"
    ]
    assert back == reverse("workorders:order-detail", args=[other.number])


def test_who_has_the_order_is_reminded_once_a_day(world):
    order = step(assign(opened(world, 60), world), "accept", world.installer.user)
    WorkOrder.objects.filter(pk=order.pk).update(stage_since=NOON - timedelta(minutes=30))
    with clock.moved_to(NOON):
        people = nudge(order_id=order.pk, actor=world.dispatcher)
        with pytest.raises(Conflict):
            nudge(order_id=order.pk, actor=world.admin)
    mark_staff_notices_seen(user=world.installer.user)
    with clock.moved_to(NOON + timedelta(days=1)):
        nudge(order_id=order.pk, actor=world.dispatcher)
    assert people == [world.installer.user]
    notices = StaffNotice.objects.filter(work_order=order, user=world.installer.user)
    assert notices.count() == 2
    assert order.stays.get(left_at=None).name in notice_words(notices[0])
    assert TimelineEvent.objects.filter(work_order=order, code="nudged").count() == 2


def test_where_nobody_has_it_the_nearest_people_of_the_role_are_reminded(world):
    people = nudge(order_id=another(world).pk, actor=world.admin)
    assert world.dispatcher in people
    assert world.stranger not in people


def test_a_closed_order_reminds_nobody(world):
    order = step(another(world), "cancel", world.admin, reason="不要了")
    with pytest.raises(Refused):
        nudge(order_id=order.pk, actor=world.admin)
    assert not StaffNotice.objects.exists()


def test_reminding_keeps_the_filters_of_the_screen(world, client):
    order = another(world)
    client.force_login(world.dispatcher)
    url = reverse("workorders:order-nudge", args=[order.number])
    answer = client.post(url, {"flow": "installation"})
    assert answer["Location"].endswith("?flow=installation")
    assert client.post(url).status_code == 409


def test_stays_of_the_last_thirty_days_are_found_without_reading_all_of_them(world):
    order = opened(world, 10)
    flow = order.flow_version
    StageStay.objects.bulk_create(
        StageStay(
            work_order=order,
            flow_version=flow,
            stage="waiting",
            name="待派单",
            entered_at=NOON - timedelta(days=day + 1),
            left_at=NOON - timedelta(days=day),
        )
        for day in range(300)
    )
    with connection.cursor() as cursor:
        # The application may not analyze, so the planner knows no figures.
        cursor.execute("SET LOCAL enable_seqscan = off")
    with clock.moved_to(NOON):
        plan = stays_left(StageStay.objects.all()).explain()
    assert "stay_left" in plan

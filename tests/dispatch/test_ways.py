"""Rules that give orders by themselves: which orders, to whom, in which steps, and what is said."""

from datetime import date, timedelta

import pytest

from common import clock
from common.errors import Conflict, Refused
from common.outbox import drain
from dispatch.models import Assignment, AssignmentRule, AssignmentRun, AssignmentSeason, JobOffer
from dispatch.selectors import open_offers_for
from dispatch.services.assigning import withdraw
from dispatch.services.claims import claim
from dispatch.ways.keeping import add_season, save_rule
from dispatch.ways.matching import drawn_of, share_on
from dispatch.ways.running import begin_run, go_on, lead_on, look_for_work, stop_run
from dispatch.ways.steps import Step
from network.models import ServiceTerritory
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from tests.factories import RegionFactory, UnitFactory
from workorders.models import TimelineEvent, WorkOrder
from workorders.timeline import sentence

ASSIGN = Step("assign", "all")


def ruled(town, *steps, applies_from=MONDAY, **fields):
    rule = AssignmentRule(**{"name": "规则", **fields})
    with clock.moved_to(applies_from):
        return save_rule(rule=rule, steps=steps or [ASSIGN], actor=town.dispatcher)


def led(order):
    begin_run(order_id=order.pk)
    order.refresh_from_db()
    return AssignmentRun.objects.filter(work_order=order).first()


def said(order, code):
    events = TimelineEvent.objects.filter(work_order=order, code=code).order_by("pk")
    return [sentence(each) for each in events]


def later(order, minutes):
    with clock.moved_to(MONDAY + timedelta(minutes=minutes)):
        go_on(order_id=order.pk)
    order.refresh_from_db()
    return AssignmentRun.objects.get(work_order=order)


def can_claim(installer, at=MONDAY):
    with clock.moved_to(at):
        return [each.offer.work_order for each in open_offers_for(installer=installer)]


def test_the_best_gets_the_order_and_its_history_says_why(town):
    far, near = person(town, km=20), person(town, km=2)
    ruled(town, name="自动")
    order = waiting(town)
    run = led(order)
    assert (order.installer, run.state) == (near, "given")
    assert Assignment.objects.get(active=True).way == Assignment.Way.AUTOMATIC
    (words,) = said(order, "auto_given")
    assert ("自动" in words and "km" in words) or "公里" in words
    assert far.work_orders.count() == 0


def test_an_order_that_opens_is_taken_up_by_its_event(town):
    installer = person(town)
    ruled(town)
    order = waiting(town)
    drain()
    order.refresh_from_db()
    assert order.installer == installer


def test_without_a_rule_nothing_happens(town):
    person(town)
    order = waiting(town)
    assert led(order) is None
    assert order.installer is None


def test_nobody_who_fails_a_hard_rule_is_sent_and_the_reason_stands_there(town):
    person(town, rank=1)
    ruled(town)
    order = waiting(town)
    run = led(order)
    assert (order.installer, run.state) == (None, "left")
    (words,) = said(order, "auto_nobody")
    assert run.tries[0]["code"] == "nobody"
    assert run.tries[0]["text"] in words


def test_which_orders_are_in_the_share_is_drawn_from_their_numbers_alone(town):
    assert drawn_of("W1") == drawn_of("W1")
    drawn = [drawn_of(f"W20261102{n:05d}") for n in range(4000)]
    assert set(drawn) == set(range(100))
    assert 1100 < sum(each < 30 for each in drawn) < 1300


def test_outside_the_share_a_dispatcher_decides(town):
    person(town)
    order = waiting(town)
    drawn = drawn_of(order.number)
    ruled(town, share_pct=drawn)
    run = led(order)
    assert (order.installer, run.state) == (None, "left")
    assert str(drawn) in said(order, "auto_left")[0]


def test_a_season_raises_the_share_on_its_days(town):
    rule = ruled(town, share_pct=20)
    season = AssignmentSeason(
        rule=rule,
        name="双11",
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 12),
        share_pct=90,
    )
    add_season(season=season, actor=town.dispatcher)
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 12), date(2026, 11, 13)]
    assert [share_on(rule, day) for day in days] == [20, 90, 90, 20]
    season.pk = None
    with pytest.raises(Refused) as refused:
        add_season(season=season, actor=town.dispatcher)
    assert refused.value.code == "season.overlap"


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"urgency": "urgent"}, False),
        ({"urgency": "plain"}, True),
        ({"order_type": "repair"}, False),
        ({"starts_on": date(2026, 11, 3)}, False),
        ({"ends_on": date(2026, 11, 1)}, False),
        ({"is_active": False}, False),
        ({"difficulty": "complex"}, False),
        ({"difficulty": "simple"}, True),
        ({"applies_from": MONDAY + timedelta(days=1)}, False),
    ],
)
def test_a_rule_takes_up_the_orders_it_names(town, fields, fits):
    person(town)
    order = waiting(town)
    WorkOrder.objects.filter(pk=order.pk).update(order_type="installation")
    ruled(town, **fields)
    assert (led(order) is not None) is fits


def test_the_rule_that_comes_first_counts(town):
    person(town)
    ruled(town, name="二", position=2)
    ruled(town, name="一", position=1)
    ruled(town, name="别处", position=0, region=RegionFactory())
    assert led(waiting(town)).rule_name == "一"


def test_nearest_outlet_then_pool_then_a_dispatcher(town):
    town.suzhou.lon, town.suzhou.lat = "120.200000", "30.284100"
    town.suzhou.save()
    beside = UnitFactory(
        parent=town.suzhou.parent, kind="outlet", lon="120.130000", lat="30.284100"
    )
    ServiceTerritory.objects.create(outlet=beside, region=town.hangzhou)
    theirs, other = person(town, km=9, outlet=beside), person(town, km=1)
    ruled(town, Step("offer", "outlet", 10), Step("offer", "all", 15))
    order = waiting(town)
    led(order)
    assert (can_claim(theirs), can_claim(other)) == ([order], [])
    assert later(order, 9).position == 0
    assert later(order, 10).position == 1
    assert can_claim(other, MONDAY + timedelta(minutes=11)) == [order]
    run = later(order, 25)
    assert (run.state, run.step_ends_at, order.installer) == ("left", None, None)
    assert can_claim(other, MONDAY + timedelta(minutes=26)) == []
    assert [each["code"] for each in run.tries] == ["offered", "offered", "left"]


def test_the_clock_leads_orders_on_and_takes_confirmed_ones_up(town):
    installer = person(town)
    order = waiting(town)
    ruled(town, Step("offer", "all", 5), ASSIGN)
    assert look_for_work() == 1
    lead_on(order_id=order.pk)
    assert look_for_work() == 0
    with clock.moved_to(MONDAY + timedelta(minutes=5)):
        assert look_for_work() == 1
        lead_on(order_id=order.pk)
    order.refresh_from_db()
    assert order.installer == installer


def test_express_goes_to_who_is_free_within_three_kilometres(town):
    busy, far, free = person(town, km=0.5), person(town, km=6), person(town, km=2)
    ruled(town, Step("assign", "free", km=3), urgency="urgent")
    first = waiting(town, 1)
    Assignment.objects.create(
        work_order=first,
        installer=busy,
        span=(MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1)),
        way="manual",
        assigned_at=MONDAY,
    )
    order = waiting(town, 2)
    WorkOrder.objects.filter(pk=order.pk).update(urgent=True)
    led(order)
    assert order.installer == free
    assert far.work_orders.count() == 0


def test_a_radius_reaches_nobody_beyond_it(town):
    person(town, km=25)
    ruled(town, Step("assign", "near", km=10))
    order = waiting(town)
    assert led(order).state == "left"
    assert order.installer is None


def test_complex_orders_go_to_the_outlet_that_responds_fastest(town):
    quick = UnitFactory(parent=town.suzhou.parent, kind="outlet", lon="120.150000", lat="30.284100")
    ServiceTerritory.objects.create(outlet=quick, region=town.hangzhou)
    near, fast = person(town, km=1), person(town, km=8, outlet=quick)
    for n in range(10):
        done = waiting(town, 10 + n)
        took = timedelta(minutes=20 if n % 2 else 90)
        WorkOrder.objects.filter(pk=done.pk).update(
            meaning="DONE",
            served_by=quick if n % 2 else town.suzhou,
            assigned_at=MONDAY - timedelta(days=3),
            started_at=MONDAY - timedelta(days=3) + took,
            completed_at=MONDAY - timedelta(days=2),
        )
    ruled(town, Step("assign", "fastest"), difficulty="complex")
    order = waiting(town)
    WorkOrder.objects.filter(pk=order.pk).update(high_work=True)
    led(order)
    assert order.installer == fast
    assert near.work_orders.count() == 0


def test_what_a_dispatcher_takes_back_no_rule_gives_again(town):
    person(town)
    ruled(town)
    order = waiting(town)
    led(order)
    withdraw(order_id=order.pk, actor=town.dispatcher, reason="客户要别人")
    drain()
    assert look_for_work() == 0
    assert led(order).state == "given"
    assert order.installer is None


def test_a_dispatcher_stops_a_rule_and_its_offer(town):
    installer = person(town)
    ruled(town, Step("offer", "all", 10))
    order = waiting(town)
    led(order)
    stop_run(order_id=order.pk, actor=town.dispatcher)
    assert can_claim(installer) == []
    assert AssignmentRun.objects.get().state == "stopped"
    with pytest.raises(Conflict):
        stop_run(order_id=order.pk, actor=town.dispatcher)


def test_a_claim_ends_the_run(town):
    installer = person(town)
    ruled(town, Step("offer", "all", 10), ASSIGN)
    order = waiting(town)
    led(order)
    claim(offer_id=JobOffer.objects.get().pk, installer=installer, actor=installer.user)
    drain()
    assert AssignmentRun.objects.get().state == "given"


@pytest.mark.parametrize(
    "step", [Step("offer", "all"), Step("assign", "near"), Step("offer", "free", 10, 900)]
)
def test_a_step_that_could_not_work_is_refused(town, step):
    with pytest.raises(Refused):
        ruled(town, step)


@pytest.mark.commits
def test_rules_at_work_on_many_orders_at_once_book_nobody_twice(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        for n in range(3):
            person(town, km=1 + n)
        ruled(town)
        orders = [agree(waiting(town, n), 10, hours=2) for n in range(6)]
    at_once(tenant, [lambda each=each: begin_run(order_id=each.pk) for each in orders * 3])
    held = Assignment.objects.filter(active=True)
    assert held.count() == len({each.work_order_id for each in held})
    assert AssignmentRun.objects.count() == 6
    given = AssignmentRun.objects.filter(state="given").count()
    assert given == held.count() >= 3

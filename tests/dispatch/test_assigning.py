"""Sending installers, taking orders back, and the bookings that follow."""

from datetime import timedelta
from itertools import pairwise

import pytest

from common import clock
from common.errors import Conflict, Refused
from common.outbox import drain
from dispatch.models import Assignment, JobOffer
from dispatch.services.assigning import assign, keep_slot, withdraw
from dispatch.services.offers import offer_job
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from workorders.flow import Meaning
from workorders.models import FiredAction, FiredTrigger, WorkOrder
from workorders.services.progress import Answers, take_transition
from workorders.services.triggers import begin_again


def active(order):
    return Assignment.objects.get(work_order=order, active=True)


def send(order, installer, town, **more):
    return assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher, **more)


def test_the_assignment_keeps_the_span_the_score_and_the_reasons(town):
    installer, order = person(town), agree(waiting(town), 14)
    made = send(order, installer, town, way="suggested")
    order.refresh_from_db()
    assert (order.installer, order.meaning) == (installer, Meaning.ASSIGNED.value)
    assert order.window_starts_at <= made.span.lower < order.window_ends_at
    assert made.score["score_fen"] == sum(made.score["parts"].values())
    assert made.reasons[0]["code"] == "distance"


def test_who_comes_second_reads_who_was_faster(town):
    first, second, order = person(town), person(town), waiting(town)
    send(order, first, town)
    with pytest.raises(Conflict, match=first.user.display_name):
        send(order, second, town)
    assert active(order).installer == first


def test_with_a_reason_the_order_goes_to_another_and_the_first_is_free_again(town):
    first, second, order = person(town), person(town), agree(waiting(town), 14)
    send(order, first, town)
    send(order, second, town, reason="车坏了")
    assert active(order).installer == second
    assert not first.assignments.filter(active=True).exists()


def test_a_withdrawn_order_waits_again_and_its_time_is_free(town):
    installer, order = person(town), waiting(town)
    send(order, installer, town)
    withdraw(order_id=order.pk, actor=town.dispatcher, reason="客户改期")
    order.refresh_from_db()
    assert order.meaning == Meaning.WAITING.value
    assert not Assignment.objects.filter(active=True).exists()


@pytest.mark.parametrize(("rank", "code"), [(0, "skill"), (1, "grade")])
def test_nobody_may_be_sent_without_the_skill(town, rank, code):
    installer, order = person(town, rank=rank), waiting(town)
    with pytest.raises(Refused) as refused:
        send(order, installer, town)
    assert refused.value.code == code
    assert not Assignment.objects.exists()


def test_a_dispatcher_may_decide_over_distance_and_load_but_advice_that_is_stale_is_not_followed(
    town,
):
    far, order = person(town, km=30, radius_m=5_000), agree(waiting(town), 14)
    with pytest.raises(Conflict) as refused:
        send(order, far, town, way="suggested")
    assert refused.value.code == "radius"
    made = send(order, far, town)
    assert made.score["hard_fail"] == "radius"


def test_a_fixed_beginning_is_kept_or_refused_when_it_is_taken(town):
    installer, first, second = person(town), waiting(town, 1), waiting(town, 2)
    at = MONDAY + timedelta(hours=3)
    assert send(first, installer, town, start_at=at).span.lower == at
    WorkOrder.objects.filter(pk=first.pk).update(meaning=Meaning.EN_ROUTE.value)
    with pytest.raises(Conflict) as refused:
        send(second, installer, town, start_at=at + timedelta(minutes=5))
    assert refused.value.code == "slot.taken"
    second.refresh_from_db()
    assert second.installer is None


def test_a_movable_job_makes_room_for_a_promised_one(town):
    installer, free = person(town), waiting(town, 1)
    send(free, installer, town)
    promised = agree(waiting(town, 2), 9, hours=1)
    send(promised, installer, town)
    spans = sorted(row.span.lower for row in Assignment.objects.filter(active=True))
    assert active(promised).span.lower < MONDAY + timedelta(hours=1)
    assert spans[0] != spans[1]


def test_the_booking_follows_the_appointment(town):
    installer, order = person(town), agree(waiting(town), 14)
    send(order, installer, town)
    order.refresh_from_db()
    agree(order, 16)
    drain()
    assert active(order).span.lower >= order.window_starts_at
    before = active(order).pk
    keep_slot(order_id=order.pk, window_moved=True)
    assert active(order).pk == before


def test_a_cancelled_order_frees_the_time_and_leaves_the_pool(town):
    installer, order = person(town), waiting(town, 1)
    send(order, installer, town)
    offered = waiting(town, 2)
    offer_job(order_id=offered.pk, actor=town.dispatcher)
    for each in (order, offered):
        take_transition(
            order_id=each.pk, key="cancel", actor=town.dispatcher, answers=Answers(reason="退款")
        )
    drain()
    assert not Assignment.objects.filter(active=True).exists()
    assert not JobOffer.objects.filter(state="open").exists()


def test_an_order_assigned_elsewhere_is_booked_too(town):
    installer, order = person(town), waiting(town)
    take_transition(
        order_id=order.pk,
        key="assign",
        actor=town.dispatcher,
        answers=Answers(installer=installer),
    )
    drain()
    assert active(order).installer == installer


def test_work_that_is_done_gives_the_rest_of_its_time_back(town):
    installer, order = person(town), agree(waiting(town), 9)
    send(order, installer, town)
    done_at = MONDAY + timedelta(minutes=20)
    WorkOrder.objects.filter(pk=order.pk).update(started_at=MONDAY, completed_at=done_at)
    keep_slot(order_id=order.pk)
    kept = Assignment.objects.get(work_order=order)
    assert (kept.active, kept.end_reason) == (False, Assignment.COMPLETED)
    assert (kept.span.lower, kept.span.upper) == (MONDAY, done_at)


@pytest.mark.commits
def test_of_two_dispatchers_one_wins_and_the_other_reads_who(tenant):
    town = make_town()
    people = [person(town), person(town)]
    order = waiting(town)
    answers = at_once(tenant, [lambda each=each: send(order, each, town) for each in people])
    lost = [each for each in answers if isinstance(each, Conflict)]
    (won,) = [each for each in answers if isinstance(each, Assignment)]
    assert len(lost) == 1
    assert won.installer.user.display_name in str(lost[0])
    assert Assignment.objects.filter(active=True).count() == 1


@pytest.mark.commits
def test_two_orders_for_one_installer_at_once_get_two_spans(tenant):
    town = make_town()
    busy = person(town)
    orders = [waiting(town, n) for n in range(6)]
    at_once(tenant, [lambda each=each: send(each, busy, town) for each in orders])
    spans = sorted(row.span for row in Assignment.objects.filter(active=True))
    assert len(spans) == 6
    assert all(one.upper <= two.lower for one, two in pairwise(spans))


def wanted_by_a_flow(order, how):
    """Fire a trigger that wants the order given to somebody."""
    fired = FiredTrigger.objects.create(stay=order.stays.get(), trigger="t", at=clock.now())
    action = FiredAction.objects.create(
        fired=fired, work_order=order, place=0, kind="assign", value=how, at=clock.now()
    )
    begin_again(action)
    drain(strict=True)
    action.refresh_from_db()
    order.refresh_from_db()
    return action


@pytest.mark.parametrize("how", ["best", "nearest"])
def test_a_flow_gives_an_order_to_somebody_who_can_do_it(town, how):
    installer, order = person(town), agree(waiting(town), 14)
    action = wanted_by_a_flow(order, how)
    assert (action.state, order.installer) == ("done", installer)


def test_a_flow_puts_an_order_into_the_pool(town):
    person(town)
    order = agree(waiting(town), 14)
    assert wanted_by_a_flow(order, "pool").state == "done"
    assert JobOffer.objects.filter(work_order=order, state="open").exists()


def test_where_nobody_can_the_flow_asks_again_later_and_people_see_it(town):
    order = agree(waiting(town), 14)
    action = wanted_by_a_flow(order, "best")
    assert (action.state, order.installer) == ("failed", None)
    assert action.retry_at is not None

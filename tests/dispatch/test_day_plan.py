"""A day's plan: built from orders and people, published through the assigning service, taken back."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from common.outbox import drain
from dispatch.engine.batch.planning import GREEDY, VROOM, plan
from dispatch.engine.batch.preferring import prefer
from dispatch.models import Assignment, PlannedVisit, PlanPart, PlanRun
from dispatch.planning.adjusting import move_visit
from dispatch.planning.plain import read_problem
from dispatch.planning.publishing import publish_plan, step_plan, withdraw_plan
from dispatch.planning.running import build_plan, cancel_plan, solve_part, start_plan
from dispatch.services.assigning import assign
from tests.dispatch.town import MONDAY, agree, at_once, person, waiting
from tests.factories import UnitFactory, UserFactory
from workorders.flow import Meaning
from workorders.models import WorkOrder

TUESDAY = MONDAY.date() + timedelta(days=1)
State, Visit = PlanRun.State, PlannedVisit.State
DIES = ("false",)


def planned(town, *, day=TUESDAY, outlets=None):
    """A plan of a day as the workers make it."""
    run = start_plan(day=day, outlets=outlets or [town.suzhou], actor=town.dispatcher)
    drain(strict=True)
    run.refresh_from_db()
    return run


def rows(run):
    return {row.work_order_id: row for row in run.visits.all()}


@pytest.fixture
def orders(town):
    return [waiting(town, n) for n in range(1, 5)]


@pytest.fixture
def crew(town):
    return [person(town, km=1), person(town, km=4)]


def test_every_order_gets_a_person_and_a_time_of_the_day_and_the_parts_sum_to_the_score(
    town, crew, orders
):
    run = planned(town)
    assert (run.state, run.parts.get().solved) == (State.READY, VROOM)
    found = rows(run)
    assert set(found) == {order.pk for order in orders}
    for row in found.values():
        assert row.state == Visit.PLANNED
        assert clock.business_day(row.starts_at) == TUESDAY
        assert sum(row.parts.values()) == row.score_fen
        assert {each["code"] for each in row.reasons} >= {"distance", "skilled"}
    assert Assignment.objects.count() == 0


def test_an_order_nobody_can_do_has_its_reason(town, orders):
    person(town, rank=1)
    run = planned(town)
    assert [row.failed for row in rows(run).values()] == [{"grade": 1}] * 4


def test_an_order_that_is_not_on_the_map_has_its_reason(town, crew):
    lost = waiting(town, 1)
    lost.address.lon = lost.address.lat = None
    lost.address.save()
    assert rows(planned(town))[lost.pk].failed == {"no_place": 0}


def test_an_order_outside_the_territories_of_the_chosen_outlets_is_not_in_the_plan(town, crew):
    waiting(town, 1)
    assert rows(planned(town, outlets=[UnitFactory(parent=town.east)])) == {}


def test_the_same_inputs_give_the_same_plan_again(town, crew, orders):
    part = PlanPart.objects.get(run=planned(town))
    problem, wishes = read_problem(part.inputs)
    assert problem.digest == part.inputs_hash
    again = prefer(problem, plan(problem), wishes).plan
    kept = {row.work_order_id: row.installer_id for row in part.visits.all()}
    assert again.persons == kept


def test_a_plan_whose_solver_dies_is_made_all_the_same_and_the_page_says_so(
    town, crew, orders, client
):
    run = start_plan(day=TUESDAY, outlets=[town.suzhou], actor=town.dispatcher)
    build_plan(run_id=run.pk)
    part = run.parts.get()
    solve_part(part_id=part.pk, command=DIES)
    part.refresh_from_db()
    assert part.solved == GREEDY
    assert {row.state for row in rows(run).values()} == {Visit.PLANNED}
    client.force_login(town.dispatcher)
    page = client.get(reverse("dispatch:plan-detail", args=[run.pk])).content.decode()
    assert "x-note-warn" in page


def test_publishing_assigns_through_the_flow_at_the_planned_times(town, crew, orders):
    run = planned(town)
    times = {pk: row.starts_at for pk, row in rows(run).items()}
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    run.refresh_from_db()
    assert run.state == State.PUBLISHED
    for order in orders:
        order.refresh_from_db()
        held = Assignment.objects.get(work_order=order, active=True)
        assert (order.meaning, held.way) == (Meaning.ASSIGNED.value, Assignment.Way.PLANNED)
        assert held.span.lower == times[order.pk]
        assert held.assigned_by == town.dispatcher


def test_what_a_colleague_gave_away_meanwhile_stays_with_who_has_it(town, crew, orders):
    run = planned(town)
    first = orders[0]
    other = next(each for each in crew if each.pk != rows(run)[first.pk].installer_id)
    assign(order_id=first.pk, installer_id=other.pk, actor=town.admin)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    row = rows(run)[first.pk]
    assert row.state == Visit.CONFLICT
    assert other.user.display_name in row.note
    assert WorkOrder.objects.get(pk=first.pk).installer == other
    assert sum(each.state == Visit.PUBLISHED for each in rows(run).values()) == 3


def test_a_new_plan_keeps_what_is_published_with_its_people(town, crew, orders):
    run = planned(town)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    before = {pk: row.installer_id for pk, row in rows(run).items()}
    new = waiting(town, 9)
    again = rows(planned(town))
    assert {pk: again[pk].installer_id for pk in before} == before
    assert {again[pk].state for pk in before} == {Visit.KEPT}
    assert again[new.pk].state == Visit.PLANNED


def test_a_promised_time_is_kept_to_the_second(town, crew):
    order = agree(waiting(town, 1), 14)
    order.window_starts_at += timedelta(days=1)
    order.window_ends_at += timedelta(days=1)
    order.save()
    row = rows(planned(town))[order.pk]
    assert order.window_starts_at <= row.starts_at < order.window_ends_at


def test_taking_back_frees_what_nobody_has_set_out_for(town, crew, orders):
    run = planned(town)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    begun = orders[0]
    WorkOrder.objects.filter(pk=begun.pk).update(meaning=Meaning.EN_ROUTE.value)
    withdraw_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    run.refresh_from_db()
    assert run.state == State.WITHDRAWN
    assert rows(run)[begun.pk].state == Visit.CONFLICT
    others = WorkOrder.objects.exclude(pk=begun.pk).values_list("meaning", flat=True)
    assert set(others) == {Meaning.WAITING.value}
    assert Assignment.objects.filter(active=True).count() == 1


def test_a_step_that_comes_twice_assigns_once(town, crew, orders):
    run = planned(town)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    run.refresh_from_db()
    at = run.step
    step_plan(run_id=run.pk, after_id=at)
    made = Assignment.objects.count()
    step_plan(run_id=run.pk, after_id=at)
    assert Assignment.objects.count() == made == 4


def test_a_cancelled_plan_is_not_gone_on_with(town, crew, orders):
    run = start_plan(day=TUESDAY, outlets=[town.suzhou], actor=town.dispatcher)
    build_plan(run_id=run.pk)
    cancel_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    run.refresh_from_db()
    assert (run.state, run.visits.count()) == (State.CANCELLED, 0)
    with pytest.raises(Refused):
        publish_plan(run_id=run.pk, actor=town.dispatcher)


def test_an_order_is_given_to_another_by_hand_and_times_follow(town, crew, orders):
    run = planned(town)
    row = run.visits.first()
    other = next(each for each in crew if each.pk != row.installer_id)
    move_visit(visit_id=row.pk, installer_id=other.pk, actor=town.dispatcher)
    row.refresh_from_db()
    assert (row.installer_id, row.by_hand) == (other.pk, True)
    assert sum(row.parts.values()) == row.score_fen
    mine = list(run.visits.filter(installer=other).order_by("starts_at"))
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(mine))
    move_visit(visit_id=row.pk, installer_id=None, actor=town.dispatcher)
    row.refresh_from_db()
    assert (row.state, row.failed) == (Visit.LEFT, {"by_hand": 0})


def test_a_published_visit_is_given_to_another_by_hand(town, crew, orders):
    run = planned(town)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    row = run.visits.order_by("starts_at").first()
    other = next(each for each in crew if each.pk != row.installer_id)
    moved = move_visit(visit_id=row.pk, installer_id=other.pk, actor=town.dispatcher)
    held = Assignment.objects.get(work_order=row.work_order_id, active=True)
    assert (moved.installer_id, held.installer, moved.assignment) == (other.pk, other, held)
    assert (moved.starts_at, moved.ends_at) == (held.span.lower, held.span.upper)
    out = move_visit(visit_id=row.pk, installer_id=None, actor=town.dispatcher)
    assert out.state == Visit.WITHDRAWN
    assert WorkOrder.objects.get(pk=row.work_order_id).meaning == Meaning.WAITING.value


def test_a_published_visit_that_is_under_way_or_in_other_hands_stays(town, crew, orders):
    run = planned(town)
    publish_plan(run_id=run.pk, actor=town.dispatcher)
    drain(strict=True)
    row = run.visits.order_by("starts_at").first()
    other = next(each for each in crew if each.pk != row.installer_id)
    order = WorkOrder.objects.get(pk=row.work_order_id)
    order.meaning = Meaning.ON_SITE.value
    order.save()
    with pytest.raises(Refused) as refused:
        move_visit(visit_id=row.pk, installer_id=other.pk, actor=town.dispatcher)
    assert refused.value.code == "order.under_way"
    order.meaning = Meaning.ASSIGNED.value
    order.save()
    assign(order_id=order.pk, installer_id=other.pk, actor=town.dispatcher, reason="换人")
    with pytest.raises(Conflict):
        move_visit(visit_id=row.pk, installer_id=row.installer_id, actor=town.dispatcher)


def test_nobody_is_given_by_hand_what_they_may_not_do(town, crew, orders):
    unable = person(town, rank=1)
    run = planned(town)
    row = run.visits.first()
    with pytest.raises(Refused) as refused:
        move_visit(visit_id=row.pk, installer_id=unable.pk, actor=town.dispatcher)
    assert refused.value.code == "grade"


def test_a_plan_belongs_to_the_units_it_is_for(town, crew, orders, client):
    run = planned(town)
    row = run.visits.first()
    for name, args in (
        ("plan-detail", [run.pk]),
        ("plan-progress", [run.pk]),
        ("plan-visit", [run.pk, row.pk]),
    ):
        address = reverse(f"dispatch:{name}", args=args)
        client.force_login(town.stranger)
        assert client.get(address).status_code == 404
        client.force_login(town.dispatcher)
        assert client.get(address).status_code in (200, 286)
    client.force_login(town.stranger)
    for name in ("plan-publish", "plan-cancel", "plan-withdraw"):
        assert client.post(reverse(f"dispatch:{name}", args=[run.pk])).status_code == 404
    started = {"day": TUESDAY.isoformat(), "outlets": [town.suzhou.pk]}
    assert client.post(reverse("dispatch:plan-start"), started).status_code == 422


def test_who_sees_one_of_two_outlets_does_not_see_the_plan_of_both(town, crew, orders, client):
    other = UnitFactory(parent=town.east)
    run = planned(town, outlets=[town.suzhou, other])
    client.force_login(UserFactory(unit=town.suzhou))
    assert client.get(reverse("dispatch:plan-detail", args=[run.pk])).status_code == 404


def test_why_this_one_and_why_not_the_others_is_said(town, crew, orders, client):
    unable = person(town, rank=1)
    run = planned(town)
    row = run.visits.first()
    client.force_login(town.dispatcher)
    page = client.get(reverse("dispatch:plan-visit", args=[run.pk, row.pk])).content.decode()
    for each in (*crew, unable):
        assert each.user.display_name in page


@pytest.mark.commits
def test_of_two_dispatchers_who_publish_at_once_one_wins(town, tenant):
    person(town)
    waiting(town, 1)
    run = planned(town)
    calls = [
        lambda who=who: publish_plan(run_id=run.pk, actor=who)
        for who in (town.dispatcher, town.admin)
    ]
    found = at_once(tenant, calls)
    lost = [each for each in found if isinstance(each, Conflict)]
    assert [each.code for each in lost] == ["plan.published"]


@pytest.mark.commits
def test_two_plans_with_the_same_orders_published_at_once_assign_each_order_once(town, tenant):
    person(town, km=1)
    person(town, km=3)
    made = [waiting(town, n) for n in range(1, 4)]
    runs = [planned(town), planned(town)]
    for run in runs:
        publish_plan(run_id=run.pk, actor=town.dispatcher)
        run.refresh_from_db()
    at_once(tenant, [lambda run=run: step_plan(run_id=run.pk, after_id=run.step) for run in runs])
    states = [row.state for run in runs for row in run.visits.all()]
    assert states.count(Visit.PUBLISHED) == states.count(Visit.CONFLICT) == len(made)
    assert Assignment.objects.filter(active=True).count() == len(made)

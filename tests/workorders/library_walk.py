"""Walks an order through whatever flow it follows, as everybody's best day would, by the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from common.outbox import drain
from tests.factories import UserFactory
from tests.workorders import walking
from tests.workorders.world import World, photo, signature, tomorrow
from workorders.flow import Field, Form, Meaning, Transition, main_way, open_ways
from workorders.flow.numbers import number_text
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.form_pictures import picture_label
from workorders.models import CustomerQuestion, Evidence, FollowUp, StageTask, StepDone, WorkOrder
from workorders.services.asking import answer_question, ask_again
from workorders.services.check_ins import check_in
from workorders.services.filling import fill_form, sign_form
from workorders.services.follow_ups import record_follow_up
from workorders.services.photos import add_photo
from workorders.services.progress import Answers, take_transition
from workorders.services.tasks import finish_task

MOST_STEPS = 60
_TYPED = {"date": "2026-11-20", "position": "120.1244,30.2841", "parts": ["T-PIPE×1"]}


@dataclass(frozen=True)
class Staff:
    """Two people of each role at headquarters, so that anything two must agree to can be agreed."""

    world: World
    people: Mapping[str, list[User]]

    def of(self, role: str) -> User:
        return self.people[role][0]


def staff_of(world: World) -> Staff:
    roles = ("hq_admin", "region_manager", "outlet_manager", "dispatcher", "finance")
    people = {role: [UserFactory(role=role, unit=world.hq) for _n in "ab"] for role in roles}
    return Staff(world, people)


def walk_to_the_end(order: WorkOrder, staff: Staff) -> list[str]:
    """Take the way that goes to plan from stage to stage; returns the stages, the last is final."""
    passed = [order.stage]
    while not Meaning(order.meaning).is_final and len(passed) < MOST_STEPS:
        order = _step(order, staff)
        passed.append(order.stage)
    return passed


def _step(order: WorkOrder, staff: Staff) -> WorkOrder:
    _work(order, staff)
    flow = flow_of(order)
    way = main_way(flow, order.stage, OrderFacts(order))
    assert way is not None, f"nothing leads on from {order.stage} of {order.flow_version.name}"
    _meet(order, way, staff)
    for actor in _actors(order, way, staff):
        order = take_transition(
            order_id=order.pk, key=way.key, actor=actor, answers=_answers(way, staff)
        )
    return order


def _work(order: WorkOrder, staff: Staff) -> None:
    """Fill in the stage's form and do its tasks; an answer may bring one more."""
    flow = flow_of(order)
    stage = flow.stage(order.stage)
    me = staff.world.installer.user
    if form := flow.form(stage.form):
        is_mine = stage.role == "installer" and order.installer is not None
        _fill(order, form, me if is_mine else staff.of("hq_admin"), me)
    for task in StageTask.objects.filter(work_order=order, stay__left_at=None, done_at=None):
        actor = staff.of(task.role)
        if task_form := flow.form(task.form):
            _fill(order, task_form, actor, me, task_id=task.pk)
        finish_task(order_id=order.pk, task_id=task.pk, actor=actor)


def _fill(order: WorkOrder, form: Form, actor: User, me: User, task_id: int | None = None) -> None:
    for field in form.fields:
        if field.kind == "photo" and field.required:
            for n in range(field.count):
                label = picture_label(form, field)
                holder = me if order.installer is not None else actor
                add_photo(order_id=order.pk, upload=photo(n + 1), actor=holder, label=label)
        if field.kind == "signature" and field.required:
            sign_form(
                order_id=order.pk, form_key=form.key, field_key=field.key, upload=signature(),
                actor=me if order.installer is not None else actor,
            )  # fmt: skip
    given = {field.key: _answer(field) for field in form.fields}
    fill_form(order_id=order.pk, form_key=form.key, given=given, actor=actor, task_id=task_id)


def _answer(field: Field) -> Any:
    if field.kind in ("choice", "choices"):
        first = field.options[0][0]
        return first if field.kind == "choice" else [first]
    if field.kind == "number":
        return number_text(max(field.low or 0, min(1_000, field.high or 1_000)))
    return _TYPED.get(field.kind, "好")


def _meet(order: WorkOrder, way: Transition, staff: Staff) -> None:
    """Make true what the way asks for."""
    me, desk = staff.world.installer.user, staff.of("hq_admin")
    if "has_appointment" in way.guards and "appointment" not in way.asks:
        _book(order, staff)
    if "checked_in" in way.guards:
        check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
    proofs = {"steps_done", "has_photos", "has_a_photo", "has_signature"} & set(way.guards)
    if proofs and not StepDone.objects.filter(work_order=order).exists():
        walking.prove(order, staff.world)
    if "has_signature" in way.guards:
        assert Evidence.objects.filter(work_order=order, kind="signature").exists()
    if "customer_confirmed" in way.guards and order.meaning == Meaning.IN_REVIEW.value:
        FollowUp.objects.filter(work_order=order, passed=False).delete()
        record_follow_up(order_id=order.pk, passed=True, rating_x10=50, remark="", actor=desk)
    if "customer_answered" in way.guards:
        drain(strict=True)
        asked = CustomerQuestion.objects.filter(work_order=order, stay__left_at=None).last()
        asked = asked or ask_again(order_id=order.pk, text="同意吗", actor=desk)
        answer_question(question_id=asked.pk, agrees=True, remark="")


def _book(order: WorkOrder, staff: Staff) -> None:
    if order.window_starts_at is not None:
        return
    ways = open_ways(flow_of(order), order.stage, OrderFacts(order))
    booking = next(each for each in ways if "appointment" in each.asks)
    [actor] = _actors(order, booking, staff)
    answers = Answers(appointment=tomorrow())
    take_transition(order_id=order.pk, key=booking.key, actor=actor, answers=answers)


def _actors(order: WorkOrder, way: Transition, staff: Staff) -> list[User | None]:
    """Whoever takes the way, or as many different people as must agree."""
    roles = [role for role in way.roles if role not in ("system", "installer")]
    if "installer" in way.roles and order.installer is not None:
        return [order.installer.user]
    if not roles:
        return [None]
    able = [person for role in roles for person in staff.people[role]]
    return [*able[: way.approvals]]


def _answers(way: Transition, staff: Staff) -> Answers:
    asks = way.asks
    return Answers(
        installer=staff.world.installer if "installer" in asks else None,
        appointment=tomorrow() if "appointment" in asks else None,
        reason="按计划" if "reason" in asks else "",
        quote_fen=30_000 if "quote" in asks else None,
        confirmed="customer_confirmed" in way.guards,
    )

"""Walks an order through any flow as the people of a company do, through the services they use.

In every stage the departments do their tasks and somebody of the stage's role fills in its form;
then what the planned way asks for is done by whom it is for, and the way is taken by as many people
as must agree. Installers do it as the phone offers it, the office as the desk does: what the pages
would not offer to the person fails the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Installer, User
from common import clock
from common.access import Perm, allowed
from common.remembering import remembering
from tests.workorders.library_company import hear
from tests.workorders.library_plans import Plan
from tests.workorders.world import signature
from workorders.codes import Purpose, issue_code
from workorders.flow import Flow, Form, Meaning, Stage, Transition, main_way
from workorders.flow.form_shape import Field
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.form_pictures import picture_label
from workorders.guards import missing_photos, missing_steps
from workorders.models import CustomerQuestion, StageTask, WorkOrder
from workorders.selectors import own_work_orders
from workorders.services.acceptance import accept_by_code
from workorders.services.answers import Answers
from workorders.services.asking import answer_question
from workorders.services.check_ins import check_in
from workorders.services.evidence import mark_step
from workorders.services.filling import add_form_pictures, fill_form, sign_form
from workorders.services.follow_ups import record_follow_up
from workorders.services.locking import order_in_hand
from workorders.services.photos import add_photo
from workorders.services.progress import assign_installer, open_transitions, take_transition
from workorders.services.signatures import add_signature
from workorders.services.tasks import finish_task
from workorders.visit_path import Part, booking_move, pages_ahead

MOST_STAGES = 60
_shades = count(1)


class Staff(Protocol):
    """Who works on an order: the office by role, and the installer it is given to."""

    @property
    def people(self) -> Mapping[str, tuple[User, ...]]:
        """The office."""

    @property
    def installer(self) -> Installer:
        """Who is sent."""


class Walk:
    """One order on its way; `stages` are the keys of those it stood in."""

    def __init__(self, company: Staff, order: WorkOrder, plan: Plan) -> None:
        self.company, self.plan = company, plan
        self.order = order
        self.stages = [order.stage]
        self._asked: set[int] = set()

    def to_the_end(self) -> WorkOrder:
        """Go on until the order is in a final stage; returns it.

        One transaction with the order in hand, as when history is made: read and locked once.
        """
        with remembering(), order_in_hand(self.order.pk) as self.order:
            self._go_on()
        return self.order

    def _go_on(self) -> None:
        while not self.stage.meaning.is_final:
            assert len(self.stages) < MOST_STAGES, self.stages
            self._one_stage()
        hear()

    @property
    def flow(self) -> Flow:
        """The flow the order keeps."""
        return flow_of(self.order)

    @property
    def stage(self) -> Stage:
        """Where the order stands."""
        return self.flow.stage(self.order.stage)

    def _one_stage(self) -> None:
        here = self.stage
        hear()
        if self.order.stage != here.key:  # a trigger has moved it
            self.stages.append(self.order.stage)
            return
        if here.form:
            self._fill(here.form, self._filler(here))
        self.do_tasks()
        way = self._way_on(here)
        taken_by = self._takers(way)
        self._meet(way, taken_by[0])
        for person in taken_by:
            self._take(way, person)
        assert self.order.stage == way.target, (way.key, self.order.stage)
        self._asked = {person.pk for person in taken_by}
        self.stages.append(way.target)

    def _way_on(self, here: Stage) -> Transition:
        """The planned way out of a stage; a quotation leads on by its own amount."""
        way = main_way(self.flow, here.key, OrderFacts(self.order))
        if way is not None and "quote" in way.asks:
            facts = OrderFacts(self.order, quote_fen=self._quote_fen)
            way = main_way(self.flow, here.key, facts)
        assert way is not None, f"nothing leads on from {here.key}"
        return way

    @property
    def _quote_fen(self) -> int:
        return self.plan.numbered("quote_yuan") // 10

    # What is asked for before a way is open.

    def _meet(self, way: Transition, person: User) -> None:
        if "has_appointment" in way.guards and self.order.window_starts_at is None:
            self._book()
        for guard in way.guards:
            if guard in _DEEDS:
                _DEEDS[guard](self)
        if person.is_installer:
            self._is_offered(way)

    def _is_offered(self, way: Transition) -> None:
        """The phone's next page with a move is this way, and asks for its proofs before."""
        pages = pages_ahead(
            self.flow,
            self.stage.key,
            has_window=self.order.window_starts_at is not None,
            facts=OrderFacts(self.order),
            is_answered=bool(self.stage.form),
        )
        at, move = next((n, page.move) for n, page in enumerate(pages) if page.move is not None)
        assert move.key == way.key, (way.key, pages[at])
        wanted = {part for guard, part in _PARTS.items() if guard in way.guards}
        assert wanted <= {page.part for page in pages[:at]}, (way.key, pages[:at])

    def _book(self) -> None:
        way = booking_move(self.flow, self.stage.key, OrderFacts(self.order))
        assert way is not None, f"nobody can book in {self.stage.key}"
        starts = clock.now() + timedelta(hours=20)
        window = (starts, starts + timedelta(hours=2))
        self._move(way, self.installer, Answers(appointment=window, via="phone"))

    def _check_in(self) -> None:
        check_in(order_id=self.order.pk, actor=self.installer, lon=120.1244, lat=30.2841)

    def _do_steps(self) -> None:
        for seq, _name in missing_steps(self.order):
            mark_step(order_id=self.order.pk, seq=seq, actor=self.installer)

    def _take_photos(self) -> None:
        for lack in missing_photos(self.order):
            for _each in range(lack.count):
                self._shoot(lack.label, lack.seq)

    def _shoot(self, label: str, seq: int = 0) -> None:
        add_photo(
            order_id=self.order.pk, upload=picture(), actor=self.installer, seq=seq, label=label
        )

    def _sign(self) -> None:
        add_signature(order_id=self.order.pk, upload=signature(), actor=self.installer)

    def _accept(self) -> None:
        office = self._person("dispatcher")
        code = issue_code(order_id=self.order.pk, actor=office, purpose=Purpose.ACCEPTANCE)
        accept_by_code(order_id=self.order.pk, code=code, actor=self.installer)

    def _confirm(self) -> None:
        if self.stage.meaning is Meaning.IN_REVIEW:
            me = self._person("dispatcher")
            record_follow_up(
                order_id=self.order.pk, passed=True, rating_x10=48, remark="", actor=me
            )

    def _ask_the_customer(self) -> None:
        asked = CustomerQuestion.objects.filter(work_order=self.order, stay__left_at=None)
        question = asked.latest("pk")
        answer_question(question_id=question.pk, agrees=True, remark="")

    # Forms and tasks.

    def _filler(self, stage: Stage) -> User:
        return self._person(stage.role or "dispatcher")

    def _fill(self, key: str, actor: User, task: StageTask | None = None) -> None:
        form = self.flow.form(key)
        assert form is not None
        if actor.is_installer:
            self._asks_for_form(form)
        for each in form.fields:
            if each.required:
                self._show(form, each, actor, task)
        fill_form(
            order_id=self.order.pk,
            form_key=key,
            given=self.plan.answers[key],
            actor=actor,
            task_id=task.pk if task else None,
        )

    def _asks_for_form(self, form: Form) -> None:
        pages = pages_ahead(
            self.flow,
            self.stage.key,
            has_window=self.order.window_starts_at is not None,
            facts=OrderFacts(self.order),
        )
        here = [page for page in pages if page.stage.key == self.stage.key]
        assert Part.FORM in {page.part for page in here}, f"no page for {form.key}"

    def _show(self, form: Form, asked: Field, actor: User, task: StageTask | None) -> None:
        if asked.kind == "signature":
            sign_form(
                order_id=self.order.pk,
                form_key=form.key,
                field_key=asked.key,
                upload=signature(),
                actor=actor,
            )
        elif asked.kind == "photo" and actor.is_installer:
            for _each in range(asked.count):
                self._shoot(picture_label(form, asked))
        elif asked.kind == "photo":
            add_form_pictures(
                order_id=self.order.pk,
                form_key=form.key,
                uploads={asked.key: [picture() for _each in range(asked.count)]},
                actor=actor,
                task_id=task.pk if task else None,
            )

    def do_tasks(self) -> None:
        """Let every department do what it has to do in this stage."""
        waiting = StageTask.objects.filter(work_order=self.order, done_at=None)
        for task in waiting.order_by("pk"):
            self._do(task)

    def _do(self, task: StageTask) -> None:
        person = self._person(task.role)
        assert allowed(person, Perm.ORDER_MOVE), task.role
        assert own_work_orders(actor=person).filter(pk=self.order.pk).exists(), task.role
        if task.form:
            self._fill(task.form, person, task)
        finish_task(order_id=self.order.pk, task_id=task.pk, actor=person)

    # Who does it, and the way itself.

    @property
    def installer(self) -> User:
        """Whoever has the order."""
        assert self.order.installer is not None, f"nobody works in {self.stage.key}"
        return self.order.installer.user

    def _people(self, role: str) -> tuple[User, ...]:
        return (self.installer,) if role == "installer" else self.company.people.get(role, ())

    def _person(self, role: str) -> User:
        return self._people(role)[0]

    def _takers(self, way: Transition) -> list[User]:
        """Those who take a way: of the stage's role where they may, as many as must agree."""
        first = self.stage.role
        roles = sorted((role for role in way.roles if role != "system"), key=lambda r: r != first)
        asked = {*self._asked, self._filler(self.stage).pk} if _is_for_others(way) else set()
        able = [each for role in roles for each in self._people(role) if each.pk not in asked]
        assert len(able) >= way.approvals, f"too few people may take {way.key}"
        return able[: way.approvals]

    def _take(self, way: Transition, person: User) -> None:
        perm = Perm.ORDER_WORK if person.is_installer else Perm.ORDER_MOVE
        assert allowed(person, perm), (way.key, person.role)
        assert own_work_orders(actor=person).filter(pk=self.order.pk).exists(), person.role
        offered = {each.key for each in open_transitions(self.order, person)}
        assert way.key in offered, (way.key, person.role)
        if "installer" in way.asks:
            assign_installer(order_id=self.order.pk, installer=self.company.installer, actor=person)
            return
        self._move(
            way,
            person,
            Answers(
                quote_fen=self._quote_fen if "quote" in way.asks else None,
                confirmed="customer_confirmed" in way.guards,
                via="phone" if person.is_installer else "desk",
            ),
        )

    def _move(self, way: Transition, person: User, answers: Answers) -> None:
        take_transition(order_id=self.order.pk, key=way.key, actor=person, answers=answers)


def _is_for_others(way: Transition) -> bool:
    return "not_own_request" in way.guards


_DEEDS: Mapping[str, Callable[[Walk], None]] = {
    "checked_in": Walk._check_in,
    "steps_done": Walk._do_steps,
    "has_photos": Walk._take_photos,
    "has_signature": Walk._sign,
    "customer_accepted": Walk._accept,
    "customer_confirmed": Walk._confirm,
    "customer_answered": Walk._ask_the_customer,
}
_PARTS = {
    "steps_done": Part.STEPS,
    "has_photos": Part.PHOTOS,
    "has_signature": Part.SIGNATURE,
    "customer_accepted": Part.ACCEPTANCE,
}


def picture() -> SimpleUploadedFile:
    """A photo that no other is like."""
    n = next(_shades)
    out = BytesIO()
    Image.new("RGB", (32, 24), (n % 16 * 16, n // 16 % 16 * 16, n // 256 % 16 * 16)).save(
        out, "JPEG", quality=95
    )
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")

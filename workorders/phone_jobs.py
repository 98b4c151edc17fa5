"""Everything one visit needs, on one page: a phone without a network can open no second one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Gone
from workorders.acceptances import accepted_at
from workorders.crew import on_the_job
from workorders.flow import Facts, Flow, Meaning, Stage, Transition
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.local_item import LocalNote, local_item, local_notes
from workorders.models import Evidence, FormAnswers, Signature, WorkOrder
from workorders.own_steps import BEGUN, LEAST_STEPS
from workorders.phone_days import Stop, lost_order, stop_of
from workorders.phone_materials import MaterialLine, material_lines
from workorders.phone_steps import JobStep, PhotoWish, free_photo, job_steps, photo_wishes
from workorders.phone_ways import laid_out, way_plan
from workorders.selectors import work_orders
from workorders.site_radius import Site, site_of
from workorders.stage_forms import open_forms
from workorders.visit_path import Page, Part, moves_ahead, pages_ahead, side_ways
from workorders.visit_runs import Run, visit_runs

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import Installer, User
    from workorders.stage_forms import OpenForm

_TEMPLATES = {"go": "move"}
_DONE_BY_ROWS = (
    Part.STEPS, Part.PHOTO, Part.PHOTOS, Part.MATERIALS, Part.FORM, Part.SIGNATURE, Part.CHECK_IN,
    Part.HANDOVER, Part.ACCEPTANCE,
)  # fmt: skip
_WORKING = (Meaning.ASSIGNED, Meaning.EN_ROUTE, Meaning.ON_SITE)


@dataclass(frozen=True, slots=True)
class SideWays:
    """What may be done in one stage beside the plan."""

    stage: str
    moves: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of the visit, its place in the row, and what is known of it."""

    place: int
    part: str
    stage: str
    move: Transition | None
    is_done: bool
    form: OpenForm | None = None
    source: str = ""
    """The stage the phone believes the order to be in: said with what lies behind a branch."""

    @property
    def template(self) -> str:
        """The partial that shows this page."""
        return f"workorders/phone/_page_{_TEMPLATES.get(self.part, self.part)}.html"


@dataclass(frozen=True, slots=True)
class Job:
    """A whole visit: the pages that lie ahead of `total`, and what their forms are made of.

    Pages behind a branch are among them; `ways` says how a phone chooses which come next.
    """

    number: str
    stop: Stop
    pages: list[JobPage]
    total: int
    side_ways: list[SideWays]
    local_notes: tuple[LocalNote, ...]
    steps: list[JobStep]
    photo: PhotoWish
    photos: list[PhotoWish]
    materials: list[MaterialLine]
    signature: Evidence | None
    minutes: int
    is_complete: bool
    stamp: str
    site: Site | None
    left_stages: str
    """Keys of the stages in which steps may be left to another order; empty where none may be."""
    ways: dict[str, Any] | None = None

    @property
    def signer(self) -> str:
        """Who will probably sign; nothing while the shop hides the name."""
        return "" if "*" in self.stop.customer else self.stop.customer

    @property
    def parts(self) -> set[str]:
        """What kinds of pages lie ahead: each brings its own scripts."""
        return {page.part for page in self.pages}

    @property
    def relations(self) -> list[tuple[str, str]]:
        """Who may sign: codes and words."""
        return [(code, str(words)) for code, words in Signature.Relation.choices]


def job_of(order: WorkOrder, *, viewer: Installer) -> Job:
    """Return the visit of an order that is the installer's own, from its stage to the end.

    Who helps checks in, does steps and takes photos; who leads moves the order on.
    """
    flow, facts = flow_of(order), OrderFacts(order)
    item = local_item(order)
    body = item.body
    evidence = list(Evidence.objects.filter(work_order=order).order_by("pk"))
    steps = job_steps(order, body)
    taken = [one for one in evidence if one.kind == Evidence.Kind.PHOTO]
    photos = photo_wishes(body, taken)
    signed = [one for one in evidence if one.kind == Evidence.Kind.SIGNATURE]
    materials = material_lines(order, item)
    helps = order.installer_id != viewer.pk
    first = _helping_pages(flow.stage(order.stage)) if helps else _pages_ahead(flow, order, facts)
    has_window = order.window_starts_at is not None
    runs = [
        Run(tuple(page for page in run.pages if _is_needed(page, steps, photos)), run.arms)
        for run in visit_runs(flow, first, has_window=has_window, facts=facts)
    ]
    ahead, rows = laid_out(runs)
    forms = open_forms(order, flow, [p.stage.key for p in ahead if p.part is Part.FORM])
    behind = 0 if helps else _pages_behind(flow, order, facts, runs[0].pages, steps, photos)
    places = [[(behind + 1 + page, stage) for page, stage in row] for row in rows]
    done = {
        Part.STEPS: all(step.is_done for step in steps if step.is_required),
        Part.PHOTO: bool(taken),
        Part.PHOTOS: all(wish.is_done for wish in photos if wish.is_required),
        # None may have been needed after all: a signature says that this page was passed.
        Part.MATERIALS: bool(signed) or _are_recorded(materials),
        Part.SIGNATURE: bool(signed),
        Part.ACCEPTANCE: any(page.part is Part.ACCEPTANCE for page in ahead)
        and accepted_at(order) is not None,
        Part.CHECK_IN: helps and order.check_ins.filter(installer=viewer).exists(),
        Part.HANDOVER: True,
    }
    return Job(
        number=order.number,
        stop=stop_of(order, clock.now(), viewer=viewer),
        pages=[
            JobPage(
                place=place,
                part=page.part.value,
                stage=page.stage.key,
                move=page.move,
                is_done=forms[page.stage.key].is_done
                if page.part is Part.FORM
                else page.part in _DONE_BY_ROWS and done[page.part],
                form=forms.get(page.stage.key) if page.part is Part.FORM else None,
                source="" if place <= behind + len(runs[0].pages) else page.stage.key,
            )
            for place, page in enumerate(ahead, start=behind + 1)
        ],
        total=behind + len(runs[0].pages),
        side_ways=[
            SideWays(stage.key, side_ways(flow, stage.key, facts))
            for stage in ([] if helps else _stages(flow, order, ahead))
        ],
        local_notes=local_notes(item),
        steps=steps,
        photo=free_photo(taken),
        photos=photos,
        materials=materials,
        signature=signed[-1] if signed else None,
        minutes=sum(step.minutes for step in steps),
        is_complete=order.completed_at is not None,
        stamp=order_stamp(order),
        site=site_of(order),
        left_stages="" if helps or len(steps) < LEAST_STEPS else _left_stages(flow, order, ahead),
        ways=way_plan(flow, runs, places, number=order.number, facts=facts),
    )


def order_stamp(order: WorkOrder) -> str:
    """Return a text that changes when somebody else moved or changed the order.

    What the installer enters on this very page is no part of it, or each entry would be news.
    """
    address = order.address
    told = (
        order.window_starts_at,
        order.window_ends_at,
        order.urgent,
        str(address),
        address.note,
        order.quantity,
    )
    asked = list(order.questions.order_by("pk").values_list("pk", "answered_at"))
    charged = list(order.charges.order_by("pk").values_list("pk", "state", "decision"))
    planned = list(order.expected_materials.order_by("pk").values_list("pk", "quantity_milli"))
    shown = repr(
        (order.stage, order.stage_since, *told, *order.only_steps, asked, charged, planned)
    )
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _are_recorded(lines: list[MaterialLine]) -> bool:
    return not lines or any(line.is_recorded for line in lines)


def _is_needed(page: Page, steps: list[JobStep], photos: list[PhotoWish]) -> bool:
    if page.part is Part.STEPS:
        return bool(steps)
    return bool(photos) if page.part is Part.PHOTOS else True


def _pages_ahead(flow: Flow, order: WorkOrder, facts: Facts) -> tuple[Page, ...]:
    form = flow.stage(order.stage).form
    here = FormAnswers.objects.filter(work_order=order, stay__left_at=None, task=None, form=form)
    return pages_ahead(
        flow,
        order.stage,
        has_window=order.window_starts_at is not None,
        facts=facts,
        is_answered=bool(form) and here.filter(complete=True).exists(),
    )


def _pages_behind(
    flow: Flow,
    order: WorkOrder,
    facts: Facts,
    ahead: tuple[Page, ...],
    steps: list[JobStep],
    photos: list[PhotoWish],
) -> int:
    """How many pages of the whole visit lie behind; 0 for a visit that started elsewhere."""
    first = next(iter(flow.stages_meaning(Meaning.ASSIGNED)), None)
    if first is None:
        return 0
    has_window = order.window_starts_at is not None
    whole = pages_ahead(flow, first.key, has_window=has_window, facts=facts)
    needed = [page for page in whole if _is_needed(page, steps, photos)]
    return max(0, len(needed) - len(ahead))


def _helping_pages(here: Stage) -> tuple[Page, ...]:
    if here.meaning not in _WORKING:
        return ()
    parts = (Part.CHECK_IN, Part.STEPS, Part.PHOTOS, Part.HANDOVER)
    return tuple(Page(part, here, None) for part in parts)


def _stages(flow: Flow, order: WorkOrder, ahead: tuple[Page, ...]) -> list[Stage]:
    stages = {order.stage: flow.stage(order.stage)} | {p.stage.key: p.stage for p in ahead}
    return list(stages.values())


def _left_stages(flow: Flow, order: WorkOrder, ahead: tuple[Page, ...]) -> str:
    stages = _stages(flow, order, ahead)
    return " ".join(stage.key for stage in stages if stage.meaning.value in BEGUN)


def has_left(order: WorkOrder) -> bool:
    """Whether an order is done or closed, or nobody has it: no phone keeps anything of it."""
    return not order.is_open or order.completed_at is not None or order.installer_id is None


def is_on_the_way(order: WorkOrder) -> bool:
    """Whether an installer has this order and can go on with it at once."""
    return (
        order.installer_id is not None
        and bool(moves_ahead(flow_of(order), order.stage, OrderFacts(order))[:1])
        and (order.meaning != Meaning.ON_HOLD.value)
    )


def own_order(*, actor: User, number: str) -> WorkOrder | None:
    """Return the installer's order of this number, None when it never was theirs.

    Raises Gone with the reason when it was taken from them: the queue shows that sentence beside
    what could not be taken any more.
    """
    order = work_orders().filter(on_the_job(actor=actor), number=number).first()
    lost = None if order else lost_order(actor=actor, number=number)
    if lost is not None:
        sentence = _("This work order is no longer yours: %(reason)s")
        raise Gone("order.not_yours", sentence % {"reason": lost.reason})
    return order

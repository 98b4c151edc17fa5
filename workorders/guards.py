"""What must be true before a transition is taken, read from the rows that prove it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.item_body import ItemBody, body_of_version
from workorders.acceptances import accepted_at
from workorders.charges import open_charges
from workorders.flow import GUARDS, Meaning, Stage, Transition
from workorders.flow.words import ROLE_NAMES
from workorders.flow_versions import flow_of
from workorders.models import (
    ChargeCode,
    CheckIn,
    CustomerQuestion,
    Evidence,
    FollowUp,
    FormAnswers,
    StageTask,
    StepDone,
    TimelineEvent,
    WorkOrder,
)
from workorders.own_steps import own_body
from workorders.services.shop_codes import has_code, is_verified

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transition somebody wants to take, with what was answered; `stage` is where it starts."""

    order: WorkOrder
    stage: Stage
    target: Stage
    transition: Transition
    installer: Installer | None
    has_appointment: bool
    has_reason: bool
    has_next_contact: bool
    confirmed: bool
    actor: User | None = None


@dataclass(frozen=True, slots=True)
class MissingPhoto:
    """How many photos of one label a step still needs."""

    seq: int
    label: str
    count: int


Guard = Callable[[Attempt], list[str]]
"""Returns what is missing, one sentence each; nothing when the guard holds."""


def missing(attempt: Attempt) -> list[str]:
    """Return a sentence for everything that stands in the way; an unknown guard never holds."""
    found: list[str] = []
    for name in attempt.transition.guards:
        guard = _GUARDS.get(name)
        found += guard(attempt) if guard else [_(GUARDS.get(name, name))]
    return found


def body_of(order: WorkOrder) -> ItemBody:
    """Return the item version the order keeps, with the steps that are to be done for this order."""
    return own_body(order, body_of_version(order.item_version))


def missing_photos(order: WorkOrder) -> list[MissingPhoto]:
    """Return what the required steps still lack in photos, in the order of the steps."""
    photos = order.evidence.filter(kind=Evidence.Kind.PHOTO)
    counted = photos.values_list("seq", "label").annotate(n=Count("pk"))
    have = {(seq, label): n for seq, label, n in counted}
    return [
        MissingPhoto(step.seq, wanted.name, lack)
        for step in body_of(order).steps
        if step.required
        for wanted in step.photos
        if (lack := wanted.count - have.get((step.seq, wanted.name), 0)) > 0
    ]


def missing_steps(order: WorkOrder) -> list[tuple[int, str]]:
    """Return (seq, name) of the required steps that are not done."""
    required = {step.seq for step in body_of(order).steps if step.required}
    return [(seq, name) for seq, name in undone_steps(order) if seq in required]


def undone_steps(order: WorkOrder) -> list[tuple[int, str]]:
    """Return (seq, name) of all steps that are not done, required or not."""
    done = set(StepDone.objects.filter(work_order=order).values_list("seq", flat=True))
    return [(step.seq, step.name) for step in body_of(order).steps if step.seq not in done]


def _has_installer(attempt: Attempt) -> list[str]:
    return [] if attempt.installer else [_("Choose an installer")]


def _has_appointment(attempt: Attempt) -> list[str]:
    return [] if attempt.has_appointment else [_("Agree an appointment with the customer first")]


def _has_reason(attempt: Attempt) -> list[str]:
    return [] if attempt.has_reason else [_("Give a reason")]


def _has_next_contact(attempt: Attempt) -> list[str]:
    return [] if attempt.has_next_contact else [_("Say when the customer is contacted next")]


def _checked_in(attempt: Attempt) -> list[str]:
    """Arrival counts for this visit: what was noted before the order came back counts no more."""
    visits = CheckIn.objects.filter(work_order=attempt.order, installer=attempt.installer)
    since = _visit_began(attempt)
    if since is not None:
        visits = visits.filter(at__gte=since)
    return [] if visits.exists() else [_("Check in on site first")]


def _visit_began(attempt: Attempt) -> datetime | None:
    if attempt.stage.meaning is Meaning.ON_SITE:
        return None
    moved = TimelineEvent.objects.filter(
        work_order=attempt.order, code="moved", params__meaning=Meaning.ASSIGNED.value
    )
    return moved.order_by("-at", "-pk").values_list("at", flat=True).first()


def _steps_done(attempt: Attempt) -> list[str]:
    open_steps = missing_steps(attempt.order)
    return [
        _("Step %(seq)s is not done: %(name)s") % {"seq": seq, "name": name}
        for seq, name in open_steps
    ]


def _has_photos(attempt: Attempt) -> list[str]:
    """All that is required where the work is done with this way; half-way one picture is enough."""
    leaves_work = attempt.target.meaning in (Meaning.IN_REVIEW, Meaning.DONE)
    if not leaves_work and "steps_done" not in attempt.transition.guards:
        return _has_a_photo(attempt)
    return [photo_sentence(lack) for lack in missing_photos(attempt.order)]


def _has_a_photo(attempt: Attempt) -> list[str]:
    photos = attempt.order.evidence.filter(kind=Evidence.Kind.PHOTO)
    return [] if photos.exists() else [_("Add a photo first")]


def photo_sentence(lack: MissingPhoto) -> str:
    """Return "1 nameplate photo is missing"."""
    return ngettext(
        "%(count)d photo of “%(label)s” is missing",
        "%(count)d photos of “%(label)s” are missing",
        lack.count,
    ) % {"count": lack.count, "label": lack.label}


def _has_signature(attempt: Attempt) -> list[str]:
    signed = attempt.order.evidence.filter(kind=Evidence.Kind.SIGNATURE).exists()
    return [] if signed else [_("The customer's signature is missing")]


def _trip_proven(attempt: Attempt) -> list[str]:
    trips = open_charges(attempt.order).filter(code=ChargeCode.TRIP)
    return [] if trips.exists() else [_("Add the empty trip fee with a photo of the door first")]


def _customer_confirmed(attempt: Attempt) -> list[str]:
    if attempt.stage.meaning is not Meaning.IN_REVIEW:
        return [] if attempt.confirmed else [_("Confirm that the customer agrees")]
    passed = FollowUp.objects.filter(work_order=attempt.order, passed=True).exists()
    return [] if passed else [_("Record a follow-up that passed first")]


def _form_done(attempt: Attempt) -> list[str]:
    key = attempt.stage.form
    here = FormAnswers.objects.filter(
        work_order=attempt.order, stay__left_at=None, task=None, form=key, complete=True
    )
    if not key or here.exists():
        return []
    form = flow_of(attempt.order).form(key)
    return [_("Fill in the form “%(name)s” first") % {"name": form.name if form else key}]


def _tasks_done(attempt: Attempt) -> list[str]:
    waits = StageTask.objects.filter(
        work_order=attempt.order, stay__left_at=None, done_at=None
    ).order_by("pk")
    return [
        _("%(department)s has not finished: %(task)s")
        % {"department": task.department or _(ROLE_NAMES[task.role]), "task": task.name}
        for task in waits
    ]


def _customer_accepted(attempt: Attempt) -> list[str]:
    """The customer's one-time code says that the work is accepted."""
    accepted = accepted_at(attempt.order) is not None
    return [] if accepted else [_("The customer has not accepted the work with their code yet")]


def _customer_answered(attempt: Attempt) -> list[str]:
    """The newest question of this stay counts: asked again, an old yes is void."""
    asked = CustomerQuestion.objects.filter(work_order=attempt.order, stay__left_at=None)
    last = asked.order_by("-pk").first()
    if last is None or last.answered_at is None:
        return [_("The customer has not answered by the link yet")]
    return [] if last.agreed else [_("The customer did not agree")]


def _not_own_request(attempt: Attempt) -> list[str]:
    """Who brought the order into this stage, or filled in its form, has asked; no machine has."""
    if attempt.actor is None:
        return []
    order = attempt.order
    brought = order.stays.exclude(left_at=None).order_by("-pk").values_list("left_by", flat=True)
    forms = FormAnswers.objects.filter(work_order=order, stay__left_at=None, task=None)
    asked = {*brought[:1], *forms.values_list("filled_by", flat=True)}
    is_own = attempt.actor.pk in asked
    return [_("You asked for this yourself: somebody else has to decide it")] if is_own else []


def _shop_code_verified(attempt: Attempt) -> list[str]:
    """Orders of shops without codes, or no longer connected, have none to verify."""
    if is_verified(attempt.order) or not has_code(attempt.order):
        return []
    return [_("Enter the code the shop gave the customer first")]


_GUARDS: Mapping[str, Guard] = {
    "has_installer": _has_installer,
    "has_appointment": _has_appointment,
    "has_reason": _has_reason,
    "has_next_contact": _has_next_contact,
    "checked_in": _checked_in,
    "steps_done": _steps_done,
    "has_photos": _has_photos,
    "has_a_photo": _has_a_photo,
    "has_signature": _has_signature,
    "customer_confirmed": _customer_confirmed,
    "customer_accepted": _customer_accepted,
    "customer_answered": _customer_answered,
    "trip_proven": _trip_proven,
    "form_done": _form_done,
    "tasks_done": _tasks_done,
    "not_own_request": _not_own_request,
    "shop_code_verified": _shop_code_verified,
}

"""Filling in the forms of a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.roles import Role
from common.errors import Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.events import FormFilled, StageBegan
from workorders.flow.answers import read_answers
from workorders.flow_versions import flow_of
from workorders.form_pictures import counted, picture_label, pictures_of
from workorders.form_words import error_sentence, search_text
from workorders.models import FormAnswers
from workorders.services.approving import void_outdated
from workorders.services.evidence import worker_of
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep_photo
from workorders.services.signatures import UNNAMED, Signer, keep_form_signature
from workorders.services.stay_tasks import begin_tasks
from workorders.services.stays import current_stay
from workorders.services.tasks import undone_task
from workorders.services.times import time_of
from workorders.services.triggers import fire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.files.base import File

    from accounts.models import User
    from workorders.flow import Flow, Form, Stage
    from workorders.models import Evidence, StageTask, WorkOrder


@transactional
def fill_form(
    *,
    order_id: int,
    form_key: str,
    given: Mapping[str, Any],
    actor: User,
    task_id: int | None = None,
) -> FormAnswers:
    """Keep the answers to the form of the order's stage, or of an open task of it.

    `given` are answers by field, as `read_answers` takes them. What was filled in before in the
    same stay is replaced; who had agreed to that is told and has to agree anew. Raises Refused with a sentence for each answer that is wrong or missing,
    Refused("form.elsewhere") for a form that this stage does not ask for, and for whoever may not.
    """
    order = lock_open_order(order_id)
    stay = current_stay(order)
    form, task = _asked_for(order, form_key, task_id, actor)
    found = read_answers(form, given, counted(pictures_of(order, form)))
    if found.errors:
        sentences = [error_sentence(error) for error in found.errors]
        raise Refused("form.invalid", "；".join(sentences))
    when = time_of(order)
    answers, _created = FormAnswers.objects.update_or_create(
        stay=stay,
        form=form.key,
        task=task,
        defaults={
            "work_order": order,
            "flow_version": order.flow_version,
            "name": form.name,
            "values": found.stored(),
            "text": search_text(found),
            "complete": True,
            "filled_by": actor,
            "filled_at": when.at,
            "received_at": when.received_at,
        },
    )
    timeline.note(order, "form", kind=timeline.Kind.PEOPLE, actor=actor, form=form.name)
    record(actor, "workorder.form_filled", order, form=form.key, stay=stay.pk)
    void_outdated(order, by=actor)
    if begin_tasks(order, stay, flow_of(order).stage(order.stage), at=when.at):
        announce(StageBegan(order.pk, stay.pk))
    if task is None:
        fire(order, stay, "answered")
    announce(FormFilled(order.pk, stay.pk, form.key))
    return answers


@transactional
def add_form_pictures(
    *,
    order_id: int,
    form_key: str,
    uploads: Mapping[str, Sequence[File[Any]]],
    actor: User,
    task_id: int | None = None,
) -> None:
    """Keep photos for the fields of the form the order's stage, or an open task of it, asks for.

    For a signature it is a picture of a signed paper, and kept as one: no pen is known of it. Raises Refused for a form this stage does not ask for and as `keep_photo`.
    """
    order = lock_open_order(order_id)
    form, _task = _asked_for(order, form_key, task_id, actor)
    for field in form.fields:
        label = picture_label(form, field)
        for upload in uploads.get(field.key, ()):
            if field.kind == "signature":
                keep_form_signature(order, upload=upload, actor=actor, label=label, is_scan=True)
            else:
                keep_photo(order, upload=upload, actor=actor, label=label)


@transactional
def sign_form(
    *,
    order_id: int,
    form_key: str,
    field_key: str,
    upload: File[Any],
    actor: User,
    signer: Signer = UNNAMED,
) -> Evidence:
    """Keep a signature (PNG) for a field of the form the order's stage asks for.

    Raises Refused("signature.empty") when nothing is drawn, Refused("form.elsewhere") for a form
    this stage does not ask for and for a field that is no signature, and for whoever may not.
    """
    order = lock_open_order(order_id)
    form, _task = _asked_for(order, form_key, None, actor)
    field = form.field(field_key)
    if field is None or field.kind != "signature":
        raise Refused("form.elsewhere", _("This work order asks for no such signature"))
    return keep_form_signature(
        order, upload=upload, label=picture_label(form, field), actor=actor, signer=signer
    )


def _asked_for(
    order: WorkOrder, form_key: str, task_id: int | None, actor: User
) -> tuple[Form, StageTask | None]:
    flow = flow_of(order)
    stage = flow.stage(order.stage)
    task = None if task_id is None else undone_task(order, task_id, actor)
    form = flow.form(form_key)
    if form is None or (task.form if task else stage.form) != form_key:
        raise Refused(
            "form.elsewhere",
            _("The work order is in “%(stage)s” now, which does not ask for this form")
            % {"stage": stage.name},
        )
    role = task.role if task is not None else stage.role
    if actor.is_installer and task is None and _is_on_phone(flow, stage):
        worker_of(order, actor)
        return form, None
    refuse_unless(
        actor.role in (role, Role.HQ_ADMIN) or role == "",
        "form.role",
        _("“%(form)s” is filled in by somebody else") % {"form": form.name},
    )
    return form, task


def _is_on_phone(flow: Flow, stage: Stage) -> bool:
    """Whether a stage's form is the installer's: their stage, or a way of theirs waits for it."""
    return stage.role in ("", Role.INSTALLER) or any(
        stage.key in way.sources and "form_done" in way.guards and Role.INSTALLER in way.roles
        for way in flow.transitions
    )

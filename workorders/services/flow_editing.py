"""One change of a draft after the other: beside what others do, with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from workorders.flow_drafting import base_body, collide, edited
from workorders.models import FlowDraft, FlowDraftChange
from workorders.region_variants import check_may_design, check_stays_own

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow.editing import Edit

STEPS_KEPT = 60
"""So many changes can be taken back."""
_STATE = ("name", "body", "edits", "applies")


@dataclass(frozen=True, slots=True)
class Kept:
    """The draft after an attempt: `beside` others changed other places meanwhile, all is kept.

    With `against` others changed the same place: nothing was written.
    """

    draft: FlowDraft
    beside: tuple[FlowDraftChange, ...] = ()
    against: tuple[FlowDraftChange, ...] = ()


@transaction.atomic
def edit_draft(*, draft_id: int, revision: int, edits: Sequence[Edit], actor: User) -> Kept:
    """Apply edits (of `workorders.flow.editing`, or {op: applies, applies}) to a draft.

    `revision` is the one the caller looked at. Refused in words where an edit does not fit,
    Forbidden for who may not design it.
    """
    draft = locked_draft(draft_id)
    check_may_design(actor, draft)
    meanwhile = _since(draft, revision)
    against = tuple(change for change in meanwhile if collide(edits, change.edits))
    if against:
        return Kept(draft, against=against)
    before = _state(draft)
    for edit in edits:
        _apply(draft, edit)
    _refuse_no_move(before, draft, edits)
    check_stays_own(actor, draft.applies)
    if _state(draft) != before:
        _keep(draft, before, actor, edits=list(edits))
    return Kept(draft, beside=meanwhile)


@transaction.atomic
def undo_draft(*, draft_id: int, revision: int, actor: User) -> FlowDraft:
    """Take the latest change back that was not taken back yet; Refused when there is none.

    Conflict when the caller did not see the latest change.
    """
    draft = locked_draft(draft_id)
    check_may_design(actor, draft)
    if _since(draft, revision):
        raise Conflict("flow.revision", _("Somebody changed the draft meanwhile: look at it first"))
    last = last_change(draft)
    if last is None:
        raise Refused("flow.nothing_to_undo", _("There is nothing to undo"))
    before = _state(draft)
    for name in _STATE:
        setattr(draft, name, last.before[name])
    check_stays_own(actor, draft.applies)
    _keep(draft, before, actor, edits=[{"op": "undo"}], undoes=last.revision)
    return draft


def last_change(draft: FlowDraft) -> FlowDraftChange | None:
    """Return the change a step back would take away."""
    undone = draft.changes.filter(undoes__isnull=False).values("undoes")
    done = draft.changes.filter(undoes=None).exclude(revision__in=undone)
    return done.select_related("made_by").order_by("-revision").first()


def locked_draft(draft_id: int) -> FlowDraft:
    """Return a draft for writing; Conflict when it was published or thrown away meanwhile."""
    draft = FlowDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Conflict("flow.draft_gone", _("This draft was published or discarded meanwhile"))
    return draft


def _since(draft: FlowDraft, revision: int) -> tuple[FlowDraftChange, ...]:
    if not draft.revision - STEPS_KEPT <= revision <= draft.revision:
        raise Conflict("flow.revision", _("This page is out of date; load it again"))
    later = draft.changes.filter(revision__gt=revision).select_related("made_by")
    return tuple(later.order_by("revision"))


def _apply(draft: FlowDraft, edit: Edit) -> None:
    if edit["op"] == "applies":
        draft.applies = dict(edit["applies"])
        return
    if edit["op"] == "name":
        draft.name = str(edit["name"])
    if not draft.variant:
        draft.body = edited(draft.body, [edit])
    elif edit["op"] != "name":
        edited(base_body(draft), [*draft.edits, edit])
        draft.edits = [*draft.edits, dict(edit)]


def _refuse_no_move(before: dict[str, Any], draft: FlowDraft, edits: Sequence[Edit]) -> None:
    """A move that moves nothing is told: the stage comes behind what some orders go through first."""
    if draft.variant or [edit["op"] for edit in edits] != ["move"]:
        return
    was, now = ([stage["key"] for stage in body["stages"]] for body in (before["body"], draft.body))
    sentence = _(
        "The stage stays where it is: some orders go through further stages there,"
        " and it comes where they meet again. Move it further."
    )
    refuse_unless(was != now, "flow.move", sentence)


def _state(draft: FlowDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _STATE}


def _keep(
    draft: FlowDraft,
    before: dict[str, Any],
    actor: User,
    *,
    edits: list[Edit],
    undoes: int | None = None,
) -> None:
    draft.revision += 1
    draft.changed_by, draft.changed_at = actor, clock.now()
    draft.save(update_fields=[*_STATE, "revision", "changed_by", "changed_at"])
    FlowDraftChange.objects.create(
        draft=draft,
        revision=draft.revision,
        edits=edits,
        before=before,
        undoes=undoes,
        made_by=actor,
        made_at=draft.changed_at,
    )
    draft.changes.filter(revision__lte=draft.revision - STEPS_KEPT).delete()

"""What a draft is now: its whole body, and what its changes touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from workorders.flow import FlowError
from workorders.flow.bodies import Body, EditError, normal
from workorders.flow.edit_errors import EDIT_ERRORS
from workorders.flow.editing import Edit, apply_edits
from workorders.flow.reading import read_flow
from workorders.flow_library import block_bodies
from workorders.flow_list import newest_version

if TYPE_CHECKING:
    from workorders.models import FlowDraft


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why edits do not fit a flow, as a code and in words."""

    code: str
    sentence: str


def body_of(draft: FlowDraft) -> Body:
    """Return the whole body of a draft; a variant's is made from the newest version it inherits from.

    Refused where that version changed so that the variant's edits no longer fit.
    """
    if not draft.variant:
        return normal(draft.body)
    return edited(base_body(draft), draft.edits)


def base_body(draft: FlowDraft) -> Body:
    """Return the body a variant inherits from; Refused when its flow was never published."""
    base = newest_version(draft.key)
    if base is None:
        raise Refused("flow.no_base", _("Publish the flow first: the variant inherits from it"))
    return normal(base.body)


def edited(body: Mapping[str, Any], edits: Iterable[Edit]) -> Body:
    """Return the body after the edits, readable; Refused in words where that cannot be."""
    found = edited_or_misfit(body, edits)
    if isinstance(found, Misfit):
        raise Refused(found.code, found.sentence)
    return found


def edited_or_misfit(body: Mapping[str, Any], edits: Iterable[Edit]) -> Body | Misfit:
    """Return the body after the edits, readable, or why that cannot be."""
    try:
        changed = apply_edits(body, edits, block_bodies())
        read_flow(changed)
    except EditError as error:
        names = {stage["key"]: stage["name"] for stage in normal(body)["stages"]}
        where = names.get(error.where, error.where)
        return Misfit("flow.edit", _(EDIT_ERRORS[error.code]) % {"where": where})
    except FlowError as error:
        return Misfit("flow.body", _unreadable(error))
    return changed


def _unreadable(error: FlowError) -> str:
    where = "、".join(dict.fromkeys(path for path, _reason in error.errors))
    return _(
        "This cannot be done yet: %(where)s still name what would be gone or twice there."
        " Change these first."
    ) % {"where": where}


def places(edit: Edit) -> str:
    """Return the place an edit touches as a path, "" for one that fits beside every other."""
    op, stage = edit.get("op"), edit.get("stage", "")
    return {
        "stage": f"s/{stage}/values",
        "remove": f"s/{stage}",
        "way": f"s/{stage}/way/{edit.get('way')}",
        "drop_way": f"s/{stage}/way/{edit.get('way')}",
        "task": f"s/{stage}/task/{_key(edit.get('task'))}",
        "drop_task": f"s/{stage}/task/{_key(edit.get('task'))}",
        "form": f"form/{_key(edit.get('form'))}",
        "drop_form": f"form/{_key(edit.get('form'))}",
        "trigger": f"trigger/{_key(edit.get('trigger'))}",
        "drop_trigger": f"trigger/{_key(edit.get('trigger'))}",
        "name": "name",
        "applies": "applies",
    }.get(str(op), "")


def collide(mine: Sequence[Edit], theirs: Sequence[Edit]) -> bool:
    """Whether two people's edits touch one place, or one takes away what the other changed."""
    pairs = [(places(a), places(b)) for a in mine for b in theirs]
    return any(
        a and b and f"{a}/".startswith(f"{b}/") | f"{b}/".startswith(f"{a}/") for a, b in pairs
    )


def _key(table: Any) -> str:
    return str(table.get("key", "")) if isinstance(table, Mapping) else str(table)

"""What the buttons of the designer ask for, as edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict, refuse_unless
from workorders.flow_drafting import body_of
from workorders.flow_library import blocks

if TYPE_CHECKING:
    from django.http import QueryDict

    from workorders.flow.editing import Edit
    from workorders.models import FlowDraft


def revision_of(post: QueryDict) -> int:
    """Return the revision a form was made for; Conflict when it names none."""
    typed = post.get("revision", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 9):
        raise Conflict("flow.revision", _("This page is out of date; load it again"))
    return int(typed)


def asked_edits(post: QueryDict) -> list[Edit]:
    """Return the edits of a button: move, remove or insert.

    Refused for anything else, and for a stage dropped before the first.
    """
    op, stage, after = (post.get(name, "") for name in ("op", "stage", "after"))
    if op == "move":
        sentence = _("Orders begin in the first stage: no other can stand before it")
        refuse_unless(after, "flow.first", sentence)
        return [{"op": "move", "stage": stage, "after": after}]
    if op == "remove":
        return [{"op": "remove", "stage": stage}]
    refuse_unless(op == "insert", "flow.op", _("Choose what is to be done"))
    block = post.get("block", "")
    refuse_unless(block in blocks(), "flow.block", _("The library has no such block"))
    place: Edit = {"before": after} if post.get("where") == "before" else {"after": after}
    return [{"op": "insert", "block": block, **place}]


def put_in(draft: FlowDraft, known: set[str]) -> str:
    """Return the part of the stage that was put in, "" for none: open it where it came."""
    stages = body_of(draft)["stages"]
    new = [stage["key"] for stage in stages if stage["key"] not in known]
    return f"stage.{new[0]}" if new else ""

"""What was changed in a draft, in words: for the other editor, for the step back, for variants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.marking import N_
from workorders.flow_library import blocks

if TYPE_CHECKING:
    from workorders.flow.editing import Edit

_SENTENCES: Mapping[str, str] = {
    "insert": N_("put in “%(what)s”"),
    "remove": N_("took out stage “%(stage)s”"),
    "move": N_("moved stage “%(stage)s” behind “%(after)s”"),
    "stage": N_("changed stage “%(stage)s”"),
    "limits": N_("set all time limits to %(percent)s%%"),
    "way": N_("changed the way “%(what)s” out of “%(stage)s”"),
    "add_way": N_("added the way “%(what)s”"),
    "drop_way": N_("took out the way “%(what)s” out of “%(stage)s”"),
    "task": N_("changed the task “%(what)s” of “%(stage)s”"),
    "drop_task": N_("took out the task “%(what)s” of “%(stage)s”"),
    "form": N_("changed the form “%(what)s”"),
    "drop_form": N_("took out the form “%(what)s”"),
    "trigger": N_("changed what happens by itself"),
    "drop_trigger": N_("took out something that happened by itself"),
    "name": N_("named it “%(what)s”"),
    "applies": N_("changed for whom it is"),
    "undo": N_("took a change back"),
}


def edit_words(edit: Edit, body: Mapping[str, Any]) -> str:
    """Return a clause such as "moved stage …"; names come from the body the edit was made in."""
    op = str(edit.get("op"))
    names = _names(body)
    stage, after = str(edit.get("stage", "")), str(edit.get("after", ""))
    given = {
        "what": _what(edit, names),
        "stage": names.get(stage, stage),
        "after": names.get(after, after),
        "percent": edit.get("percent", ""),
    }
    return _(_SENTENCES.get(op, op)) % given


def edits_words(edits: Iterable[Edit], body: Mapping[str, Any]) -> str:
    """Return several edits as one clause."""
    return "；".join(dict.fromkeys(edit_words(edit, body) for edit in edits))


def _what(edit: Edit, names: Mapping[str, str]) -> str:
    for name in ("block", "way", "task", "form", "name"):
        if name in edit:
            value = edit[name]
            if isinstance(value, Mapping):
                return str(value.get("name", value.get("key", "")))
            if name == "block" and value in blocks():
                return blocks()[value].name
            return names.get(str(value), str(value))
    return ""


def _names(body: Mapping[str, Any]) -> dict[str, str]:
    stages = body.get("stages", [])
    tasks = [task for stage in stages for task in stage.get("tasks", [])]
    named = (*body.get("forms", []), *tasks, *body.get("transitions", []), *stages)
    return {table["key"]: table["name"] for table in named}

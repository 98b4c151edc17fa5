"""A trigger as one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.formatting import duration
from common.marking import N_
from workorders.flow.words import ACTION_NAMES, ASSIGN_WAYS, EVENTS, ROLE_NAMES
from workorders.flow_condition_words import condition_words

if TYPE_CHECKING:
    from workorders.flow_choices import FlowChoices

_TIMES: Mapping[str, str] = {
    "due_soon": N_("%(time)s are left until the stage's limit"),
    "before_appointment": N_("%(time)s are left until the appointment"),
    "after_appointment": N_("%(time)s have passed since the appointment"),
}


def trigger_words(trigger: Mapping[str, Any], choices: FlowChoices) -> str:
    """Return a stored trigger as "When …, if …: …"."""
    given = {
        "when": _moment(trigger, choices),
        "if": condition_words(trigger.get("when", ()), choices),
        "then": "；".join(_action(each, choices) for each in trigger["do"]),
    }
    if given["if"]:
        return _("When %(when)s, if %(if)s: %(then)s") % given
    return _("When %(when)s: %(then)s") % given


def _moment(trigger: Mapping[str, Any], choices: FlowChoices) -> str:
    on = trigger["on"]
    if on in _TIMES:
        length = duration(trigger["minutes"])
        if trigger.get("business_time"):
            length = _("%(length)s of business time") % {"length": length}
        return _(_TIMES[on]) % {"time": length}
    if on == "task_done":
        names = dict(choices.tasks_of(trigger.get("stage", "")))
        task = trigger.get("task", "")
        if task:
            return _("the task “%(task)s” is done") % {"task": names.get(task, task)}
        return _("all tasks of the stage are done")
    return _(EVENTS.get(on, on))


def _action(action: Mapping[str, Any], choices: FlowChoices) -> str:
    if action["action"] == "notify" and action.get("to") == "customer":
        words = _("ask the office to tell the customer")
        return f"{words} {action['text']}" if action.get("text") else words
    named: Mapping[str, Mapping[str, str]] = {
        "to": {role: _(name) for role, name in ROLE_NAMES.items()} | {"customer": _("Customer")},
        "how": {key: _(name) for key, name in ASSIGN_WAYS.items()},
        "item": dict(choices.items),
        "material": dict(choices.materials),
    }
    values = [
        named.get(name, {}).get(str(value), str(value))
        for name, value in action.items()
        if name != "action" and value
    ]
    return " ".join([_(ACTION_NAMES.get(action["action"], action["action"])), "·".join(values)])

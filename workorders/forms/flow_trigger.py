"""The sentence of a trigger: when … in …, if …, then …, from selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workorders.flow.numbers import milli_of
from workorders.flow.placeholders import TEXTS, unknown_placeholders
from workorders.flow.words import (
    ACTION_NAMES,
    ACTIONS,
    ASSIGN_WAYS,
    EVENTS,
    LONGEST_LEAD,
    PLACEHOLDERS,
    TIMED,
)
from workorders.forms.flow_parts import LimitForm, as_typed, choose, with_old
from workorders.tags import LONGEST_TAG, is_tag

if TYPE_CHECKING:
    from django.http import QueryDict

    from workorders.flow_choices import FlowChoices

MOST_ACTIONS = 5


class TriggerForm(LimitForm):
    """When it happens, and where; the chosen moment says what else is asked."""

    on = forms.ChoiceField(label=_("At what moment"), widget=forms.Select({"data-reshape": ""}))
    stage = forms.ChoiceField(
        label=_("In stage"), required=False, widget=forms.Select({"data-reshape": ""})
    )
    task = forms.ChoiceField(label=_("Task"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = [(key, gettext(word)) for key, word in EVENTS.items()]
        stages = [("", gettext("any stage")), *self.known.stages]
        for name, found in (("on", events), ("stage", stages)):
            choose(self.fields[name], found)
        moment = str(self["on"].value() or "")
        if moment in TIMED:
            after = moment == "after_appointment"
            self.fields["limit"].label = _("How long after") if after else _("How long before")
            self.fields["limit"].required = True
        else:
            for name in ("limit", "unit", "clock"):
                del self.fields[name]
        if moment == "task_done":
            tasks = self.known.tasks_of(str(self["stage"].value() or ""))
            own = str(self.initial.get("task", ""))
            choose(self.fields["task"], [("", gettext("all tasks")), *with_old(tasks, [own])])
        else:
            del self.fields["task"]

    @classmethod
    def first(cls, trigger: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a trigger."""
        names = {name: trigger.get(name, "") for name in ("on", "stage", "task")}
        limit = {"sla_minutes": trigger.get("minutes"), **trigger}
        return names | cls.limit_of(limit)

    def clean(self) -> dict[str, Any]:
        """What is too far off is not waited for."""
        given = super().clean()
        if (self.minutes or 0) > LONGEST_LEAD:
            self.add_error("limit", ValidationError(_("At most 30 days")))
        return given

    def table(self) -> dict[str, Any]:
        """Return the moment of a valid form as a flow keeps it."""
        given = self.cleaned_data
        found = {"on": given["on"], "stage": given["stage"]}
        if given.get("task"):
            found["task"] = given["task"]
        if self.minutes:
            found |= {"minutes": self.minutes}
            found |= {"business_time": True} if self.is_business else {}
        return found


class ActionForm(forms.Form):
    """One thing that is done; without a kind it is none."""

    action = forms.ChoiceField(
        label=_("What is done"), required=False, widget=forms.Select({"data-reshape": ""})
    )

    def __init__(self, *args: Any, choices: FlowChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = str(self["action"].value() or "")
        names = [(key, gettext(word)) for key, word in ACTION_NAMES.items()]
        choose(self.fields["action"], [("", "—"), *names])
        for wanted in ACTIONS.get(self.kind, ()):
            name, required = wanted.rstrip("?"), not wanted.endswith("?")
            own = str(self.initial.get(name, ""))
            self.fields[name] = _value_field(name, choices, own, required=required)

    def clean(self) -> dict[str, Any]:
        """A quantity is a positive number, and a tag one word: a space separates tags."""
        given = super().clean() or {}
        if given.get("tag") and not is_tag(given["tag"]):
            sentence = _("A tag is one word of at most %(longest)d characters, without spaces")
            self.add_error("tag", ValidationError(sentence, params={"longest": LONGEST_TAG}))
        for name in TEXTS:
            if wrong := unknown_placeholders(given.get(name) or ""):
                sentence = _("{%(wrong)s} stands for nothing. You can use %(known)s")
                known = " ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                params = {"wrong": wrong[0], "known": known}
                self.add_error(name, ValidationError(sentence, params=params))
        if given.get("quantity") and (milli_of(given["quantity"]) or 0) <= 0:
            self.add_error("quantity", ValidationError(_("Enter a number above 0")))
        return given

    def table(self) -> dict[str, Any] | None:
        """Return the action of a valid form as a flow keeps it; None without a kind."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return given if given.get("action") else None


def _value_field(
    name: str, choices: FlowChoices, own: str, *, required: bool
) -> forms.ChoiceField | forms.CharField:
    label = _LABELS[name]
    known: Mapping[str, Any] = {
        "to": lambda: [*choices.roles, ("customer", gettext("The customer, told by the office"))],
        "item": lambda: choices.items,
        "how": lambda: [(key, gettext(word)) for key, word in ASSIGN_WAYS.items()],
        "material": lambda: choices.materials,
        "hook": lambda: choices.hooks,
        "milestone": lambda: choices.milestones,
    }
    listed = known[name]() if name in known else []
    # Of webhooks and milestones a company may have none yet: then a name is typed in advance.
    if name in known and (listed or name not in ("hook", "milestone")):
        found = with_old(listed, [own])
        return forms.ChoiceField(label=label, required=required, choices=[("", "—"), *found])
    widget = forms.Textarea({"rows": 2}) if name == "text" else forms.TextInput()
    length = 300 if name == "text" else 30 if name in ("tag", "quantity") else 60
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        widget=widget,
        help_text=_placeholder_words() if name in TEXTS else "",
    )


def _placeholder_words() -> str:
    words = "，".join(f"{{{name}}} {gettext(word)}" for name, word in PLACEHOLDERS.items())
    return gettext("You can use: %(words)s") % {"words": words}


_LABELS = {
    "to": _("Whom"),
    "text": _("Text"),
    "item": _("Service item"),
    "note": _("Note"),
    "how": _("To whom"),
    "material": _("Material"),
    "quantity": _("Quantity"),
    "milestone": _("Milestone"),
    "hook": _("Webhook"),
    "tag": _("Tag"),
}


class ActionRows:
    """The actions of a trigger, with an empty row to add one."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        stored: Iterable[Mapping[str, Any]],
        choices: FlowChoices,
        quiet: bool = False,
    ) -> None:
        count = sum(1 for at in range(MOST_ACTIONS) if data and f"do-{at}-action" in data)
        bound = [ActionForm(data, prefix=f"do-{at}", choices=choices) for at in range(count)]
        if data is not None and not quiet:
            self.forms = bound
            return
        first = [as_typed(form) for form in bound if form.kind] if data else list(stored)
        self.forms = [
            ActionForm(prefix=f"do-{at}", initial=dict(each), choices=choices)
            for at, each in enumerate([*first, {}][:MOST_ACTIONS])
        ]
        self.errors: list[str] = []

    def is_valid(self) -> bool:
        """Whether every row is, and there is at least one."""
        fine = False not in [form.is_valid() for form in self.forms]
        if fine and not self.actions():
            self.forms[0].add_error("action", ValidationError(_("Choose what is done")))
            return False
        return fine and bool(self.forms)

    def actions(self) -> list[dict[str, Any]]:
        """Return the actions of valid rows."""
        return [table for form in self.forms if (table := form.table()) is not None]

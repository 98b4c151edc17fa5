"""The form of a stage, of a new stage, and of a department's task in a stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.templatetags.ui import STATUS_KINDS
from workorders.forms.flow_parts import LimitForm, choose, with_old

if TYPE_CHECKING:
    from workorders.flow.editing import Edit

MEANINGS = [(key, kind.label) for key, kind in STATUS_KINDS.items()]


class StageForm(LimitForm):
    """The values of a stage."""

    name = forms.CharField(label=_("Name"), max_length=60)
    meaning = forms.ChoiceField(
        label=_("Meaning"),
        choices=MEANINGS,
        help_text=_("What the stage counts as everywhere: in lists, on the board, for money"),
    )
    department = forms.CharField(label=_("Department"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("Responsible role"), required=False)
    hint = forms.CharField(
        label=_("Hint"), max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Shown to whoever works in this stage"),
    )  # fmt: skip
    form = forms.ChoiceField(label=_("Form to fill in"), required=False)
    tells = forms.BooleanField(
        label=_("Tell the responsible role when an order comes"), required=False, initial=True,
        help_text=_(
            "By the bell, a WeCom card and “Tasks waiting for me”. Dispatchers see their stages on"
            " the board, installers on their phone."
        ),
    )  # fmt: skip
    carries = forms.BooleanField(
        label=_("Photos and signatures of the form count again when an order comes back"),
        required=False,
        help_text=_("Otherwise they are asked for anew each time an order enters the stage"),
    )
    field_order = (
        "name", "meaning", "department", "role", "tells", "limit", "unit", "clock", "hint", "form",
        "carries",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].widget.attrs["list"] = "x-departments"
        own = str(self.initial.get("role", ""))
        choose(self.fields["role"], [("", "—"), *with_old(self.known.roles, [own])])
        choose(self.fields["form"], [("", "—"), *self.known.forms])

    @classmethod
    def first(cls, stage: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a stage."""
        names = ("name", "meaning", "department", "role", "hint", "form")
        found = {name: stage.get(name, "") for name in names}
        switches = {"tells": not stage.get("quiet"), "carries": bool(stage.get("carries"))}
        return found | switches | cls.limit_of(stage)

    def values(self) -> dict[str, Any]:
        """Return the values of a valid form as edits take them."""
        names = ("name", "meaning", "department", "role", "hint", "form")
        limit = {"sla_minutes": self.minutes, "business_time": self.is_business}
        given = self.cleaned_data
        switches = {"quiet": not given["tells"], "carries": given["carries"]}
        return {name: given[name] for name in names} | limit | switches


class NewStageForm(forms.Form):
    """A stage of one's own to put behind another."""

    name = forms.CharField(label=_("Name of the stage"), max_length=60)
    meaning = forms.ChoiceField(label=_("Meaning"), choices=MEANINGS)
    role = forms.ChoiceField(label=_("Who works in it and goes on"))
    leave = forms.CharField(
        label=_("Way on"),
        max_length=40,
        help_text=_("What people press to go on, such as “Checked”"),
    )
    photo = forms.CharField(
        label=_("Photo to take"),
        max_length=60,
        required=False,
        help_text=_("What it shows; without it nobody goes on. Leave it empty for none"),
    )

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["role"], roles)

    def block(self) -> dict[str, Any]:
        """Return the stage as a block that is put into a flow."""
        given = self.cleaned_data
        name, role = given["name"], given["role"]
        stage = {"key": "own", "name": name, "meaning": given["meaning"], "role": role}
        leave = {"name": given["leave"], "roles": [role]}
        block = {"key": "own", "name": name, "way": "in", "stages": [stage], "leave": leave}
        if given["photo"]:
            wish = {"key": "photo", "label": given["photo"], "kind": "photo", "required": True}
            stage["form"] = "own"
            block["forms"] = [{"key": "own", "name": name, "fields": [wish]}]
        return block

    def edit(self, *, after: str) -> Edit:
        """Return the edit that puts the stage in."""
        return {"op": "insert", "block": self.block(), "after": after}


class TaskForm(LimitForm):
    """What one department does while an order stands in the stage."""

    name = forms.CharField(label=_("Name"), max_length=60)
    role = forms.ChoiceField(label=_("Responsible role"))
    department = forms.CharField(label=_("Department"), max_length=40, required=False)
    form = forms.ChoiceField(label=_("Form to fill in"), required=False)
    field_order = ("name", "department", "role", "limit", "unit", "clock", "form")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].widget.attrs["list"] = "x-departments"
        choose(self.fields["role"], self.known.roles)
        choose(self.fields["form"], [("", "—"), *self.known.forms])

    @classmethod
    def first(cls, task: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a task."""
        names = ("name", "role", "department", "form")
        return {name: task.get(name, "") for name in names} | cls.limit_of(task)

    def table(self, key: str, when: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the task of a valid form as a flow keeps it."""
        names = ("name", "role", "department", "form")
        given = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        found: dict[str, Any] = {"key": key} | given
        if self.minutes:
            found["sla_minutes"] = self.minutes
        if self.is_business:
            found["business_time"] = True
        return found | ({"when": when} if when else {})

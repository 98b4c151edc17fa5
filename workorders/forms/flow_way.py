"""The form of a way between stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.flow.words import ASK_NAMES, GUARDS
from workorders.forms.flow_parts import choose, with_old

if TYPE_CHECKING:
    from workorders.flow_choices import FlowChoices


class WayForm(forms.Form):
    """Where a way leads, who may take it, and what it waits for and asks."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What people press"))
    to = forms.ChoiceField(label=_("Leads to"))
    roles = forms.MultipleChoiceField(
        label=_("Who may take it"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who may take it")},
    )  # fmt: skip
    guards = forms.MultipleChoiceField(
        label=_("What must be true before"), required=False, widget=forms.CheckboxSelectMultiple
    )
    asks = forms.MultipleChoiceField(
        label=_("What is asked"), required=False, widget=forms.CheckboxSelectMultiple
    )
    approvals = forms.IntegerField(
        label=_("How many different people say yes"), min_value=1, max_value=5, initial=1
    )
    shared = forms.BooleanField(label=_("Change it for the other stages too"), required=False)

    def __init__(self, *args: Any, choices: FlowChoices, others: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        old = self.initial.get("guards", [])
        for name, found in (
            ("to", choices.stages),
            ("roles", choices.all_roles),
            ("guards", with_old([(key, _word(word)) for key, word in GUARDS.items()], old)),
            ("asks", [(key, _word(word)) for key, word in ASK_NAMES.items()]),
        ):
            choose(self.fields[name], found)
        if others:
            self.fields["shared"].help_text = _("It also leads out of: %(stages)s") % {
                "stages": others
            }
        else:
            del self.fields["shared"]

    @staticmethod
    def first(way: Mapping[str, Any]) -> dict[str, Any]:
        """Return the first values for a way."""
        found = {name: way.get(name, []) for name in ("roles", "guards", "asks")}
        return found | {
            "name": way.get("name", ""),
            "to": way.get("to", ""),
            "approvals": way.get("approvals", 1),
            "shared": True,
        }

    def values(self, when: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the values of a valid form as edits take them."""
        given = self.cleaned_data
        names = ("name", "to", "roles", "guards", "asks")
        approvals = given["approvals"] if given["approvals"] > 1 else None
        return {name: given[name] for name in names} | {"approvals": approvals, "when": when}


def _word(msgid: str) -> Any:
    return _(msgid)

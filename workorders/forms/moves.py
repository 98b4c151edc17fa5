"""Forms of moving running orders, and of one more block in many flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workorders.flow.moving import proposed_stages
from workorders.flow_choices import role_choices
from workorders.flow_insertions import PLACES, insertable_blocks
from workorders.flow_versions import published_flow_names, read_version
from workorders.forms.flow_stage import NewStageForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workorders.models import FlowVersion


class StageMapForm(forms.Form):
    """Where the orders of each stage go: a field `stage_KEY` for every stage they can stand in."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, old: FlowVersion, new: FlowVersion
    ) -> None:
        super().__init__(data)
        flow, target = read_version(old), read_version(new)
        proposed = proposed_stages(flow, target)
        choices = [("", gettext("Stays with the old version"))]
        choices += [(each.key, each.name) for each in target.stages if not each.meaning.is_final]
        for stage in flow.stages:
            if stage.key in proposed:
                self.fields[f"stage_{stage.key}"] = forms.ChoiceField(
                    label=stage.name,
                    required=False,
                    choices=choices,
                    initial=proposed[stage.key],
                )
        self._proposed = proposed

    def stages(self) -> dict[str, str]:
        """Return the map as typed; as proposed while nothing valid was."""
        if not self.is_bound or not self.is_valid():
            return dict(self._proposed)
        return {key: self.cleaned_data[f"stage_{key}"] for key in self._proposed}


OWN = "own"


class InsertionForm(forms.Form):
    """Which block, where, in which flows; `own` is the form of a stage of one's own."""

    block = forms.ChoiceField(label=_("Block"))
    where = forms.ChoiceField(label=_("Place"), required=False)
    flows = forms.MultipleChoiceField(label=_("Flows"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.key, f"{each.name} · {each.summary}") for each in insertable_blocks()]
        self.fields["block"] = forms.ChoiceField(
            label=_("Block"), choices=[*choices, (OWN, gettext("A stage of your own"))]
        )
        typed = self.data if self.is_bound and self.data.get("block") == OWN else None
        # Folded away: a browser would refuse the form for a field nobody sees, and say nothing.
        self.own = NewStageForm(
            typed, roles=role_choices(), prefix=OWN, use_required_attribute=False
        )
        self.fields["where"] = forms.ChoiceField(
            label=_("Place"),
            required=False,
            choices=[(key, gettext(words)) for key, words in PLACES.items()],
        )
        self.fields["flows"] = forms.MultipleChoiceField(
            label=_("Flows"),
            widget=forms.CheckboxSelectMultiple,
            choices=list(published_flow_names().items()),
            help_text=_("The variants of a flow get the block with it"),
        )

    def clean(self) -> dict[str, Any]:
        """A stage of one's own has no usual place, and needs its name and way on."""
        given = super().clean() or {}
        if given.get("block") == OWN:
            if not given.get("where"):
                self.add_error(
                    "where", gettext("A stage of your own has no usual place: choose one")
                )
            if not self.own.is_valid():
                raise forms.ValidationError(
                    gettext("Describe the stage of your own under “A stage of your own”")
                )
        return given

    @property
    def chosen(self) -> dict[str, Any]:
        """Return block, place and flows of a valid form as the insertion takes them."""
        given = self.cleaned_data
        block = self.own.block() if given["block"] == OWN else given["block"]
        return {"block": block, "where": given["where"], "keys": given["flows"]}

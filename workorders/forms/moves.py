"""Forms of moving running orders, and of one more block in many flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workorders.flow.moving import proposed_stages
from workorders.flow_insertions import PLACES, insertable_blocks
from workorders.flow_versions import published_flow_names, read_version

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


class InsertionForm(forms.Form):
    """Which block, where, in which flows."""

    block = forms.ChoiceField(label=_("Block"))
    where = forms.ChoiceField(label=_("Place"), required=False)
    flows = forms.MultipleChoiceField(label=_("Flows"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"] = forms.ChoiceField(
            label=_("Block"),
            choices=[(each.key, f"{each.name} · {each.summary}") for each in insertable_blocks()],
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

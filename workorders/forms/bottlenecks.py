"""The filters of the bottleneck view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import Region
from network.selectors import visible_regions
from workorders.bottlenecks import BottleneckQuery
from workorders.flow_versions import published_flow_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User


class BottleneckForm(forms.Form):
    """A region and a flow; what is wrong in it filters nothing."""

    region = forms.ModelChoiceField(Region.objects.none(), label=_("Region"), required=False)
    flow = forms.ChoiceField(label=_("Flow"), required=False)

    def __init__(self, query: Mapping[str, Any], *, actor: User) -> None:
        super().__init__(query)
        region = self.fields["region"]
        assert isinstance(region, forms.ModelChoiceField)  # noqa: S101  (tells the type checker)
        region.queryset = visible_regions(actor=actor)
        region.empty_label = str(_("All regions"))
        flow = self.fields["flow"]
        assert isinstance(flow, forms.ChoiceField)  # noqa: S101  (tells the type checker)
        flow.choices = [("", _("All flows")), *published_flow_names().items()]

    def query(self) -> BottleneckQuery:
        """Return what is asked for, without the fields that make no sense."""
        self.is_valid()
        found = self.cleaned_data
        return BottleneckQuery(region=found.get("region"), flow=found.get("flow", ""))

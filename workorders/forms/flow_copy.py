"""The form that copies a flow of the library into a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.forms.flow_parts import choose

if TYPE_CHECKING:
    from collections.abc import Iterable


class FlowCopyForm(forms.Form):
    """Under which name, and as a new flow or as the next version of one there is."""

    name = forms.CharField(label=_("Name of the flow"), max_length=60)
    into = forms.ChoiceField(
        label=_("Use it as"),
        required=False,
        help_text=_("Orders under way keep the version they began with"),
    )

    def __init__(self, *args: Any, flows: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["into"], [("", _("A new flow")), *flows])

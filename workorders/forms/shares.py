"""Which part of an order's pay is whose: by finished steps, or by percent."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.formatting import percent_exact
from workorders.crew import ALL_BP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workorders.crew import Person

_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?")
BY_STEPS, BY_PERCENT = "steps", "percent"


class SharesForm(forms.Form):
    """By finished steps, or a percentage for everybody on the order."""

    way = forms.ChoiceField(
        label=gettext_lazy("The pay is divided"),
        choices=[
            (BY_STEPS, gettext_lazy("by finished steps")),
            (BY_PERCENT, gettext_lazy("by percent")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, people: Sequence[Person]) -> None:
        chosen = any(person.part.share_bp is not None for person in people)
        super().__init__(data, initial={"way": BY_PERCENT if chosen else BY_STEPS})
        for person in people:
            bp = person.part.share_bp
            self.fields[f"share_{person.part.installer_id}"] = forms.CharField(
                label=_("%(name)s, percent") % {"name": person.installer.user.display_name},
                max_length=8,
                required=False,
                initial="" if bp is None else percent_exact(bp).removesuffix("%"),
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """Ask for parts that sum to 100 %, said at the last of them; what was typed stays."""
        found = super().clean() or {}
        if found.get("way") != BY_PERCENT:
            return found
        total = 0
        for name in [name for name in found if name.startswith("share_")]:
            bp = _read_percent(str(found[name]))
            if bp is None:
                self.add_error(name, _("Enter a percentage such as 40 or 33.33"))
                return found
            found[name] = bp
            total += bp
        if total != ALL_BP:
            sentence = _("The parts must sum to 100%%; now they sum to %(total)s")
            last = [name for name in found if name.startswith("share_")][-1]
            self.add_error(last, sentence % {"total": percent_exact(total)})
        return found

    def shares(self) -> dict[int, int] | None:
        """Return hundredths of a percent by installer id; None: by finished steps."""
        if self.cleaned_data["way"] != BY_PERCENT:
            return None
        parts = self.cleaned_data.items()
        return {int(name[6:]): bp for name, bp in parts if name.startswith("share_")}


def _read_percent(typed: str) -> int | None:
    """Hundredths of a percent; nothing typed is none of it; None for anything else."""
    text = unicodedata.normalize("NFKC", typed).strip().removesuffix("%").strip() or "0"
    found = _PERCENT.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None

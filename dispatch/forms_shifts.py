"""What is entered about kinds of shift and the rule of the rosters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.models import RosterRule, ShiftPattern
from dispatch.rosters.reading import roster_units

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User


class ShiftPatternForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A kind of shift."""

    class Meta:
        model = ShiftPattern
        fields = (
            "name", "mark", "unit", "starts", "ends", "pause_from", "pause_until", "pause_min",
            "is_late", "on_call", "is_active",
        )  # fmt: skip
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("starts", "ends", "pause_from", "pause_until")
        }

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        unit.queryset = roster_units(actor=actor)  # type: ignore[attr-defined]  # a ModelChoiceField
        unit.required = not actor.sees_everything
        unit.empty_label = _("The whole company")  # type: ignore[attr-defined]  # as above
        unit.label = _("For whom")
        self.fields["pause_min"].required = False
        self.fields["ends"].help_text = _("No later than it begins: ends on the next day")

    def clean_pause_min(self) -> int:
        """Return the minutes of pause, none when left empty."""
        return int(self.cleaned_data["pause_min"] or 0)

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a pause or none."""
        values = dict(super().clean() or {})
        if bool(values.get("pause_from")) != bool(values.get("pause_until")):
            self.add_error("pause_until", _("Give both ends of the pause, or none"))
        if values.get("starts") and values.get("starts") == values.get("ends"):
            self.add_error("ends", _("A shift cannot last a whole day"))
        return values


class RosterRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The rules of rest and how much work a shift is, in hours and percent."""

    rest_h = forms.IntegerField(label=_("Hours of rest between shifts"), min_value=8, max_value=24)
    week_h = forms.IntegerField(label=_("Hours a week at most"), min_value=8, max_value=84)
    normal_h = forms.IntegerField(
        label=_("Hours a week without overtime"), min_value=8, max_value=84
    )
    late_percent = forms.IntegerField(
        label=_("Share of late shifts (%)"), min_value=0, max_value=100
    )
    days_in_row = forms.IntegerField(label=_("Days in a row at most"), min_value=1, max_value=7)
    jobs_per_shift = forms.IntegerField(label=_("Jobs per shift"), min_value=1, max_value=30)
    on_call_people = forms.IntegerField(label=_("People on call a day"), min_value=0, max_value=30)

    class Meta:
        model = RosterRule
        fields = ("days_in_row", "jobs_per_shift", "on_call_people")

    def __init__(self, data: QueryDict | None, *, instance: RosterRule) -> None:
        shown = {
            "rest_h": instance.rest_min // 60,
            "week_h": instance.week_min // 60,
            "normal_h": instance.normal_week_min // 60,
            "late_percent": instance.late_bp // 100,
        }
        super().__init__(data, instance=instance, initial=shown)

    def rule(self) -> RosterRule:
        """Return the rule as entered, not saved yet."""
        values = self.cleaned_data
        rule: RosterRule = self.instance
        rule.rest_min, rule.week_min = values["rest_h"] * 60, values["week_h"] * 60
        rule.normal_week_min = values["normal_h"] * 60
        rule.late_bp = values["late_percent"] * 100
        return rule

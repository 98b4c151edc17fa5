"""What is entered about how orders are given: rules with their steps, seasons, limits of the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from dispatch.models import AssignmentRule, AssignmentSeason, PoolRule
from dispatch.ways.steps import MOST_KM, MOST_MINUTES, MOST_STEPS, How, Step, Whom, read, written
from network.forms.choices import TreeChoiceField
from network.models import Region
from network.order_types import ORDER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MOST = 1000
_PLACES = (_("First"), _("Then (2)"), _("Then (3)"), _("Then (4)"))


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A rule: which orders, how many of them, and up to four steps; after the last a dispatcher."""

    region = TreeChoiceField(
        Region.objects.order_by("path"), label=_("Region"), required=False, empty_label=_("All")
    )
    order_type = forms.ChoiceField(
        label=_("Order type"), required=False, choices=[("", _("All")), *ORDER_TYPES.items()]
    )

    class Meta:
        model = AssignmentRule
        fields = (
            "name", "is_active", "position", "region", "order_type", "urgency", "difficulty",
            "hours", "starts_on", "ends_on", "share_pct",
        )  # fmt: skip
        widgets = {"starts_on": _DAY, "ends_on": _DAY}
        labels = {"position": _("Place among the rules")}
        help_texts = {
            "position": _("Of several rules that fit, the lowest number counts"),
            "share_pct": _(
                "How many of a hundred orders the rule takes; the others wait for a dispatcher."
                " Which ones is drawn from their numbers"
            ),
            "difficulty": _("Complex: work at height, outside town, marked, or with a certificate"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = read(self.instance.steps) if self.instance.pk else [Step(How.ASSIGN, Whom.ALL)]
        for place in range(MOST_STEPS):
            self._add_step(place, stored[place] if place < len(stored) else None)

    def _add_step(self, place: int, step: Step | None) -> None:
        title, initial = _PLACES[place], step or Step("", Whom.ALL)
        self.fields[f"how_{place}"] = forms.ChoiceField(
            label=title,
            required=place == 0,
            choices=[*([] if place == 0 else [("", _("A dispatcher decides"))]), *How.choices],
            initial=initial.how,
        )
        self.fields[f"whom_{place}"] = forms.ChoiceField(
            label=_("Among"), choices=Whom.choices, initial=initial.whom, required=False
        )
        self.fields[f"minutes_{place}"] = forms.IntegerField(
            label=_("Minutes until the next step"),
            min_value=0,
            max_value=MOST_MINUTES,
            initial=initial.minutes or None,
            required=False,
        )
        self.fields[f"km_{place}"] = forms.IntegerField(
            label=_("Distance (km)"),
            min_value=0,
            max_value=MOST_KM,
            initial=initial.km or None,
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Refuse steps that could never end or reach anybody, and days the wrong way round."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            written(self.steps())
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        begins, ends = values.get("starts_on"), values.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("The last day lies before the first"))
        return values

    def steps(self) -> list[Step]:
        """Return the steps that were chosen, in order."""
        return list(self._steps())

    def _steps(self) -> Iterator[Step]:
        values = self.cleaned_data
        for place in range(MOST_STEPS):
            if how := values.get(f"how_{place}"):
                yield Step(
                    how,
                    values.get(f"whom_{place}") or Whom.ALL.value,
                    values.get(f"minutes_{place}") or 0,
                    values.get(f"km_{place}") or 0,
                )

    def filled(self) -> AssignmentRule:
        """Return the rule of a valid form, not stored yet."""
        rule: AssignmentRule = self.save(commit=False)
        return rule


class SeasonForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Days on which a rule takes another share."""

    class Meta:
        model = AssignmentSeason
        fields = ("name", "starts_on", "ends_on", "share_pct")
        widgets = {"starts_on": _DAY, "ends_on": _DAY}

    def __init__(self, *args: Any, rule: AssignmentRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.rule = rule

    def clean(self) -> dict[str, Any]:
        """Refuse days the wrong way round, and those another season of the rule has."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = values.get("starts_on"), values.get("ends_on")
        if begins and ends:
            if ends < begins:
                self.add_error("ends_on", _("The last day lies before the first"))
            same = self.instance.rule.seasons.filter(starts_on__lte=ends, ends_on__gte=begins)
            if found := same.first():
                words = _("“%(name)s” lies on these days already") % {"name": found.name}
                self.add_error("starts_on", words)
        return values

    def filled(self) -> AssignmentSeason:
        """Return the season of a valid form, not stored yet."""
        season: AssignmentSeason = self.save(commit=False)
        return season


class PoolRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What binds those who claim; empty fields bind nobody."""

    class Meta:
        model = PoolRule
        fields = (
            "most_per_day", "gives_back", "within_days", "pause_hours", "points", "urgent_times",
            "rewards",
        )  # fmt: skip
        help_texts = {
            "most_per_day": _("Empty: as many as fit into the day"),
            "gives_back": _("From so many on a pause begins; empty: never"),
            "rewards": _(
                "Each person decides whether to see their own; nobody sees those of others, and they"
                " never decide who gets a job"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("most_per_day", "gives_back"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse figures that no company means."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name, found in values.items():
            least = 0 if name == "points" else 1
            if name != "rewards" and found is not None and not least <= found <= _MOST:
                self.add_error(name, _("From %(least)s to 1000") % {"least": least})
        return values

"""The weights of the dispatch policy as people set them: in yuan and percent, each within its limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import YuanField
from common.formatting import yuan
from dispatch.engine.facts import Weights
from dispatch.policy import LIMITS, fairness_words, is_fair_bounded, plain_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms import BoundField
    from django.http import QueryDict

PERCENT = ("fairness_bp", "earning_bp")
BP = 100
_WORDS = {
    "fen_per_km": (_("Extra way, yuan per km"), _("What a kilometre more of road counts")),
    "fen_per_hour": (
        _("Extra time on the road, yuan per hour"),
        _("Paid time nobody is served in"),
    ),
    "delay_fen_per_hour": (
        _("Waiting, yuan per hour"),
        _("Each hour later than the first moment the customer agreed to"),
    ),
    "earning_bp": (
        _("Cost of settlement, percent"),
        _("How much of what the installer would be paid counts against them"),
    ),
    "surplus_fen_per_rank": (
        _("Grade above what is needed, yuan per grade"),
        _("Keeps the best for what only they can do"),
    ),
    "load_fen_per_job": (
        _("Work of the day, yuan per order they have"),
        _("Spreads the orders of a day"),
    ),
    "rating_fen_per_tenth": (_("Rating, yuan per tenth of a star"), _("Above or below 4.0")),
    "usual_fen": (_("Has served this customer, yuan"), _("A face the customer knows")),
    "fairness_bp": (
        _("Fair share, percent"),
        _("Of the difference between what somebody earned per hour in 14 days and the median"),
    ),
    "fairness_max_fen": (
        _("Limit of fair share, yuan"),
        _("Pressing orders never look at it: urgent ones, and those due within four hours"),
    ),
}


@dataclass(frozen=True, slots=True)
class Dial:
    """A field with what its slider needs: the largest value, the step and the value, in its unit."""

    bound: BoundField
    most: str
    step: str
    value: str


class PolicyForm(forms.Form):
    """All weights; `weights()` gives them after `is_valid()`."""

    def __init__(self, data: QueryDict | None = None, *, weights: Weights) -> None:
        initial: dict[str, int] = plain_weights(weights)
        for name in PERCENT:
            initial[name] //= BP
        super().__init__(data, initial=initial)
        for name, (label, help_text) in _WORDS.items():
            kind: type[forms.Field] = forms.IntegerField if name in PERCENT else YuanField
            more: dict[str, Any] = {}
            if name in PERCENT:
                more = {"min_value": 0, "max_value": LIMITS[name] // BP}
            self.fields[name] = kind(label=label, help_text=help_text, **more)

    def clean(self) -> dict[str, Any]:
        """Keep every weight within its limit, and fairness below a day of waiting."""
        values = dict(super().clean() or {})
        for name in values:
            most = LIMITS[name]
            if name not in PERCENT and (values[name] or 0) > most:
                words = _("At most %(amount)s yuan") % {"amount": yuan(most)}
                self.add_error(name, words)
        if not self.errors and not is_fair_bounded(self._weights(values)):
            self.add_error("fairness_max_fen", fairness_words())
        return values

    def weights(self) -> Weights:
        """Return the weights that were entered."""
        return self._weights(self.cleaned_data)

    def dials(self) -> Iterator[Dial]:
        """The fields with their sliders, in the order of the page."""
        for name in _WORDS:
            bound, most = self[name], LIMITS[name]
            is_percent = name in PERCENT
            yield Dial(
                bound=bound,
                most=str(most // BP),
                step="1" if is_percent or most >= 5_000 else "0.1",
                value=str(bound.value() if is_percent else _plain(bound)),
            )

    @staticmethod
    def _weights(values: dict[str, Any]) -> Weights:
        return Weights(
            **{
                name: int(value or 0) * (BP if name in PERCENT else 1)
                for name, value in values.items()
            }
        )


class PublishForm(forms.Form):
    """Why the weights are changed."""

    note = forms.CharField(label=_("Why"), required=False, max_length=200)


def _plain(bound: BoundField) -> str:
    return str(bound.field.prepare_value(bound.value())) if bound.value() is not None else ""

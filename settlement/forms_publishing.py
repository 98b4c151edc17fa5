"""What an approver fills in, and the look-up of a version as it was known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from settlement.proposals.approval import LONGEST_NUMBER, Terms, later_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from settlement.models import RuleSetVersion, StatementPeriod
    from settlement.proposals.finding_rows import FindingRow

FIRST_YEAR, LAST_YEAR = 2000, 2100


def usual_day(day: date) -> None:
    """Refuse days nobody means: they cannot even be told in every time zone."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Choose a day between 2000 and 2100"), code="day")


EACH = _("Tick each gap after looking at its example, or send the draft back")
CLOSED = _(
    "Days from %(first)s to %(last)s lie in locked periods. Ticked, the version counts for them too:"
    " what was paid stays, and where settled orders are concerned a recompute begins at once. A"
    " second person approves its differences, which go into the open period."
)
OTHERS = _("The gaps are others by now: look at them again")


class PublishForm(forms.Form):
    """Number, days and reasons of the version to be published."""

    number = forms.CharField(label=_("Version"), max_length=LONGEST_NUMBER)
    effective_from = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[usual_day],
    )
    effective_to = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until a later version begins"),
        validators=[usual_day],
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200})
    )
    closed = forms.BooleanField(label=_("Correction of closed days"), required=False)
    closed_reason = forms.CharField(
        label=_("Why closed days are corrected"),
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )
    gap_reason = forms.CharField(
        label=_("Why values of regions may lie that far apart"),
        max_length=200,
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )
    uncovered = forms.MultipleChoiceField(
        label=_("No row applies in these gaps and the component gives nothing: confirm each"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": EACH, "invalid_choice": OTHERS},
    )
    confirmed = forms.BooleanField(label=_("I have checked the unusual factors"))
    unreplayed = forms.BooleanField(
        label=_("Publish without a replay"),
        help_text=_("No finished replay shows who gains and who loses by just these rules."),
        error_messages={"required": _("Replay these rules first, or tick this")},
    )
    overtaken = forms.BooleanField(
        label=_("Count until then; the later version stays as it is"), required=False
    )

    def __init__(
        self,
        *args: Any,
        gaps: bool,
        odd: bool,
        uncovered: Sequence[FindingRow],
        unreplayed: bool,
        closed: Sequence[StatementPeriod] = (),
        later: Sequence[RuleSetVersion] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if closed:
            words = {"first": closed[0].starts_on, "last": closed[-1].ends_on}
            self.fields["closed"].help_text = CLOSED % words
        else:
            del self.fields["closed"], self.fields["closed_reason"]
        if later:
            sentence = _("Published already: %(version)s. What changes here is not in it.")
            self.fields["overtaken"].help_text = sentence % {"version": later_words(later)}
        else:
            del self.fields["overtaken"]
        self.gaps_shown = len(uncovered)
        cast("forms.MultipleChoiceField", self.fields["uncovered"]).choices = [
            (row.key, str(row)) for row in uncovered
        ]
        if not uncovered:
            del self.fields["uncovered"]
        if not gaps:
            del self.fields["gap_reason"]
        if not odd:
            del self.fields["confirmed"]
        if not unreplayed:
            del self.fields["unreplayed"]

    def clean_uncovered(self) -> list[str]:
        """Refuse an approval that leaves a gap unticked."""
        ticked: list[str] = self.cleaned_data["uncovered"]
        if len(set(ticked)) < self.gaps_shown:
            raise ValidationError(EACH, code="each")
        return ticked

    def clean(self) -> dict[str, Any]:
        """Refuse a correction of closed days without its reason, and an overlooked later version."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("closed") and not found.get("closed_reason", "").strip():
            self.add_error("closed_reason", _("Write down why closed days are corrected"))
        if "overtaken" in self.fields and not found.get("overtaken"):
            self.add_error("overtaken", _("Tick this, or choose days before or after that version"))
        return found

    def terms(self) -> Terms:
        """Return what was filled in."""
        found = self.cleaned_data
        return Terms(
            number=found["number"],
            effective_from=found["effective_from"],
            effective_to=found["effective_to"],
            reason=found["reason"],
            gap_reason=found.get("gap_reason", ""),
            confirmed=found.get("confirmed", False),
            unreplayed=found.get("unreplayed", False),
            uncovered=frozenset(found.get("uncovered", ())),
            closed=found.get("closed", False),
            closed_reason=found.get("closed_reason", ""),
            overtaken=found.get("overtaken", False),
        )


class CountingForm(forms.Form):
    """Which version counted: for orders of which day, and as known when."""

    on = forms.DateField(
        label=_("Completed on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        validators=[usual_day],
    )
    known = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: as known now"),
        validators=[usual_day],
    )

"""Forms of the actions on one work order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Refused
from common.money import parse_yuan
from workorders import facts
from workorders.models import WorkOrder
from workorders.services.answers import Answers
from workorders.services.opening import Marks
from workorders.tags import LONGEST_TAG, MOST_TAGS, is_tag, tags_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workorders.flow import Transition

_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
_MOMENT = "%Y-%m-%dT%H:%M"


class MoveForm(forms.Form):
    """Asks what one transition asks for; other fields do not exist."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("From"), widget=_TIME)
    ends = forms.TimeField(label=_("To"), widget=_TIME)
    quote = forms.CharField(label=_("Quotation in yuan"), max_length=20)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    next_contact = forms.DateTimeField(
        label=_("Next contact"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )
    confirmed = forms.BooleanField(label=_("The customer agrees"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    agrees = forms.BooleanField(label=_("I have checked this and agree"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, transition: Transition) -> None:
        # Several of these forms stand on one page: ids must differ.
        super().__init__(data, prefix=transition.key)
        asked = {
            "day": "appointment" in transition.asks,
            "starts": "appointment" in transition.asks,
            "ends": "appointment" in transition.asks,
            "quote": "quote" in transition.asks,
            "reason": "reason" in transition.asks,
            "next_contact": "next_contact" in transition.asks,
            "confirmed": "customer_confirmed" in transition.guards,
            "note": "note" in transition.asks or transition.approvals > 1,
            "agrees": transition.approvals > 1,
        }
        for name, wanted in asked.items():
            if not wanted:
                del self.fields[name]

    def clean_quote(self) -> int:
        """Read yuan into fen."""
        try:
            return parse_yuan(self.cleaned_data["quote"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        """Refuse a window that ends before it begins."""
        found = super().clean() or {}
        starts, ends = found.get("starts"), found.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must be after the start"))
        return found

    def answers(self) -> Answers:
        """Return what was typed, as the service takes it."""
        found = self.cleaned_data
        window = None
        if found.get("day"):
            window = (
                datetime.combine(found["day"], found["starts"], tzinfo=clock.CHINA),
                datetime.combine(found["day"], found["ends"], tzinfo=clock.CHINA),
            )
        return Answers(
            appointment=window,
            reason=found.get("reason", ""),
            next_contact_at=found.get("next_contact"),
            note=found.get("note", ""),
            quote_fen=found.get("quote"),
            confirmed=found.get("confirmed", False),
        )


class FactForm(forms.Form):
    """A fact of the site with its source and moment."""

    kind = forms.ChoiceField(label=_("Fact"), choices=facts.choices)
    value = forms.CharField(
        label=_("Value"), max_length=10, help_text=_("yes, no, or a whole number")
    )
    source = forms.CharField(
        label=_("Source"), max_length=80, help_text=_("Weather service, customer, photo…")
    )
    observed_at = forms.DateTimeField(
        label=_("Observed at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
    )


class TaskForm(forms.Form):
    """What a department says of a task it has done."""

    note = forms.CharField(max_length=200, required=False)


class FollowUpForm(forms.Form):
    """What the customer said."""

    passed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("Passed")), ("no", _("Not passed"))],
        coerce=lambda typed: typed == "yes",
    )
    rating = forms.DecimalField(
        label=_("Rating in stars"),
        min_value=1,
        max_value=5,
        max_digits=2,
        decimal_places=1,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def rating_x10(self) -> int | None:
        """Return the rating in tenths of a star."""
        rating = self.cleaned_data["rating"]
        return None if rating is None else int(rating * 10)


class NoteForm(forms.Form):
    """Words for the timeline."""

    text = forms.CharField(
        label=_("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class MarksForm(forms.Form):
    """Urgency, difficulty and tags; money may depend on them."""

    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    high_work = forms.BooleanField(label=_("Work at height"), required=False)
    warehouse_direct = forms.BooleanField(label=_("Direct from warehouse"), required=False)
    site_kind = forms.ChoiceField(label=_("Site"), choices=WorkOrder.SiteKind.choices)
    tags = forms.CharField(
        label=_("Tags"),
        max_length=MOST_TAGS * (LONGEST_TAG + 1),
        required=False,
        help_text=_("Separated by spaces"),
    )
    # What the page showed: only what the person changed is written.
    tags_seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())

    @classmethod
    def of(cls, order: WorkOrder) -> MarksForm:
        """Return the form filled with what the order has."""
        return cls(
            initial={
                "urgent": order.urgent,
                "high_work": order.high_work,
                "warehouse_direct": order.warehouse_direct,
                "site_kind": order.site_kind,
                "tags": " ".join(order.tags),
                "tags_seen": " ".join(order.tags),
            }
        )

    def clean_tags(self) -> tuple[str, ...]:
        """Read the tags, not too many and none too long."""
        tags = tags_of(self.cleaned_data["tags"])
        if len(tags) > MOST_TAGS or not all(is_tag(tag) for tag in tags):
            sentence = _("At most %(most)d tags of at most %(longest)d characters")
            names = {"most": MOST_TAGS, "longest": LONGEST_TAG}
            raise forms.ValidationError(sentence, params=names)
        return tags

    def seen(self) -> tuple[str, ...]:
        """Return the tags the page showed."""
        return tags_of(self.cleaned_data["tags_seen"])

    def marks(self) -> Marks:
        """Return what was chosen, as the service takes it."""
        found = self.cleaned_data
        return Marks(
            urgent=found["urgent"],
            high_work=found["high_work"],
            warehouse_direct=found["warehouse_direct"],
            site_kind=found["site_kind"],
            tags=found["tags"],
        )

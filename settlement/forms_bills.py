"""Forms of reconciling: the queue's filters, a file, and what is done about an exception."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.money import parse_yuan
from settlement.bills.actions import bearers, open_parts
from settlement.bills.causes import filter_choices
from settlement.bills.shops import billed_shops, shop_called, shops

if TYPE_CHECKING:
    from settlement.bills.importing import ShopKey
    from settlement.models import BillPosition

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class QueueForm(forms.Form):
    """What to show; a value that fits nothing is left out of the query, never an error page."""

    q = forms.CharField(label=_("Order number"), required=False, max_length=64)
    state = forms.ChoiceField(label=_("State"), required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    cause = forms.ChoiceField(label=_("Cause"), required=False)
    least = forms.CharField(label=_("At stake, from ¥"), required=False, max_length=12)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in filter_choices().items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # choice fields

    def query(self) -> dict[str, Any]:
        """Return the arguments of `queue` that were asked for and make sense."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "state": found.get("state", ""),
            "shop": found.get("shop", ""),
            "cause": found.get("cause", ""),
            "month": month_of(found.get("month", "")),
            "least_fen": _fen_or_none(found.get("least", "")) or 0,
            "words": found.get("q", ""),
        }


def month_of(value: str) -> date | None:
    """Return the first day of "2026-11"; None for anything else."""
    try:
        return date.fromisoformat(f"{value}-01")
    except ValueError:
        return None


def _fen_or_none(typed: str) -> int | None:
    try:
        return parse_yuan(typed) if typed.strip() else None
    except Refused:
        return None


class BillFileForm(forms.Form):
    """A platform's export of one shop."""

    shop = forms.ChoiceField(label=_("Shop"))
    file = forms.FileField(
        label=_("The platform's bill (CSV)"),
        help_text=_(
            "As the merchant desk exports it: number, order number, type, amount, fee, day."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shop"].choices = shops()  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> ShopKey | None:
        """Return the shop that was chosen."""
        return shop_called(self.cleaned_data.get("shop", ""))


class WantForm(forms.Form):
    """Days to ask a platform's bill for."""

    shop = forms.ChoiceField(label=_("Shop"))
    starts_on = forms.DateField(label=_("From"), widget=_DAY)
    ends_on = forms.DateField(label=_("To"), widget=_DAY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["shop"].choices = shops()  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """At most 92 days, in their order."""
        said = super().clean() or {}
        start, end = said.get("starts_on"), said.get("ends_on")
        if start and end and not 0 <= (end - start).days <= 92:
            self.add_error("ends_on", _("Choose at most 92 days, the first one first"))
        return said


_SEEN = re.compile(r"(-?\d{1,15})/(-?\d{1,15})")


def seen_parts(typed: str) -> tuple[int, int] | None:
    """Return the difference a page showed (customers' money, fee); None for what it never wrote."""
    found = _SEEN.fullmatch(typed)
    return (int(found[1]), int(found[2])) if found else None


class AcceptForm(forms.Form):
    """Who bears a difference that is accepted, and why it is; and the difference as it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    bearer = forms.TypedChoiceField(label=_("Who bears or gains it"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, position: BillPosition, **options: Any) -> None:
        super().__init__(*args, **options)
        units = [(unit.pk, unit.name) for unit in bearers(position)]
        self.fields["bearer"].choices = units  # type: ignore[attr-defined]  # a choice field
        self.initial["seen"] = "{}/{}".format(*open_parts(position))


class LimitForm(forms.Form):
    """Up to how much one person alone accepts."""

    most = forms.CharField(
        label=_("Up to, yuan"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_most(self) -> int:
        """Return the limit in fen."""
        try:
            return parse_yuan(self.cleaned_data["most"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


class SmallForm(forms.Form):
    """Up to how much is accepted together."""

    most = forms.CharField(label=_("Up to, yuan each"), max_length=8, initial="0.05")

    def most_fen(self) -> int:
        """Return the limit in fen; 5 fen for what cannot be read."""
        typed = self.data.get("most", "0.05") if self.is_bound else "0.05"
        return _fen_or_none(str(typed)) or 5


def known_shops() -> bool:
    """Whether any shop could have a bill."""
    return bool(shops() or billed_shops())

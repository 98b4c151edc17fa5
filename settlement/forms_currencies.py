"""Entering exchange rates, and what an order was paid in another currency."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.formatting import visible
from settlement.currencies.selectors import far_from, far_words
from settlement.engine.currency import DECIMALS, OWN
from settlement.models.currency import plain_rate

_NUMBER = re.compile(r"(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{1,8})?\Z", re.ASCII)
_SEEN = re.compile(r"\d{1,18}\Z", re.ASCII)
MOST = 100_000
_CODES = [(code, code) for code in DECIMALS]


def _number(text: str) -> Decimal:
    """Return a number as typed, commas between thousands allowed; no float on the way."""
    plain = text.strip().replace("，", ",")
    if not _NUMBER.match(plain):
        sentence = _("“%(text)s” is not a number such as 7.1234")
        raise forms.ValidationError(sentence % {"text": visible(text[:20])})
    return Decimal(plain.replace(",", ""))


class RateForm(forms.Form):
    """One rate with where it was published."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=_CODES)
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    rate = forms.CharField(
        label=gettext_lazy("Yuan for one unit"),
        max_length=22,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=80,
        help_text=gettext_lazy("Where it was published, such as the central parity of the day"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].widget.attrs["max"] = clock.business_day().isoformat()

    def clean_rate(self) -> Decimal:
        """Exact, above 0."""
        rate = _number(self.cleaned_data["rate"])
        if rate <= 0:
            raise forms.ValidationError(_("A rate is above 0"))
        if rate >= MOST:
            raise forms.ValidationError(_("A rate this high cannot be right"))
        return rate

    def clean(self) -> dict[str, Any]:
        """Ask to confirm a rate far from the last one, as `confirmed`; a tick is for these two."""
        found = self.cleaned_data
        currency, day, rate = (found.get(name) for name in ("currency", "day", "rate"))
        last = far_from(currency, day, rate) if currency and day and rate else None
        found["confirmed"] = False
        if last is None or rate is None:
            return found
        pair = f"{plain_rate(rate)}/{last.plain}"
        ticks = forms.CheckboxSelectMultiple()
        found["confirmed"] = pair in (
            ticks.value_from_datadict(self.data, self.files, "sure") or ()
        )
        self.fields["sure"] = forms.MultipleChoiceField(
            label=_("An unusual rate"),
            choices=[(pair, _("The rate is right: %(new)s after %(last)s") % {
                "new": plain_rate(rate), "last": last.plain,
            })],
            widget=ticks,
        )  # fmt: skip
        if not found["confirmed"]:
            self.add_error("sure", far_words(rate, last))
        return found

    def terms(self) -> dict[str, Any]:
        """Return what `enter_rate` is called with."""
        names = ("currency", "day", "rate", "source", "confirmed")
        return {name: self.cleaned_data[name] for name in names}


class PaymentForm(forms.Form):
    """What an order was paid, in which currency."""

    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=[*_CODES, (OWN, gettext_lazy("Yuan after all"))],
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=22,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("In the currency; empty for yuan, which the shop's order says"),
    )

    def clean(self) -> dict[str, Any]:
        """Put the amount in whole smaller units beside the rest, as `minor`."""
        found = self.cleaned_data
        code, text = found.get("currency", ""), found.get("amount", "")
        found["minor"] = 0
        if code not in DECIMALS:
            return found
        try:
            minor = _number(text or "0").scaleb(DECIMALS[code])
        except forms.ValidationError as wrong:
            self.add_error("amount", wrong)
            return found
        if minor != minor.to_integral_value():
            words = {"currency": code, "digits": DECIMALS[code]}
            self.add_error("amount", _("%(currency)s has %(digits)s digits at most") % words)
        elif minor <= 0:
            self.add_error("amount", _("Enter an amount above 0"))
        else:
            found["minor"] = int(minor)
        return found

    def payment(self) -> dict[str, Any]:
        """Return what `state_payment` is called with; of what was seen, nothing unless said."""
        typed = self.cleaned_data
        seen = str(self.data.get("seen", ""))
        return {
            "currency": typed["currency"],
            "amount_minor": typed["minor"],
            "seen": int(seen) if _SEEN.match(seen) else 0,
        }

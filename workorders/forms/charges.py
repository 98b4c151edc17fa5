"""The form of an extra charge's tariff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import YuanField
from workorders.models import ChargeTariff

_PERCENT = 100


class LateTermForm(forms.Form):
    """For how many hours after the work charges may be asked for."""

    hours = forms.IntegerField(
        label=_("Hours after the work"),
        min_value=0,
        max_value=720,
        help_text=_("0: no charges after the work."),
    )


class AnswerForm(forms.Form):
    """What a customer answers to one charge."""

    sentence = _("Choose whether you agree")
    answer = forms.ChoiceField(choices=[("agree", ""), ("decline", "")])
    reason = forms.CharField(max_length=200, required=False)


class TariffForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The terms of one code: with a price per unit it is counted, without one agreed on site."""

    unit_price = YuanField(
        label=_("Price per unit in yuan"),
        required=False,
        help_text=_("Empty: the amount is agreed with the customer on site."),
    )
    most = YuanField(label=_("At most in yuan, each"))
    share = forms.IntegerField(
        label=_("Installer's share in percent"), min_value=0, max_value=_PERCENT
    )

    class Meta:
        model = ChargeTariff
        fields = ("unit", "most_times", "bearer", "needs_photo", "needs_approval", "is_active")

    field_order = (
        "unit_price", "unit", "most", "most_times", "bearer", "share", "needs_photo",
        "needs_approval", "is_active",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        tariff: ChargeTariff = kwargs["instance"]
        kwargs.setdefault(
            "initial",
            {
                "unit_price": tariff.unit_fen,
                "most": tariff.most_fen,
                "share": tariff.installer_bp // _PERCENT,
            },
        )
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A cap below one piece would refuse every charge."""
        said: dict[str, Any] = super().clean() or {}
        unit, most = said.get("unit_price"), said.get("most")
        if most == 0:
            self.add_error("most", _("Enter an amount above 0"))
        if unit and most and most < unit:
            self.add_error("most", _("The highest amount is below the price of one unit"))
        if said.get("most_times") == 0:
            self.add_error("most_times", _("Enter at least 1, or take the charge out of use"))
        return said

    def filled(self) -> ChargeTariff:
        """Return the unsaved tariff with what was typed."""
        tariff: ChargeTariff = self.instance
        said = self.cleaned_data
        tariff.unit_fen = said["unit_price"] or None
        tariff.most_fen = said["most"]
        tariff.installer_bp = said["share"] * _PERCENT
        return tariff

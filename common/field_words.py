"""What a form field says of a bad value: Django's checks, in the product's own sentences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

_NUMBER = _("Enter a number such as 12.5")
_ADDRESS = _("Enter an address such as https://example.cn")
_FILE = {
    "invalid": _("Choose the file again; nothing arrived"),
    "missing": _("Choose the file again; nothing arrived"),
    "empty": _("The file is empty; choose another"),
    "max_length": _("The file's name is too long: at most %(max)d characters"),
}


def speak_plainly() -> None:
    """Give Django's validators and fields our sentences, for every form at once; called at start.

    A field that says something of its own with `error_messages` or `message` keeps it.
    """
    validators.MinValueValidator.message = _("Enter at least %(limit_value)s")
    validators.MaxValueValidator.message = _("Enter at most %(limit_value)s")
    validators.StepValueValidator.message = _("Enter a multiple of %(limit_value)s")
    validators.MinLengthValidator.message = _(
        "Too short: at least %(limit_value)s characters are needed, these are %(show_value)s"
    )
    validators.MaxLengthValidator.message = _(
        "Too long: at most %(limit_value)s characters fit, these are %(show_value)s"
    )
    digits: dict[str, Any] = {
        "invalid": _NUMBER,
        "max_digits": _("Digits: %(max)s at most"),
        "max_decimal_places": _("Digits behind the point: %(max)s at most"),
        "max_whole_digits": _("Digits before the point: %(max)s at most"),
    }
    validators.DecimalValidator.messages.update(digits)
    forms.Field.default_error_messages["required"] = _("Fill this in")
    forms.IntegerField.default_error_messages["invalid"] = _("Enter a whole number such as 3")
    forms.FloatField.default_error_messages["invalid"] = _NUMBER
    forms.DecimalField.default_error_messages["invalid"] = _NUMBER
    forms.DateField.default_error_messages["invalid"] = _("Enter a day such as 2026-11-30")
    forms.TimeField.default_error_messages["invalid"] = _("Enter a time such as 18:30")
    forms.DateTimeField.default_error_messages["invalid"] = _(
        "Enter a day and a time such as 2026-11-30 18:30"
    )
    forms.FileField.default_error_messages.update(_FILE)
    validators.RegexValidator.message = _("Enter it as shown in the example")
    forms.URLField.default_error_messages["invalid"] = _ADDRESS
    validators.URLValidator.message = _ADDRESS
    validators.EmailValidator.message = _("Enter an e-mail address such as li@example.cn")
    validators.ProhibitNullCharactersValidator.message = _(
        "There is a character in it that cannot be kept; type it anew"
    )
    several = forms.MultipleChoiceField.default_error_messages
    several["invalid_list"] = _("Choose from the list")
    for chosen in (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField):
        chosen.default_error_messages["invalid_choice"] = _(
            "%(value)s is not one of the available choices"
        )

"""Model fields that refuse what would be stored differently from what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    _WholeNumber = models.BigIntegerField[int, int]
else:
    _WholeNumber = models.BigIntegerField


class FenField(_WholeNumber):
    """An amount in whole fen; a float, a Decimal, a bool or a text is refused, never rounded."""

    def get_prep_value(self, value: Any) -> Any:
        """Refuse everything that is not an int before it reaches the database."""
        prepared = value if hasattr(value, "resolve_expression") else self._whole(value)
        return super().get_prep_value(prepared)

    def to_python(self, value: Any) -> int | None:
        """Return the value unchanged when it is whole fen."""
        return self._whole(value)

    @staticmethod
    def _whole(value: Any) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise ValidationError(_("Amounts are whole fen"), code="fen")


class AmountField(_WholeNumber):
    """A whole quantity whose unit is in the field's name (metres, minutes, milli-units)."""

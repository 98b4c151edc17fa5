"""Model fields that refuse what would be stored differently from what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

_Set = TypeVar("_Set", contravariant=True)
_Got = TypeVar("_Got", covariant=True)

if TYPE_CHECKING:

    class _WholeNumber(models.BigIntegerField[_Set, _Got]):
        """Lets the type checker see whether the column may be empty."""

else:

    class _WholeNumber(models.BigIntegerField):
        __class_getitem__ = classmethod(lambda cls, _types: cls)


class FenField(_WholeNumber[_Set, _Got]):
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


class AmountField(_WholeNumber[_Set, _Got]):
    """A whole quantity whose unit is in the field's name (metres, minutes, milli-units)."""

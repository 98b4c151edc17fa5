"""Fields for what people type about items: amounts, quantities and short lists, one per line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.pack_shapes import MaterialNeed, PhotoNeed
from common.errors import Refused
from common.formatting import yuan
from common.money import parse_yuan

_QUANTITY = re.compile(r"\d{1,6}(\.\d{1,3})?\Z")
_PHOTO = re.compile(
    r"(?P<name>[^×*|]+?)\s*(?:[×*]\s*(?P<count>\d{1,2}))?\s*(?:\|\s*(?P<example>.*))?\Z"
)
MOST_PHOTOS = 20
PER_UNIT = 1000


class YuanField(forms.CharField):
    """An amount typed in yuan, kept in whole fen; never negative."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "decimal"}))
        super().__init__(max_length=20, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show fen as yuan; what was typed stays as typed."""
        return yuan(value).replace(",", "") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Return fen, None when nothing was typed and nothing need be."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            amount_fen = parse_yuan(typed)
        except Refused as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None
        if amount_fen < 0:
            raise ValidationError(_("A price is not negative"), code="amount.negative")
        return amount_fen


class LinesField(forms.CharField):
    """A list, one entry per line."""

    def __init__(self, *, rows: int = 2, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.Textarea({"rows": rows}), required=False, max_length=4000, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines; what was typed stays as typed."""
        return value if value is None or isinstance(value, str) else "\n".join(map(str, value))

    def clean(self, value: Any) -> Any:
        """Return the lines that are not empty, each read by `read`."""
        text = unicodedata.normalize("NFC", super().clean(value))
        return tuple(self.read(line.strip()) for line in text.splitlines() if line.strip())

    def read(self, line: str) -> Any:
        """Return what a line means; here: itself."""
        return line


class PhotosField(LinesField):
    """Photos, one kind per line: name, × count, | what a good one shows."""

    def prepare_value(self, value: Any) -> Any:
        """Write photo needs the way they are read."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            return value
        return "\n".join(
            f"{photo.name} × {photo.count}" + (f" | {photo.example}" if photo.example else "")
            for photo in value
        )

    def read(self, line: str) -> PhotoNeed:
        """Return one photo need; ValidationError when the line is none."""
        found = _PHOTO.match(line)
        count = int(found["count"] or 1) if found else 0
        if found is None or not 1 <= count <= MOST_PHOTOS:
            raise ValidationError(
                _("“%(line)s” is no photo: write a name, × and a number from 1 to 20"),
                code="photo",
                params={"line": line},
            )
        return PhotoNeed(found["name"].strip(), count, (found["example"] or "").strip())


class MaterialsField(LinesField):
    """Materials, one per line: code and quantity; no quantity means measured on site."""

    def __init__(self, *, known: frozenset[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known = known

    def prepare_value(self, value: Any) -> Any:
        """Write material needs the way they are read."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            return value
        return "\n".join(
            f"{need.code} {quantity_text(need.milli)}" if need.milli else need.code
            for need in value
        )

    def read(self, line: str) -> MaterialNeed:
        """Return one need; ValidationError for an unknown code or no quantity."""
        code, _space, typed = line.partition(" ")
        if self.known is not None and code not in self.known:
            raise ValidationError(
                _("No material has the code %(code)s"), code="material", params={"code": code}
            )
        return MaterialNeed(code, quantity_milli(typed.strip()) if typed.strip() else 0)


def quantity_milli(typed: str) -> int:
    """Return thousandths for a typed quantity; ValidationError beyond three decimals."""
    text = unicodedata.normalize("NFKC", typed)
    if not text.isascii() or not _QUANTITY.match(text):
        raise ValidationError(
            _("“%(typed)s” is no quantity; write a number with at most three decimals"),
            code="quantity",
            params={"typed": typed},
        )
    return int(Decimal(text) * PER_UNIT)


def quantity_text(milli: int) -> str:
    """Return thousandths as people write them: 3500 is 3.5."""
    whole, rest = divmod(milli, PER_UNIT)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")

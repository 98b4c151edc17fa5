"""Values of rules as people type and read them: yuan for fen, per cent for basis points."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.formatting import yuan
from common.money import parse_yuan
from settlement.engine.paths import split
from settlement.engine.words import decimal, said
from settlement.engine.words import percent as per_cent
from settlement.engine.words import yuan as yuan_words

_RATE = re.compile(r"-?\d{1,7}(\.\d{1,2})?")
_WHOLE = re.compile(r"-?\d{1,15}")
LONGEST_TEXT = 60


def kind_of(path: str) -> str:
    """Return what stands at a place: `money`, `rate` or `plain`."""
    steps = split(path)
    if steps[0] == "grids" or steps[-1].endswith("_fen"):
        return "money"
    return "rate" if steps[-1].endswith("_bp") else "plain"


def shown(path: str, value: Any) -> str:
    """Return a value with its unit, "—" where there is none."""
    if value is None:
        return "—"
    if isinstance(value, list):
        return " / ".join(shown(path, each) for each in value)
    if isinstance(value, bool) or not isinstance(value, int):
        return said(value, _)
    kind = kind_of(path)
    if kind == "money":
        return yuan_words(value)
    return per_cent(value, 10_000) if kind == "rate" else str(value)


def typed_form(path: str, value: Any) -> str:
    """Return a value as it stands in a field."""
    if isinstance(value, list):
        return " / ".join(typed_form(path, each) for each in value)
    if isinstance(value, bool) or not isinstance(value, int):
        return said(value, _)
    kind = kind_of(path)
    if kind == "money":
        return yuan(value).replace(",", "")
    return decimal(value, 100) if kind == "rate" else str(value)


def read_typed(path: str, typed: str, like: Any) -> Any:
    """Return what was typed as a value of the kind that stands there (`like`).

    Full-width digits are taken; exponents, underscores and more decimals than the unit has are
    refused with a sentence.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if isinstance(like, list):
        parts = text.split("/")
        if len(parts) != len(like):
            sentence = _("Enter %(count)d values, separated by /")
            raise Refused("value.count", sentence % {"count": len(like)})
        return [read_typed(path, part, each) for part, each in zip(parts, like, strict=True)]
    if isinstance(like, bool):
        return _read_flag(text)
    if isinstance(like, str):
        if not text or len(text) > LONGEST_TEXT:
            raise Refused("value.text", _("Enter a text of at most 60 letters"))
        return text
    kind = kind_of(path)
    if kind == "money":
        return parse_yuan(text)
    return _read_rate(text) if kind == "rate" else _read_whole(text)


def _read_flag(text: str) -> bool:
    for value in (True, False):
        if text == said(value, _):
            return value
    raise Refused("value.flag", _("Enter yes or no"))


def _read_rate(text: str) -> int:
    bare = text.removesuffix("%").strip().replace("\u2212", "-")
    if not bare.isascii() or not _RATE.fullmatch(bare):
        sentence = _("Enter per cent with at most two decimals, such as 12.5")
        raise Refused("value.rate", sentence)
    return int(Decimal(bare) * 100)


def _read_whole(text: str) -> int:
    bare = text.replace("\u2212", "-")
    if not bare.isascii() or not _WHOLE.fullmatch(bare):
        raise Refused("value.whole", _("Enter a whole number"))
    return int(bare)

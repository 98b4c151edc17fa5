"""Values of rules as people type and read them: yuan for fen, per cent for basis points."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.formatting import money, percent_bp, points_bp, yuan
from settlement.engine.money import share_fen
from settlement.engine.paths import split
from settlement.engine.words import decimal, said
from settlement.engine.words import percent as per_cent
from settlement.engine.words import yuan as yuan_words
from settlement.rulebook.typed import UNITS, TypedError

_UNIT_OF = {"money": "money", "rate": "percent", "plain": "count"}
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


def moved(path: str, was: Any, now: Any) -> str:
    """Return by how much a number changed: "▲ +¥8.00 · +8.0%", "▼ 5.0 个点"; else nothing."""
    if type(was) is not int or type(now) is not int or was == now:
        return ""
    kind, more = kind_of(path), now - was
    if kind == "rate":
        return points_bp(more)
    if kind != "money":
        return ""
    words = f"{'▲' if more > 0 else '▼'} {money(more, signed=True)}"
    return (
        f"{words} · {percent_bp(share_fen(more, 10_000, was), signed=True)}" if was > 0 else words
    )


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

    Numbers are read as everywhere in rules (`rulebook.typed`); what cannot be read is refused with
    a sentence.
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
    try:
        return UNITS[_UNIT_OF[kind_of(path)]].read(text)
    except TypedError as error:
        raise Refused("value.typed", str(error)) from error


def _read_flag(text: str) -> bool:
    for value in (True, False):
        if text == said(value, _):
            return value
    raise Refused("value.flag", _("Enter yes or no"))

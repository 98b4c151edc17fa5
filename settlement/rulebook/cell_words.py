"""Cells of conditions and tables as people type them: names for codes, units for numbers.

The engine's cells stay the S-FEEL unary tests of DMN; here `一线, 新一线`, `> 10 km`,
`[10 km..20 km)`, `not(雨)` and `是` become those, and are written back the same way.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.cells import CellError, read_cell
from settlement.engine.facts import fact_kind
from settlement.rulebook.typed import TypedError, unit_of_fact

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

ANY = "-"
_SIGNS = ("<=", ">=", "<", ">")
_SPREAD = re.compile(r"([\[(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])")
_RANGE = re.compile(r"([^-~至]+?)\s*[-~至]\s*([^-~至]+)")
_NOT = re.compile(r"(?:not|非|不是)\s*\((.*)\)|(?:非|不是)\s*(.+)", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9_.*:-]+")
_YES = {"是", "yes", "true", "y", "1"}
_NO = {"否", "no", "false", "n", "0"}


def cell_text(fact: str, raw: Any, words: Vocabulary) -> str:
    """Return a stored cell as it is shown and typed; "" for one that lets everything pass."""
    if raw is None or raw == ANY:
        return ""
    if isinstance(raw, list):
        return _(", ").join(cell_text(fact, each, words) for each in raw)
    if isinstance(raw, bool):
        return _("yes") if raw else _("no")
    if isinstance(raw, int):
        return unit_of_fact(fact).say(raw)
    return _said(fact, str(raw).strip(), words)


def _said(fact: str, text: str, words: Vocabulary) -> str:
    if text.startswith("not(") and text.endswith(")"):
        return f"not({_said(fact, text[4:-1], words)})"
    if found := _SPREAD.fullmatch(text):
        opening, low, high, closing = found.groups()
        return f"{opening}{_one(fact, low, words)}..{_one(fact, high, words)}{closing}"
    for sign in _SIGNS:
        if text.startswith(sign):
            return f"{sign} {_one(fact, text[len(sign) :], words)}"
    parts = [part.strip() for part in text.split(",")]
    return _(", ").join(
        _said(fact, p, words) if p.startswith(_SIGNS) else _one(fact, p, words) for p in parts
    )


def _one(fact: str, text: str, words: Vocabulary) -> str:
    bare = text.strip().strip('"')
    if re.fullmatch(r"-?\d+", bare) and fact_kind(fact) == "number":
        return unit_of_fact(fact).say(int(bare))
    return words.names.get(fact, {}).get(bare, bare)


def read_typed(fact: str, typed: str, words: Vocabulary) -> Any:
    """Return the cell of what was typed for a fact; TypedError with an example when it is none."""
    text = unicodedata.normalize("NFKC", typed).strip()
    text = text.replace("≥", ">=").replace("≤", "<=").replace("…", "..").replace("\u2212", "-")
    if text in ("", "-", "—"):
        return ANY
    raw = _read(fact, text, words)
    try:
        read_cell(raw, fact_kind(fact) or "any")
    except CellError as error:
        raise TypedError(example_of(fact, words)) from error
    return raw


def _read(fact: str, text: str, words: Vocabulary) -> Any:
    if found := _NOT.fullmatch(text):
        inner = _read(fact, (found[1] or found[2]).strip(), words)
        values = inner if isinstance(inner, list) else [inner]
        return f"not({', '.join(_quoted(each) for each in values)})"
    if found := _SPREAD.fullmatch(text):
        opening, low, high, closing = found.groups()
        return f"{opening}{_bound(fact, low, words)}..{_bound(fact, high, words)}{closing}"
    parts = [each.strip() for each in re.split(r"[,、;/]", text) if each.strip()]
    if not parts:
        raise TypedError(example_of(fact, words))
    values = [_read_one(fact, part, words) for part in parts]
    return values[0] if len(values) == 1 else values


def _read_one(fact: str, text: str, words: Vocabulary) -> Any:
    for sign in _SIGNS:
        if text.startswith(sign):
            return f"{sign} {_bound(fact, text[len(sign) :], words)}"
    kind = fact_kind(fact)
    if kind == "number" and (found := _RANGE.fullmatch(text)):
        return f"[{_bound(fact, found[1], words)}..{_bound(fact, found[2], words)}]"
    return _value(fact, text, words)


def _bound(fact: str, text: str, words: Vocabulary) -> str:
    if fact_kind(fact) not in ("number", "code", "date", "any"):
        raise TypedError(_("Only numbers and dates can be compared; list values instead: a, b"))
    return str(_value(fact, text.strip(), words))


def _value(fact: str, text: str, words: Vocabulary) -> Any:
    kind = fact_kind(fact)
    text = text.strip().strip('"“”')
    if kind == "flag" or (kind == "any" and text.casefold() in {"是", "否"}):
        if text.casefold() not in _YES | _NO:
            raise TypedError(_("Enter yes or no"))
        return text.casefold() in _YES
    if kind == "number":
        return unit_of_fact(fact).read(text)
    if kind == "any":
        return int(text) if re.fullmatch(r"-?\d{1,9}", text) else text
    if kind == "date":
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise TypedError(_("Enter a date such as 2026-01-31"))
        return text
    return _code(fact, text, words)


def _code(fact: str, text: str, words: Vocabulary) -> str:
    known = words.names.get(fact, {})
    if text in known:
        return text
    for code, name in known.items():
        if name.casefold() == text.casefold():
            return code
    if '"' in text or (known and not _CODE.fullmatch(text)):
        sentence = _("There is no %(fact)s “%(typed)s”; known are, for example, %(names)s")
        names = _(", ").join(list(known.values())[:3])
        raise TypedError(sentence % {"fact": words.word(fact), "typed": text, "names": names})
    return text


def _quoted(value: Any) -> str:
    return (
        f'"{value}"' if isinstance(value, str) and not value.startswith(_SIGNS) else _plain(value)
    )


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def example_of(fact: str, words: Vocabulary) -> str:
    """Return a sentence with what may stand in a cell of a fact."""
    kind = fact_kind(fact)
    if kind == "flag":
        return _("Enter yes or no")
    if kind == "number":
        one = unit_of_fact(fact).example
        return _("Such as %(one)s, > %(one)s, or [%(one)s..%(one)s)") % {"one": one}
    names = list(words.names.get(fact, {}).values())[:2] or ["A", "B"]
    return _("Such as %(names)s, or not(%(name)s)") % {
        "names": _(", ").join(names),
        "name": names[0],
    }

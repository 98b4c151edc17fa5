"""Short lists inside a component: brackets, shares of a split, milestones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.rulebook.entries import Entry, Posted, moved, place_of, put
from settlement.rulebook.payees import party_options
from settlement.rulebook.typed import UNITS, Unit, say_percent, say_shares, unit_of_fact
from settlement.rulebook.vocabulary import milestone_words

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

Raw = dict[str, Any]
LISTS = ("brackets", "shares", "milestones")
# key, widget or unit
_SHARES = (("label", "text"), ("party", "party"), ("bp", "share"), ("code", "text"))
_MILESTONES = (
    ("label", "text"), ("stage", "stage"), ("rate_bp", "share"), ("after_days", "count"),
    ("code", "text"),
)  # fmt: skip


def _fields(name: str, raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if name == "shares":
        by_table = "table" in raw or "rows" in raw
        return tuple(each for each in _SHARES if not (by_table and each[0] == "bp"))
    if name == "milestones":
        return _MILESTONES
    gives = str(raw.get("gives", "rate_bp"))
    return (("from", "measure"), (gives, "money" if gives.endswith("_fen") else "percent"))


def _heads(name: str, raw: Mapping[str, Any]) -> list[str]:
    words = {
        "label": _("Name"), "party": _("For"), "bp": _("Share"), "code": _("Code"),
        "stage": _("Reached with"), "after_days": _("Days after"), "from": _("From"),
        "rate_bp": _("Share") if name == "milestones" else _("Rate"), "unit_fen": _("Price"),
        "each_fen": _("For each job"),
    }  # fmt: skip
    return [words[key] for key, _unit in _fields(name, raw)]


def list_entry(
    name: str, label: str, raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary,
    posted: Posted | None,
) -> Entry:  # fmt: skip
    """Return the list as rows of entries with its headings and a sum where one is due."""
    rows, entries = list(raw.get(name, [])), []
    for at, row in enumerate(rows):
        last = name == "milestones" and at == len(rows) - 1
        cells = [
            _cell(name, at, key, unit, row, raw, body, words, posted, last=last)
            for key, unit in _fields(name, raw)
        ]
        entries.append({"at": at, "cells": cells})
    note = ""
    if name == "shares" and rows and all("bp" in row for row in rows):
        whole = sum(row["bp"] for row in rows)
        note = _("Together %(sum)s") % {"sum": say_percent(whole)}
        if whole != 10_000:
            note = _("Together %(sum)s; shares have to make 100%%") % {"sum": say_percent(whole)}
    if name == "shares" and "rows" in raw:
        note = _("By table, such as %(example)s") % {"example": say_shares([4000, 6000])}
    if name == "milestones":
        note = _(
            "Days pass after the stage beside them; those of the warranty are counted from completion."
        )
    return Entry(name, label, "list", entries, help=note, extra={"heads": _heads(name, raw)})


def _cell(
    name: str, at: int, key: str, unit: str, row: Mapping[str, Any], raw: Mapping[str, Any],
    body: Mapping[str, Any], words: Vocabulary, posted: Posted | None, *, last: bool,
) -> Entry:  # fmt: skip
    ident, value = f"{name}:{at}:{key}", row.get(key)
    if last and key == "rate_bp":
        return Entry(ident, key, "fixed", _("the rest"))
    if unit == "party":
        options = party_options(words, body.get("parties", []), str(value or ""))
        return Entry(ident, key, "select", str(value or ""), options)
    if unit == "stage":
        known = milestone_words()
        if value and str(value) not in known:
            known[str(value)] = str(value)
        return Entry(ident, key, "select", str(value or ""), list(known.items()))
    if unit == "text":
        return Entry(ident, key, "text", str(value or ""))
    reader = _unit_of(unit, raw)
    error = posted.errors.get(ident, "") if posted else ""
    shown = "" if value is None else reader.say(value)
    if posted and error:
        shown = str(posted.post.get(ident, ""))
    return Entry(ident, key, "number", shown, example=reader.example, error=error)


def _unit_of(unit: str, raw: Mapping[str, Any]) -> Unit:
    return unit_of_fact(str(raw.get("measure", ""))) if unit == "measure" else UNITS[unit]


def read_list(name: str, new: Raw, raw: Mapping[str, Any], posted: Posted) -> None:
    """Write the posted rows into a component, then the button that was pressed."""
    if not posted.has(f"{name}_shown"):
        return
    rows = [dict(row) for row in raw.get(name, [])]
    for at, row in enumerate(rows):
        for key, unit in _fields(name, raw):
            _read_one(f"{name}:{at}:{key}", key, unit, row, raw, posted)
    old_gives, gives = str(raw.get("gives", "rate_bp")), str(new.get("gives", "rate_bp"))
    for row in rows if name == "brackets" and gives != old_gives else ():
        row.pop(old_gives, None)
        row[gives] = 0
    _press(name, rows, new, posted)
    if name == "milestones":
        for at, row in enumerate(rows):
            if at == len(rows) - 1:
                row.pop("rate_bp", None)
            else:
                row.setdefault("rate_bp", 0)
    if name == "brackets":
        rows.sort(key=lambda row: int(row.get("from", 0)))
    new[name] = rows


def _read_one(
    ident: str, key: str, unit: str, row: Raw, raw: Mapping[str, Any], posted: Posted
) -> None:
    if not posted.has(ident):
        return
    if unit in ("text", "party", "stage"):
        put(row, key, posted.text(ident, 40))
        return
    value = posted.read(ident, _unit_of(unit, raw).read)
    if ident not in posted.errors:
        put(row, key, value)


def _press(name: str, rows: list[Raw], new: Raw, posted: Posted) -> None:
    what, *where = posted.op
    if where[:1] != [name]:
        return
    if what == "list-add":
        rows.append(_fresh(name, rows, new))
        return
    at = place_of(where[1]) if len(where) > 1 else None
    if at is not None and at < len(rows):
        if what == "list-drop":
            del rows[at]
        elif what in ("list-up", "list-down"):
            moved(rows, at, -1 if what == "list-up" else 1)


def _fresh(name: str, rows: list[Raw], new: Raw) -> Raw:
    if name == "brackets":
        gives = str(new.get("gives", "rate_bp"))
        last = rows[-1] if rows else {"from": -1, gives: 0}
        return {
            "from": int(last.get("from", 0)) + (1 if not rows else 10),
            gives: last.get(gives, 0),
        }
    prefix = "REL" if name == "milestones" else str(new.get("code", "SHARE"))[:12]
    taken = {row.get("code") for row in rows}
    code = next(f"{prefix}{n}" for n in range(1, 99) if f"{prefix}{n}" not in taken)
    if name == "milestones":
        return {"code": code, "stage": "warranty", "label": "", "after_days": 30}
    return {"code": code, "party": "hq", "label": "", "bp": 0}

"""Where a component's rate comes from: one fixed number, rows of its own, or a shared table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from settlement.rule_sheets import table_word
from settlement.rulebook.entries import put
from settlement.rulebook.split_shares import SHARES, first_shares
from settlement.rulebook.table_form import free_id, outputs

Raw = dict[str, Any]
TABLE = "table:"
_VALUES = {"rate": "rate_bp", "amount": "amount_fen", "unit": "unit_fen"}


def answer_of(question: str, raw: Mapping[str, Any]) -> str:
    """Return the answer a body gives to a question of the form that is no field of its own."""
    if question == "_source":
        if "rows" in raw:
            return "own"
        return f"{TABLE}{raw['table']}" if raw.get("table") else "fixed"
    if question == "_pays" and "unit_fen" in raw:
        return "unit"
    return "amount" if "amount_fen" in raw else "rate"


def sources(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the shared tables by name."""
    return [(str(name), table_word(str(name))) for name in body.get("tables", {})]


def source_options(body: Mapping[str, Any], *, fixed: bool) -> list[tuple[str, str]]:
    """Return the sources that can be chosen."""
    options = [("fixed", _("one fixed rate"))] if fixed else []
    options.append(("own", _("rows of its own")))
    return options + [(f"{TABLE}{n}", _("table %(name)s") % {"name": w}) for n, w in sources(body)]


def share_options(body: Mapping[str, Any], chosen: object) -> list[tuple[str, str]]:
    """Return where the shares of a split can come from; a table need not be there yet."""
    giving = [
        (f"{TABLE}{name}", _("table %(name)s") % {"name": word})
        for name, word in sources(body)
        if name == chosen or SHARES in outputs(body["tables"][name])
    ]
    return [("fixed", _("the same for every job")), ("own", _("by a table made here")), *giving]


def table_of(raw: Mapping[str, Any], body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the shared table a component names, an empty one when there is none."""
    found: Mapping[str, Any] = body.get("tables", {}).get(raw.get(key), {})
    return found


def read_source(question: str, answer: str, new: Raw) -> None:
    """Set the body up for another answer; an answer that did not change changes nothing."""
    if answer_of(question, new) == answer:
        return
    if question == "_source":
        _other_source(answer, new)
    elif answer in _VALUES:
        for key in ("rate_bp", "amount_fen", "unit_fen", "per_min"):
            new.pop(key, None)
        new[_VALUES[answer]] = 0
        if answer != "rate":
            new.pop("mode", None)


def _other_source(answer: str, new: Raw) -> None:
    for key in ("rows", "hit", "inputs", "table", "take", "rate_bp"):
        new.pop(key, None)
    if answer.startswith(TABLE):
        put(new, "table", answer.removeprefix(TABLE))
    elif answer == "own":
        if new["kind"] == "split":
            new |= first_shares(new)
            return
        key = (
            "amount_fen" if new.get("gives", "") != "rate" and new["kind"] == "table" else "rate_bp"
        )
        value = 10_000 if new["kind"] == "coefficient" else 0
        new |= {
            "hit": "FIRST",
            "rows": [{"id": free_id(str(new["code"]), []), "when": {}, key: value}],
        }

"""What is wrong or doubtful with a draft, at the part and the field it concerns, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.lint import check_rules
from settlement.engine.proving.ground import ITEM, NOTHING_KNOWN
from settlement.engine.proving.values import OTHER
from settlement.rulebook.cell_words import cell_text
from settlement.rulebook.found import Found
from settlement.rulebook.parts import GENERAL, raw_of
from settlement.rulebook.places import field_words

if TYPE_CHECKING:
    from settlement.engine.proving.finding import Finding
    from settlement.engine.proving.ground import Ground
    from settlement.rulebook.vocabulary import Vocabulary

_PLACE = re.compile(r"rules\.components\[(\d+)\](?:\.(.*))?$")
_BONUS = re.compile(r"rules\.period\[(\d+)\](?:\.(.*))?$")
_NAMED = re.compile(r"rules\.(tables|grids|sums)\.([^.]+)(?:\.(.*))?$")
_LETTER = {"tables": "t", "grids": "g", "sums": "s"}
_ROWS = ("one", "two", "row", "earlier")
_LISTS = {"items": ITEM, "codes": ""}
"""Parameters that are lists of codes, and of which fact; without one: of the fact named beside."""
MOST_NAMED = 12
_ROW = re.compile(r"rows\[(\d+)\]")


def findings_of(
    body: Mapping[str, Any], words: Vocabulary, ground: Ground = NOTHING_KNOWN
) -> list[Found]:
    """Return everything the check finds in a draft of a company with this ground."""
    return [in_words(each, body, words) for each in check_rules(body, ground)]


def in_words(finding: Finding, body: Mapping[str, Any], words: Vocabulary) -> Found:
    """Return a finding about a body as people read it, with its rows and codes by name."""
    # What regions set is told at the part it concerns.
    part, field = _place(finding.path.rpartition(": ")[2], body)
    params = finding.params
    rows = tuple(str(params[key]) for key in _ROWS if key in params)
    at = _ROW.search(field)
    if at:
        rows += _row_id(body, part, int(at[1]))
    labels = _row_labels(body, part)
    shown = {
        key: labels.get(str(value), value) if key in _ROWS else _shown(key, params, words)
        for key, value in params.items()
    }
    # Versions keep their numbers as texts.
    sentence = _(finding.message).replace(")d", ")s") % shown
    return Found(
        level=finding.level, part=part, field=_ROW.sub("", field).strip("."),
        sentence=sentence, example=_example(finding.example, words), rows=rows,
    )  # fmt: skip


def _place(path: str, body: Mapping[str, Any]) -> tuple[str, str]:
    if found := _PLACE.match(path):
        components = body.get("components", [])
        at = int(found[1])
        code = components[at].get("code") if at < len(components) else ""
        return f"c.{code}", found[2] or ""
    if found := _BONUS.match(path):
        bonuses = body.get("period", [])
        at = int(found[1])
        code = bonuses[at].get("code") if at < len(bonuses) else ""
        return f"p.{code}", found[2] or ""
    if found := _NAMED.match(path):
        return f"{_LETTER[found[1]]}.{found[2]}", found[3] or ""
    return GENERAL, path.removeprefix("rules.")


def _rows(body: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    raw = raw_of(body, part)
    rows = raw.get("rows", []) if isinstance(raw, Mapping) else []
    return [row for row in rows if isinstance(row, Mapping)]


def _row_id(body: Mapping[str, Any], part: str, at: int) -> tuple[str, ...]:
    rows = _rows(body, part)
    return (str(rows[at].get("id", "")),) if at < len(rows) else ()


def _row_labels(body: Mapping[str, Any], part: str) -> dict[str, str]:
    rows = enumerate(_rows(body, part), start=1)
    return {
        str(row.get("id")): f"{at} {row['label']}" if row.get("label") else f"{at}"
        for at, row in rows
    }


def _shown(key: str, params: Mapping[str, object], words: Vocabulary) -> object:
    value = params[key]
    if key == "key":
        return field_words().get(str(value), value)
    if key in _LISTS:
        return _named(str(value).split(", "), _LISTS[key] or str(params["fact"]), words)
    return words.word(str(value)) if key == "fact" else value


def _named(codes: list[str], fact: str, words: Vocabulary) -> str:
    """Return a list of codes by name; of very many the first ones."""
    shown = _(", ").join(cell_text(fact, code, words) for code in codes[:MOST_NAMED])
    if len(codes) <= MOST_NAMED:
        return shown
    return _("%(names)s and %(n)d more") % {"names": shown, "n": len(codes) - MOST_NAMED}


def _example(example: Mapping[str, Any], words: Vocabulary) -> str:
    """Return a counter-example as a sentence; "" when there is none."""
    if not example:
        return ""
    return _("For example a job with %(facts)s") % {"facts": facts_in_words(example, words)}


def facts_in_words(example: Mapping[str, Any], words: Vocabulary) -> str:
    """Return the facts of a counter-example, each with its value."""
    return _(", ").join(
        f"{words.word(fact)} {_('any other') if value == OTHER else cell_text(fact, value, words)}"
        for fact, value in example.items()
    )


def marks_of(findings: list[Found], part: str) -> dict[str, tuple[str, ...]]:
    """Return the sentences at each row of a part's table, by the row's id."""
    marks: dict[str, tuple[str, ...]] = {}
    for each in findings:
        if each.part == part:
            for row in each.rows:
                marks[row] = (*marks.get(row, ()), each.sentence)
    return marks

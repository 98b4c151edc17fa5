"""Decision tables as grids: columns are facts and what a row gives, rows are cases in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from settlement.rulebook.cell_words import ANY, read_typed
from settlement.rulebook.conditions import cell_entry, read_cell_entry, unknown_fact
from settlement.rulebook.entries import Entry, Posted, moved, place_of
from settlement.rulebook.typed import TypedError, read_shares, say_shares, unit_of_output
from settlement.rulebook.vocabulary import OUTPUTS, column_word

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

OWN = {"id", "label", "when"}
MOST_ROWS = 2_000
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of the grid; `marks` are sentences of findings it takes part in."""

    at: int
    id: str
    label: Entry
    ident: Entry
    cells: tuple[Entry, ...]
    gives: tuple[Entry, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableShown:
    """A decision table ready for the page."""

    hit: str
    facts: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    addable: tuple[tuple[str, str], ...]
    rows: tuple[RowShown, ...]
    pages: Sequence[int] = ()
    page: int = 1
    errors: Mapping[str, str] = field(default_factory=dict)


def columns(raw: Mapping[str, Any]) -> list[str]:
    """Return the facts of a table: as declared, then in order of appearance."""
    used = [fact for row in raw.get("rows", ()) for fact in row.get("when", {})]
    return list(dict.fromkeys([*raw.get("inputs", ()), *used]))


def outputs(raw: Mapping[str, Any]) -> list[str]:
    """Return what the rows give, in the order amounts, rates, factors are known."""
    used = dict.fromkeys(key for row in raw.get("rows", ()) for key in row if key not in OWN)
    return sorted(used, key=lambda key: OUTPUTS.index(key) if key in OUTPUTS else len(OUTPUTS))


def page_size(raw: Mapping[str, Any]) -> int:
    """Return how many rows stand on a page, so that the page stays small enough to be quick."""
    return max(15, min(60, 420 // (len(columns(raw)) + len(outputs(raw)) + 2)))


def table_shown(
    raw: Mapping[str, Any], words: Vocabulary, *, page: int = 1,
    marks: Mapping[str, tuple[str, ...]] | None = None, posted: Posted | None = None,
) -> TableShown:  # fmt: skip
    """Return a table's page of rows as entries."""
    facts, gives, size = columns(raw), outputs(raw), page_size(raw)
    rows = raw.get("rows", [])
    pages = max(1, -(-len(rows) // size))
    page = min(max(1, page), pages)
    shown = tuple(
        _row(at, rows[at], facts, gives, words, marks or {}, posted)
        for at in range((page - 1) * size, min(len(rows), page * size))
    )
    return TableShown(
        hit=str(raw.get("hit", "UNIQUE")),
        facts=tuple((fact, words.word(fact)) for fact in facts),
        outputs=tuple((key, column_word(key)) for key in gives),
        addable=tuple((key, column_word(key)) for key in OUTPUTS if key not in gives),
        rows=shown,
        pages=range(1, pages + 1) if pages > 1 else (),
        page=page,
        errors=posted.errors if posted else {},
    )


def _row(
    at: int, row: Mapping[str, Any], facts: list[str], gives: list[str], words: Vocabulary,
    marks: Mapping[str, tuple[str, ...]], posted: Posted | None,
) -> RowShown:  # fmt: skip
    ident = str(row.get("id", ""))
    when = row.get("when", {})
    return RowShown(
        at=at,
        id=ident,
        label=Entry(f"label:{at}", _("Name of row %(n)d") % {"n": at + 1}, "text",
                    str(row.get("label", ""))),
        ident=Entry(f"id:{at}", _("Code of row %(n)d") % {"n": at + 1}, "text", ident,
                    error=posted.errors.get(f"id:{at}", "") if posted else ""),
        cells=tuple(cell_entry(f"c:{at}:{f}", f, when.get(f), words, posted) for f in facts),
        gives=tuple(_gives(f"o:{at}:{key}", key, row.get(key), posted) for key in gives),
        marks=marks.get(ident, ()),
    )  # fmt: skip


def _gives(name: str, key: str, value: Any, posted: Posted | None) -> Entry:
    error = posted.errors.get(name, "") if posted else ""
    shown = str(posted.post.get(name, "")) if posted and error else _shown(key, value)
    example = "40% / 60%" if key == "shares_bp" else unit_of_output(key).example
    return Entry(name, column_word(key), "money", shown, (), example, error=error)


def _shown(key: str, value: Any) -> str:
    if isinstance(value, list):
        return say_shares(value)
    return "" if value is None else unit_of_output(key).say(value)


def read_table_form(raw: Raw, code: str, posted: Posted, words: Vocabulary) -> None:
    """Write a posted grid into a table body: cells first, then the button that was pressed."""
    if not posted.has("table_shown"):
        return
    rows = [dict(row) for row in raw.get("rows", [])]
    facts, gives = columns(raw), outputs(raw)
    for at, row in enumerate(rows):
        if posted.has(f"label:{at}"):
            _read_row(at, row, facts, gives, posted, words)
    hit = posted.choice("hit", ("UNIQUE", "FIRST", "COLLECT"), str(raw.get("hit", "UNIQUE")))
    facts = _read_columns(rows, facts, posted, words)
    if added := posted.choice("output_add", OUTPUTS, ""):
        rows = rows or [_fresh(code, rows)]
        for row in rows:
            row.setdefault(added, 0 if added != "coef_bp" else 10_000)
    _press(rows, code, posted)
    if posted.has("paste") and posted.post.get("paste"):
        _paste(rows, code, facts, outputs({"rows": rows}) or gives, posted, words)
    if len(rows) > MOST_ROWS:
        sentence = _("A table has at most %(most)d rows")
        raise Refused("rules.rows", sentence % {"most": MOST_ROWS})
    raw |= {"hit": hit, "rows": rows, "inputs": facts}


def _read_row(
    at: int, row: Raw, facts: list[str], gives: list[str], posted: Posted, words: Vocabulary
) -> None:
    if label := posted.text(f"label:{at}"):
        row["label"] = label
    else:
        row.pop("label", None)
    row["id"] = posted.text(f"id:{at}", 40) or row.get("id", "")
    when = dict(row.get("when", {}))
    for fact in facts:
        value = read_cell_entry(f"c:{at}:{fact}", fact, posted, words, when.get(fact))
        if value in (None, ANY):
            when.pop(fact, None)
        else:
            when[fact] = value
    row["when"] = when
    for key in gives:
        name = f"o:{at}:{key}"
        if posted.has(name) and posted.text(name) != _shown(key, row.get(key)):
            reader = read_shares if key == "shares_bp" else unit_of_output(key).read
            value = posted.read(name, reader)
            if value is not None:
                row[key] = value
            elif name not in posted.errors:
                row.pop(key, None)


def _read_columns(
    rows: list[Raw], facts: list[str], posted: Posted, words: Vocabulary
) -> list[str]:
    facts = list(facts)
    if typed := posted.text("col_add"):
        fact = words.fact_of(typed)
        if fact is None:
            posted.errors["col_add"] = unknown_fact(typed)
        elif fact not in facts:
            facts.append(fact)
    what, *where = posted.op
    name = ":".join(where)
    if what in ("col-left", "col-right") and name in facts:
        moved(facts, facts.index(name), -1 if what == "col-left" else 1)
    if what == "col-drop" and name in facts:
        facts.remove(name)
        for row in rows:
            row["when"] = {fact: cell for fact, cell in row.get("when", {}).items() if fact != name}
    if what == "out-drop":
        for row in rows:
            row.pop(name, None) if name not in OWN else None
    return facts


def _press(rows: list[Raw], code: str, posted: Posted) -> None:
    what, *where = posted.op
    if what == "row-add" and not where:
        rows.append(_fresh(code, rows))
    at = place_of(where[0]) if what.startswith("row-") and where else None
    if at is None or at >= len(rows):
        return
    if what == "row-up" or what == "row-down":
        moved(rows, at, -1 if what == "row-up" else 1)
    elif what == "row-drop":
        del rows[at]
    elif what == "row-add":
        rows.insert(at + 1, _fresh(code, rows))
    elif what == "row-copy":
        rows.insert(at + 1, {**rows[at], "id": free_id(code, rows)})


def free_id(code: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a code for a new row that no other row has."""
    taken = {str(row.get("id")) for row in rows}
    prefix = code.upper()[:12]
    return next(
        f"{prefix}-{n}" for n in range(len(rows) + 1, 10**6) if f"{prefix}-{n}" not in taken
    )


def _fresh(code: str, rows: list[Raw]) -> Raw:
    """Return a new row like its neighbours: no condition, and what they give."""
    shares = next((row["shares_bp"] for row in reversed(rows) if row.get("shares_bp")), [0])
    plain: dict[str, Any] = {"shares_bp": shares, "coef_bp": 10_000}
    start = {key: plain.get(key, 0) for key in outputs({"rows": rows})}
    return {"id": free_id(code, rows), "when": {}, **start}


def _paste(
    rows: list[Raw], code: str, facts: list[str], gives: list[str], posted: Posted,
    words: Vocabulary,
) -> None:  # fmt: skip
    """Fill cells from a spreadsheet's text, right and down from the one that had the focus."""
    start = posted.text("paste_at").split(":")
    top = place_of(start[1]) if len(start) > 1 else None
    if top is None:
        return
    places: list[str] = ["label", *(f"c:{f}" for f in facts), *(f"o:{k}" for k in gives)]
    first = "label" if start[0] == "label" else f"{start[0]}:{':'.join(start[2:])}"
    if first not in places:
        return
    lines = [line.split("\t") for line in str(posted.post["paste"]).splitlines() if line.strip()]
    if top + len(lines) > MOST_ROWS:
        raise Refused("rules.rows", _("A table has at most %(most)d rows") % {"most": MOST_ROWS})
    column = places.index(first)
    for down, line in enumerate(lines):
        at = top + down
        while at >= len(rows):
            rows.append(_fresh(code, rows))
        for place, typed in zip(places[column:], line, strict=False):
            _fill(rows[at], at, place, typed, posted, words)


def _fill(row: Raw, at: int, place: str, typed: str, posted: Posted, words: Vocabulary) -> None:
    kind, _colon, name = place.partition(":")
    try:
        if kind == "label":
            row["label"] = typed.strip()[:80]
        elif kind == "c":
            value = read_typed(name, typed, words)
            row["when"] = {**row.get("when", {}), name: value}
            if value == ANY:
                del row["when"][name]
        elif typed.strip():
            row[name] = unit_of_output(name).read(typed)
    except TypedError as error:
        sentence = _("Row %(row)d, “%(typed)s”: %(reason)s")
        values = {"row": at + 1, "typed": typed[:30], "reason": str(error)}
        posted.errors["paste"] = sentence % values

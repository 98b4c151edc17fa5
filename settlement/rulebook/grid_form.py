"""Price grids: items down, bands, regions or channels across, an amount in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from settlement.engine.facts import code_value, fact_kind
from settlement.engine.tables import MATERIAL
from settlement.rulebook.conditions import unknown_fact
from settlement.rulebook.entries import Entry, Posted, place_of
from settlement.rulebook.typed import UNITS, TypedError

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

MOST_CELLS = 20_000
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row: its key, its word, and its prices."""

    key: str
    word: str
    cells: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class GridShown:
    """A page of a price grid."""

    rows_by: tuple[tuple[str, str], ...]
    column_by: str
    column_word: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[PriceRow, ...]
    addable: tuple[tuple[str, str], ...]
    total: int
    words: str
    pages: Sequence[int]
    page: int
    errors: Mapping[str, str]
    one_kind: bool = False


def rows_by(raw: Mapping[str, Any]) -> list[str]:
    """Return the facts whose values name the rows, the first with a row of its own counts."""
    by = raw.get("rows_by", [])
    return [str(each) for each in (by if isinstance(by, list) else [by])]


def names_of(raw: Mapping[str, Any], words: Vocabulary) -> dict[str, str]:
    """Return the words of row keys."""
    names: dict[str, str] = {"*": _("all others")}
    for fact in reversed(rows_by(raw)):
        names |= words.names.get(fact, {})
    return names


def ordered_keys(raw: Mapping[str, Any], words: Vocabulary) -> list[str]:
    """Return the row keys as people look for them: items by code, then groups, `*` last."""
    names = names_of(raw, words)
    return sorted(raw.get("fen", {}), key=lambda key: (key == "*", key not in names, key))


def grid_shown(
    raw: Mapping[str, Any], words: Vocabulary, *, page: int = 1, search: str = "",
    posted: Posted | None = None,
) -> GridShown:  # fmt: skip
    """Return the page of a grid that holds what was searched for."""
    names, columns = names_of(raw, words), column_keys(raw)
    wanted = search.strip().casefold()
    keys = [
        key for key in ordered_keys(raw, words)
        if wanted in key.casefold() or wanted in names.get(key, "").casefold()
    ]  # fmt: skip
    size = max(20, min(50, 500 // max(1, len(columns))))
    pages = max(1, -(-len(keys) // size))
    page = min(max(1, page), pages)
    by = str(raw.get("column_by", ""))
    column_names = {"*": _("all others"), **words.names.get(by, {})}
    taken = set(raw.get("fen", {}))
    return GridShown(
        rows_by=tuple((fact, words.word(fact)) for fact in rows_by(raw)),
        column_by=by,
        column_word=words.word(by) if by else "",
        columns=tuple((str(c), column_names.get(str(c), str(c))) for c in columns) or
        (("", _("price")),),
        rows=tuple(
            _row(at, key, names, raw, columns, posted)
            for at, key in enumerate(keys[(page - 1) * size : page * size])
        ),
        addable=tuple((k, w) for k, w in names.items() if k not in taken)[:400],
        total=len(taken),
        words=search,
        pages=range(1, pages + 1) if pages > 1 else (),
        page=page,
        errors=posted.errors if posted else {},
        one_kind=rows_by(raw) == [MATERIAL],
    )  # fmt: skip


def column_keys(raw: Mapping[str, Any]) -> list[Any]:
    """Return the columns; none when every item has one price."""
    return list(raw.get("columns", [])) if raw.get("column_by") else []


def _row(
    at: int, key: str, names: Mapping[str, str], raw: Mapping[str, Any], columns: list[Any],
    posted: Posted | None,
) -> PriceRow:  # fmt: skip
    value = raw["fen"][key]
    prices = value if isinstance(value, list) else [value] * max(1, len(columns))
    cells = []
    for number, fen in enumerate(prices):
        name = f"p:{at}:{number}"
        error = posted.errors.get(f"p:{key}:{number}", "") if posted else ""
        typed = str(posted.post.get(name, "")) if posted and error else ""
        shown = typed or ("" if fen is None else UNITS["money"].say(fen))
        label = f"{names.get(key, key)} {columns[number] if number < len(columns) else ''}"
        cells.append(Entry(name, label, "money", shown, (), "¥120.00", error=error))
    return PriceRow(key, names.get(key, key), tuple(cells))


def read_grid_form(raw: Raw, posted: Posted, words: Vocabulary) -> None:
    """Write posted prices into a grid, then what was added or taken away."""
    if not posted.has("grid_shown"):
        return
    fen: dict[str, Any] = dict(raw.get("fen", {}))
    for at, key in enumerate(posted.all("key")):
        if key in fen:
            fen[key] = _prices(at, key, fen[key], posted)
    if typed := posted.text("row_add"):
        names = {word.casefold(): key for key, word in names_of(raw, words).items()}
        fen.setdefault(names.get(typed.casefold(), typed), _zero(raw))
    what, *where = posted.op
    name = ":".join(where)
    if what == "price-drop":
        fen.pop(name, None)
    raw["fen"] = fen
    _read_axes(raw, posted, words)
    dropped = place_of(name) if what == "column-drop" else None
    if dropped is not None:
        _drop_column(raw, dropped)
    if posted.post.get("paste"):
        _paste(raw, posted, words)
    if len(raw["fen"]) * max(1, len(column_keys(raw))) > MOST_CELLS:
        sentence = _("A price grid has at most %(most)d cells")
        raise Refused("rules.cells", sentence % {"most": MOST_CELLS})


def _prices(at: int, key: str, old: Any, posted: Posted) -> Any:
    values = list(old) if isinstance(old, list) else [old]
    for number in range(len(values)):
        name = f"p:{at}:{number}"
        if not posted.has(name):
            continue
        read = posted.read(name, UNITS["money"].read)
        if name in posted.errors:
            posted.errors[f"p:{key}:{number}"] = posted.errors.pop(name)
        elif read is not None:
            values[number] = read
    return values if isinstance(old, list) else values[0]


def _zero(raw: Mapping[str, Any]) -> Any:
    columns = column_keys(raw)
    return [0] * len(columns) if columns else 0


def _read_axes(raw: Raw, posted: Posted, words: Vocabulary) -> None:
    if rows_by(raw) != [MATERIAL] and (typed := posted.text("rows_by_add")):
        if fact := words.fact_of(typed):
            raw["rows_by"] = list(dict.fromkeys([*rows_by(raw), fact]))
        else:
            posted.errors["rows_by_add"] = unknown_fact(typed)
    what, *where = posted.op
    by = rows_by(raw)
    if what == "rows-by-drop" and ":".join(where) in by and len(by) > 1:
        raw["rows_by"] = [fact for fact in by if fact != ":".join(where)]
    if posted.has("column_by"):
        _set_column_fact(raw, posted, words)
    if raw.get("column_by") and (typed := posted.text("column_add")):
        key = _column_key(str(raw["column_by"]), typed, words)
        if key not in raw["columns"]:
            raw["columns"] = [*raw["columns"], key]
            raw["fen"] = {
                k: [*row, row[-1] if row else 0] if isinstance(row, list) else [row, row]
                for k, row in raw["fen"].items()
            }


def _set_column_fact(raw: Raw, posted: Posted, words: Vocabulary) -> None:
    typed = posted.text("column_by")
    old = str(raw.get("column_by", ""))
    if not typed and old:
        raw["fen"] = {k: r[0] if isinstance(r, list) else r for k, r in raw["fen"].items()}
        raw.pop("column_by"), raw.pop("columns", None)
        return
    fact = words.fact_of(typed) if typed else None
    if typed and fact is None:
        posted.errors["column_by"] = unknown_fact(typed)
    elif fact and fact != old:
        raw |= {"column_by": fact, "columns": ["*"]}
        raw["fen"] = {k: r[:1] if isinstance(r, list) else [r] for k, r in raw["fen"].items()}


def _column_key(fact: str, typed: str, words: Vocabulary) -> Any:
    names = {word.casefold(): code for code, word in words.names.get(fact, {}).items()}
    key = names.get(typed.casefold(), typed)
    if fact_kind(fact) == "code":
        return code_value(key)
    number = place_of(key) if fact_kind(fact) == "number" else None
    return key if number is None else number


def _drop_column(raw: Raw, at: int) -> None:
    columns = column_keys(raw)
    if len(columns) > 1 and at < len(columns):
        raw["columns"] = [c for n, c in enumerate(columns) if n != at]
        raw["fen"] = {
            k: [p for n, p in enumerate(row) if n != at] if isinstance(row, list) else row
            for k, row in raw["fen"].items()
        }


def _paste(raw: Raw, posted: Posted, words: Vocabulary) -> None:
    """Fill prices from a spreadsheet's text, right and down from the cell that had the focus."""
    _kind, *start = posted.text("paste_at").split(":")
    keys = posted.all("key")
    first, left = [place_of(each) for each in start] if len(start) == 2 else (None, None)
    if first is None or left is None:
        return
    names = {word: key for key, word in names_of(raw, words).items()}
    width = max(1, len(column_keys(raw)))
    for down, line in enumerate(str(posted.post["paste"]).splitlines()):
        cells = line.split("\t")
        at = first + down
        key = keys[at] if at < len(keys) else None
        if cells and (cells[0].strip() in names or cells[0].strip() in raw["fen"]):
            named = cells.pop(0).strip()
            key = names.get(named, named)
        if key is None:
            continue
        old = raw["fen"].get(key, _zero(raw))
        values = list(old) if isinstance(old, list) else [old]
        for number, typed in enumerate(cells, start=left):
            if number < width and typed.strip():
                try:
                    values[number] = UNITS["money"].read(typed)
                except TypedError as error:
                    posted.errors["paste"] = f"{names_of(raw, words).get(key, key)}: {error}"
        raw["fen"][key] = values if isinstance(old, list) else values[0]

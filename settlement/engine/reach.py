"""Which jobs the differences between two rule bodies can touch: a superset, never one too few.

A price of an item touches that item's jobs, what a region sets the jobs of the region, a row or a
component that asks for a text the jobs with that text. Whatever else differs may touch any job.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from settlement.engine.cells import CellError, OneOf, read_cell
from settlement.engine.facts import fact_kind
from settlement.engine.paths import ORDER, changes, join, split, value_at
from settlement.engine.regional import NAMES, OVERRIDES, PERMITS

REGION_PATH = "region_path"
# What gives no money: words, dates and what regions may do.
_NO_MONEY = {"version", "effective_from", "name", "note", NAMES, PERMITS}


class Touch(NamedTuple):
    """Jobs whose fact is one of these texts; of `region_path` and other lists, has one of them."""

    fact: str
    values: tuple[str, ...]


def touched(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Touch, ...] | None:
    """Return what a job must have for the bodies to give it different money; None: nothing.

    An empty answer: no job gets other money.
    """
    found: dict[str, dict[str, None]] = {}
    for path, change in changes(before, after).items():
        steps = split(path)
        if steps[0] in _NO_MONEY or steps[-1] == "label":
            continue
        if steps == [OVERRIDES]:
            touches: list[Touch] | None = [Touch(REGION_PATH, (*(change.was or change.now),))]
        else:
            touches = _of_place(steps, before, after)
        if touches is None:
            return None
        for touch in touches:
            found.setdefault(touch.fact, {}).update(dict.fromkeys(touch.values))
    return tuple(Touch(fact, tuple(values)) for fact, values in found.items())


def _of_place(
    steps: list[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Touch] | None:
    top, *rest = steps
    if top == OVERRIDES and rest:
        return [Touch(REGION_PATH, (rest[0],))]
    if top == "grids" and len(rest) >= 3 and rest[1] == "fen":
        return _of_price(rest[0], rest[2], before, after)
    if top in ("components", "tables") and len(rest) >= 2 and ORDER not in rest:
        return _of_entry(steps, before, after)
    return None


def _of_price(
    name: str, key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Touch] | None:
    """A cell is looked up by the facts of its rows; the row `*` by anything."""
    rows_by = {str(value_at(body, join(["grids", name, "rows_by"]))) for body in (before, after)}
    raw = value_at(before, join(["grids", name, "rows_by"]))
    facts = raw if isinstance(raw, list) else [raw]
    if key == "*" or len(rows_by) > 1 or not all(_is_text(fact) for fact in facts):
        return None
    return [Touch(fact, (key,)) for fact in facts]


def _of_entry(
    steps: list[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Touch] | None:
    """A row counts where its conditions hold, and everything of a component where its own do."""
    top, name, *rest = steps
    owners = [[top, name]] if top == "components" else []
    if len(rest) >= 3 and rest[0] == "rows":
        owners.insert(0, [top, name, "rows", rest[1]])
    for owner in owners:
        field = steps[len(owner)]
        touches = _conditions([value_at(body, join(owner)) for body in (before, after)], field)
        if touches is not None:
            return touches
    return None


def _conditions(entries: Sequence[Any], field: str) -> list[Touch] | None:
    """Return what an entry asks for, when it asks for the same in both bodies."""
    asked = [entry.get("when") if isinstance(entry, Mapping) else None for entry in entries]
    if field in ("when", "kind", "code", "id") or not asked[0] or asked[0] != asked[1]:
        return None
    cases = asked[0] if isinstance(asked[0], list) else [asked[0]]
    touches = [next(_texts(case), None) for case in cases]
    return None if None in touches else [touch for touch in touches if touch is not None]


def _texts(case: Any) -> Iterator[Touch]:
    """Yield the conditions of a case that list texts and nothing else."""
    for fact, cell in case.items() if isinstance(case, Mapping) else ():
        if not _is_text(fact):
            continue
        try:
            test = read_cell(cell, fact_kind(fact) or "")
        except CellError:
            continue
        if isinstance(test, OneOf):
            yield Touch(fact, tuple(sorted(map(str, test.literals()))))


def _is_text(fact: object) -> bool:
    return isinstance(fact, str) and fact_kind(fact) in ("text", "codes")

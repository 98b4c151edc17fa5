"""Invented jobs that make a component of a rule body pay: what other rules would pay is then seen.

A job is a background on which prices are found, with the facts in place that the component asks
for: a case of its condition, a row of its table, a price of its list, counts on either side of its
thresholds. Each body is small enough for that; real jobs may not have happened yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice, product
from typing import Any

from settlement.engine.facts import (
    EXTRA,
    FACT_KINDS,
    JobFacts,
    MaterialUse,
    VisitPart,
    code_value,
    fact_kind,
)
from settlement.engine.proving.values import OTHER, samples
from settlement.engine.reading import Section
from settlement.engine.table_reading import build_table, read_grid, read_table
from settlement.engine.tables import MATERIAL, Row, Table

Wish = Mapping[str, Any]
_NOBODY_FIRES = ("reverse", "split", "release")  # takes the rest away again, or gives no money
_DAY = "2026-03-18"


@dataclass(frozen=True, slots=True)
class Probe:
    """A job, and the facts in it that the component asked for."""

    facts: JobFacts
    asked: Wish


@dataclass(frozen=True, slots=True)
class Aim:
    """What a probe is to hit of a component; nothing: all of it. `few`: of each choice at most, but
    counts, which lie on either side of every threshold."""

    rows: Sequence[str] = ()
    keys: Sequence[str] = ()
    column: int | None = None
    others: Sequence[Mapping[str, Any]] = ()  # the component as regions have it
    few: int = 24
    jobs: int = 240  # more would keep a page waiting


def probes(body: Mapping[str, Any], code: str, aim: Aim | None = None) -> Iterator[Probe]:
    """Yield jobs in which the component of a valid body should pay."""
    aim = aim or Aim()
    part = next(each for each in body["components"] if each["code"] == code)
    grounds = [*_backgrounds(body)]
    found = (
        Probe(_job({**ground, **asked}), asked)
        for asked in _asked(body, part, aim)
        for ground in grounds
    )
    return islice(found, aim.jobs)


def users(body: Mapping[str, Any], section: str, name: str, column: str = "") -> list[str]:
    """Return the codes of the components that read a price list, or a column of a table."""
    keys = ("grid",) if section == "grids" else ("table", "tier")
    return [
        str(each["code"])
        for each in body["components"]
        if name in [each.get(key) for key in keys] and _takes(each, column)
    ]


def _takes(part: Mapping[str, Any], column: str) -> bool:
    """Whether a component reads a column; conditions and words of a table concern all its users."""
    take = part.get("take") or ("coef_bp" if "tier" in part else "")
    return not take or not column.endswith(("_fen", "_bp")) or take == column


def _backgrounds(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A plain job and one on which all fires, small and large: limits hold for large ones alone."""
    plain: dict[str, Any] = {}
    rich: dict[str, Any] = {}
    for part in body["components"]:
        if part["kind"] in _NOBODY_FIRES:
            continue
        first = next(_asked(body, part, Aim()), {})
        rich = {**first, **rich}
        if part["kind"] == "price":
            plain = {**first, **plain}
    for ground in (plain, rich):
        for size in (1, 20):
            yield {**_still(), **ground, "quantity": size, "paid_fen": 100_000 * size}


def _still() -> dict[str, Any]:
    """Every fact known, and none of them a reason to pay more or less."""
    nothing = {"flag": False, "number": 0, "text": OTHER, "code": OTHER, "codes": ()}
    known = {name: nothing[kind] for name, kind in FACT_KINDS.items() if kind in nothing}
    return known | {
        "done_on": _DAY, "month": 3, "branch": "A", "home_branch": "A", "floor": 1,
        "rating_x10": 48, "review_x10": 48, "installer_month_orders": 1, "distance_m": 3_000,
        "visits": (VisitPart(_DAY, 3, "workday", 14 * 60, 15 * 60 + 30),), "materials": (),
        "agreed_fen": None,
    }  # fmt: skip


def _job(values: Mapping[str, Any]) -> JobFacts:
    """Build the facts; what follows from others is brought about by these others."""
    own = dict(values)
    apart = own.pop("cross_branch", None)
    if apart is not None:
        own |= {"branch": "A", "home_branch": "B" if apart else "A"}
    returns = own.pop("unpaid_returns", None)
    if returns is not None:
        own["reschedule_count"] = returns
    extra = {name[len(EXTRA) :]: own.pop(name) for name in [*own] if name.startswith(EXTRA)}
    known = {each.name for each in fields(JobFacts) if each.init}
    return JobFacts(**{name: v for name, v in own.items() if name in known}, extra=extra)


def _asked(body: Mapping[str, Any], part: Mapping[str, Any], aim: Aim) -> Iterator[dict[str, Any]]:
    like = [part, *aim.others]
    choices = [_cases(part), _rows(body, part, aim), _prices(body, part, aim)]
    chosen = [list(islice(each, aim.few)) or [{}] for each in choices]
    for wishes in product(*chosen, list(_counts(like)) or [{}]):
        yield {name: value for wish in reversed(wishes) for name, value in wish.items()}


def _cases(part: Mapping[str, Any]) -> Iterator[Wish]:
    raw = part.get("when")
    for case in raw if isinstance(raw, list) else [raw] if raw else []:
        yield from _fitting(build_table("", "FIRST", [Section({"when": case}, "", [])]))


def _rows(body: Mapping[str, Any], part: Mapping[str, Any], aim: Aim) -> Iterator[Wish]:
    name = part.get("table") or part.get("tier")
    raw = part if "rows" in part else body.get("tables", {}).get(name)
    if raw is not None:
        yield from _fitting(read_table(Section(raw, "", []), ""), aim.rows)


def _fitting(table: Table, wanted: Sequence[str] = ()) -> Iterator[Wish]:
    """Yield for each row facts under which it applies."""
    for number, row in enumerate(table.rows):
        if wanted and row.id not in wanted:
            continue
        wish = _away_from(table, table.rows[:number]) if table.hit == "FIRST" else {}
        for at, test in row.tests:
            fact = table.inputs[at]
            fits = [value for value in samples(fact, [test]) if test.matches(value)]
            if fits:
                wish[fact] = fits[-1]
        yield {
            fact: (value,) if fact_kind(fact) == "codes" and isinstance(value, str) else value
            for fact, value in wish.items()
        }


def _away_from(table: Table, earlier: Sequence[Row]) -> dict[str, Any]:
    """Return values no earlier row asks for: it would apply before the row that is wanted."""
    found = {}
    for at, fact in enumerate(table.inputs):
        tests = [test for row in earlier for place, test in row.tests if place == at]
        free = [v for v in samples(fact, tests) if not any(test.matches(v) for test in tests)]
        if free:
            found[fact] = free[0]
    return found


def _prices(body: Mapping[str, Any], part: Mapping[str, Any], aim: Aim) -> Iterator[Wish]:
    raw = body.get("grids", {}).get(part.get("grid"))
    if raw is None:
        return
    grid = read_grid(Section(raw, "", []), "")
    keys = aim.keys or [str(key) for key in raw["fen"]]
    columns = grid.columns if aim.column is None else grid.columns[aim.column : aim.column + 1]
    for key, column in product(keys, columns):
        fact = grid.rows_by[0]
        wish: dict[str, Any] = {grid.column_by: column} if grid.column_by else {}
        if fact == MATERIAL:
            yield wish | {"materials": (MaterialUse(key, 1_000, 0),)}
        else:
            # The first fact that has a row decides: what stands before it must have none.
            kind = fact_kind(fact)
            value = code_value(key) if kind in ("code", "number") else key
            yield wish | {fact: (value,) if kind == "codes" else value}


def _counts(like: Sequence[Mapping[str, Any]]) -> Iterator[Wish]:
    """Yield counts on either side of each threshold, headquarters' and the regions' ones."""
    kind = like[0]["kind"]
    if kind == "window":
        yield from ({"visits": (visit,)} for visit in _visits(like))
        return
    if kind == "materials" and "grid" not in like[0]:
        yield {"materials": (MaterialUse(OTHER, 1_000, 10_000),)}
        return
    named = {"steps": "distance_m", "per_unit": None, "brackets": None}
    if kind in named:
        key = "quantity" if kind == "per_unit" else "measure"
        fact = str(like[0].get(key) or named[kind]).removeprefix("fact:")
        values = {value for part in like for value in _thresholds(part)}
        yield from ({fact: value} for value in sorted(values) if value >= 0)


def _thresholds(part: Mapping[str, Any]) -> Iterator[int]:
    if part["kind"] == "brackets":
        for row in part["brackets"]:
            yield from (row["from"] - 1, row["from"], row["from"] + 10)
        return
    free, most = part.get("free", 0), part.get("most", 0)
    size = part.get("step") or part.get("per", 1)
    for times in {1, 2, 10, 100, most, most + 1} - {0}:
        yield from (free + size * times - 1, free + size * times)
    if part["kind"] == "per_unit" and most:
        yield free + most + 1  # `most` counts units here, not steps


def _visits(like: Sequence[Mapping[str, Any]]) -> Iterator[VisitPart]:
    edges = {_minute(part.get(key, text)) for part in like for key, text in _EDGES}
    enough = sorted({part.get("least_min", 1) for part in like})
    weekdays = {day for part in like for day in part.get("weekdays", [3])}
    kinds = {kind for part in like for kind in part.get("day_kinds", ["workday"])}
    for kind, weekday in product(sorted(kinds), sorted(weekdays)):
        for edge, least in product(sorted(edges), enough):
            for start, end in ((edge, edge + least), (edge - least, edge)):
                if 0 <= start < end <= 1440:
                    yield VisitPart(_DAY, weekday, kind, start, end)


_EDGES = (("from", "00:00"), ("to", "24:00"))


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)

"""Why not more: what one other fact would have brought, found by settling once more with it.

Candidates come from the rules themselves (cells of conditions and rows, steps, brackets, windows);
what each would have brought is the difference of two settlements, so that knock-on effects, caps
and modes count as they really do. One fact at a time: a row with two failing facts is not near.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from settlement.engine.cells import (
    CellError,
    Compare,
    Either,
    Interval,
    Not,
    OneOf,
    Test,
    read_cell,
)
from settlement.engine.difference import by_component
from settlement.engine.evaluate import settle
from settlement.engine.facts import EXTRA, JobFacts, fact_kind, reader
from settlement.engine.reading import N_
from settlement.engine.rules import Compiled
from settlement.engine.scope import FACT
from settlement.engine.words import Translate, fact_word, measured, said, yuan

# What an order is, not how it was done: nobody asks why the job was not in another city.
IDENTITY = frozenset({
    "done_on", "month", "season", "service_item", "category", "quantity", "city", "city_level",
    "price_band", "cost_level", "region", "region_path", "branch", "outlet", "home_branch",
    "cross_branch", "unpaid_returns", "channel", "charged_fen", "empty_trip", "refunded", "customer_level", "site_kind", "warehouse_direct", "materials",
    "stages", "paid_fen", "rework", "fault_own", "fault_first", "distance_estimated", "rain_source",
    "fuel_source",
})  # fmt: skip
NEAR_MIN = 60
"""A window that begins or fills up within so many further minutes was nearly reached."""


class NearMiss(NamedTuple):
    """One fact that kept a component from more: what it was, what it takes, and what it brings."""

    code: str
    label: str
    fact: str
    has: Any  # None when not known
    needs: Any  # minutes more for a window
    gain_fen: int
    between: tuple[str, str] | None  # of a window


class _Other(NamedTuple):
    """A value to try: the facts with it, and how it is said."""

    fact: str
    has: Any
    needs: Any
    facts: JobFacts
    between: tuple[str, str] | None = None


def near_misses(
    compiled: Compiled,
    body: Mapping[str, Any],
    facts: JobFacts,
    *,
    party: str = "installer",
    who: int | None = None,
) -> tuple[NearMiss, ...]:
    """Return what would have brought the party more with one other fact, the largest gain first.

    `body` is what `compiled` was compiled from. For each component and fact only the nearest
    value that brings anything is named. `who` counts what one of several people would have had.
    """
    now = by_component(compiled, settle(compiled, facts), party, who)
    found: dict[tuple[str, str], NearMiss] = {}
    tried: dict[tuple[str, str], dict[str, int]] = {}
    for component in body["components"]:
        code = str(component["code"])
        if component.get("party") != party:
            continue
        for other in _others(component, body, facts):
            key = other.fact, repr(other.needs)
            if key not in tried:
                tried[key] = by_component(compiled, settle(compiled, other.facts), party, who)
            then, place = tried[key], (code, other.fact)
            gain = sum(then.values()) - sum(now.values())
            moves = then.get(code, 0) > now.get(code, 0)
            if gain <= 0 or not moves or (place in found and not _nearer(other, found[place])):
                continue
            found[place] = NearMiss(
                code, compiled.label_of(code), other.fact, other.has, other.needs, gain,
                other.between,
            )  # fmt: skip
    return tuple(_once(sorted(found.values(), key=lambda miss: (-miss.gain_fen, miss.code))))


def _once(misses: list[NearMiss]) -> Iterator[NearMiss]:
    """One other fact is named once, with the first component it moves."""
    seen = set()
    for miss in misses:
        if (key := (miss.fact, repr(miss.needs))) not in seen:
            seen.add(key)
            yield miss


def _nearer(other: _Other, known: NearMiss) -> bool:
    if not _counted(other.needs) or not _counted(known.needs):
        return False
    here = 0 if other.between or not _counted(other.has) else other.has
    return bool(abs(other.needs - here) < abs(known.needs - here))


def _counted(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _others(
    component: Mapping[str, Any], body: Mapping[str, Any], facts: JobFacts
) -> Iterator[_Other]:
    """Values to try for one component: of its condition, its rows, and what it counts."""
    whens = component.get("when", [])
    conditions = list(whens) if isinstance(whens, list) else [whens]
    table = body.get("tables", {}).get(component.get("table"), {})
    rows = [*component.get("rows", ()), *table.get("rows", ())]
    conditions += [row.get("when", {}) for row in rows]
    for condition in conditions:
        for name, cell in condition.items():
            yield from _by_cell(str(name), cell, facts)
    if component["kind"] in {"steps", "brackets"}:
        yield from _by_count(component, facts)
    if component["kind"] == "window":
        yield from _by_time(component, facts)


def _by_cell(name: str, cell: object, facts: JobFacts) -> Iterator[_Other]:
    kind = fact_kind(name)
    if name in IDENTITY or kind is None:
        return
    try:
        test = read_cell(cell, kind)
    except CellError:
        return
    has = reader(name)(facts)
    if has is not None and test.matches(has):
        return
    for value in _values(test):
        yield from _with(name, (*(has or ()), value) if kind == "codes" else value, has, facts)


def _values(test: Test) -> Iterator[Any]:
    """Values that satisfy a test, at its edges."""
    if isinstance(test, OneOf):
        yield from sorted(test.values, key=repr)
    elif isinstance(test, Compare) and _counted(test.bound):
        yield test.bound + {">": 1, "<": -1}.get(test.sign, 0)
    elif isinstance(test, Interval) and _counted(test.low):
        yield test.low + (test.low_sign == ">")
        yield test.high - (test.high_sign == "<")
    elif isinstance(test, Either):
        for each in test.tests:
            yield from _values(each)
    elif isinstance(test, Not):
        yield from (v for v in (True, False) if test.matches(v) and _is_flag(test.test))


def _is_flag(test: Test) -> bool:
    return all(isinstance(value, bool) for value in test.literals())


def _by_count(component: Mapping[str, Any], facts: JobFacts) -> Iterator[_Other]:
    name = str(component.get("measure", "distance_m")).removeprefix(FACT)
    has = reader(name)(facts)
    here = has if _counted(has) else -1
    if component["kind"] == "brackets":
        edges = sorted(int(row["from"]) for row in component["brackets"])
    else:
        size, free = int(component["step"]), int(component.get("free", 0))
        late = component.get("counted", "full") == "started"
        edges = [free + size * (n + (not late)) + late for n in range(int(component["most"]))]
    for edge in edges:
        if edge > here:
            yield from _with(name, edge, has, facts)


def _by_time(component: Mapping[str, Any], facts: JobFacts) -> Iterator[_Other]:
    """Work that had to go on only a little longer for the window to count."""
    if not facts.visits:
        return
    *before, last = facts.visits
    between = str(component.get("from", "00:00")), str(component.get("to", "24:00"))
    for more in range(1, NEAR_MIN + 1):
        if last.end_min + more > 1440:
            return
        longer = last._replace(end_min=last.end_min + more)
        changed = replace(facts, visits=(*before, longer))
        yield _Other("visits", last.end_min, more, changed, between)


def _with(name: str, value: Any, has: Any, facts: JobFacts) -> Iterator[_Other]:
    if name in IDENTITY:
        return
    if name.startswith(EXTRA):
        changed = replace(facts, extra={**facts.extra, name.removeprefix(EXTRA): value})
    else:
        changed = replace(facts, **{name: value})
    yield _Other(name, has, value, changed)


LONGER = N_("%(minutes)s more minutes of work between %(from)s and %(to)s: %(gain)s more")
REACHED = N_("%(fact)s %(has)s, from %(needs)s on %(gain)s more")
NOT_KNOWN = N_("%(fact)s not known yet, from %(needs)s on %(gain)s more")
OTHERWISE = N_("%(fact)s %(has)s, with %(needs)s %(gain)s more")


def explain_near(miss: NearMiss, translate: Translate) -> str:
    """Return a near miss as a sentence with its real numbers, in the reader's language."""
    if miss.between is not None:
        return translate(LONGER) % {
            "minutes": miss.needs, "from": miss.between[0], "to": miss.between[1],
            "gain": yuan(miss.gain_fen),
        }  # fmt: skip
    counted = _counted(miss.needs)
    sentence = OTHERWISE if not counted else NOT_KNOWN if miss.has is None else REACHED
    return translate(sentence) % {
        "fact": fact_word(miss.fact, translate),
        "has": _said(miss.fact, miss.has, translate),
        "needs": _said(miss.fact, miss.needs, translate),
        "gain": yuan(miss.gain_fen),
    }


def _said(name: str, value: Any, translate: Translate) -> str:
    if value is None:
        return "—"
    if _counted(value):
        return measured(name, value)
    return said(list(value) if isinstance(value, tuple) else value, translate)

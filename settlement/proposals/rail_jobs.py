"""The guard-rail between regions: which values break it, each with a job and what it pays there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from settlement.engine.paths import split, value_at
from settlement.engine.probes import Aim, Probe, probes, users
from settlement.engine.proving.values import OTHER
from settlement.engine.regional import own_values, plain_part, variant_body
from settlement.engine.rules import Compiled, compile_rules
from settlement.proposals.guard_rail import (
    TOGETHER,
    Gap,
    changed_paths,
    is_price,
    price_gaps,
    ratio_bp,
)
from settlement.proposals.rail_lists import new_list_gaps, place_of
from settlement.proposals.rail_pay import Apart, Watched, apart, watched

EXAMPLES = 20
"""Gaps of prices that get a job to show them: the widest; nobody reads a thousand of them."""
OPPOSITE = 4
"""Regions furthest above and furthest below headquarters that each region is compared with."""
FEW = 4
"""Rows, prices and cases of each kind for all values of a region together: the most different."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Headquarters' rules ("") and those of each region that sets values, by its code."""

    body: Mapping[str, Any]
    rules: Mapping[str, Compiled]


def gaps_beyond(
    body: Mapping[str, Any], limit_bp: int, before: Mapping[str, Any] | None = None
) -> list[Gap]:
    """Return what lies further apart between regions than the limit, the widest gap first.

    Compared are each amount and rate a region sets; what every other value a region sets makes of
    jobs; what all values of regions make of jobs together; and headquarters' price lists by place
    where they differ more than in `before`, the body in force. RulesError for rules with faults.
    """
    whole = compile_rules(body)
    places = _Places(plain_part(body), {"": replace(whole, variants={}), **dict(whole.variants)})
    priced = [*price_gaps(body), *new_list_gaps(body, before)]
    found = _sorted([gap for gap in priced if gap.gap_bp > limit_bp])
    found = [*(_with_job(gap, places) for gap in found[:EXAMPLES]), *found[EXAMPLES:]]
    found += [gap for gap in _other_values(body, places) if gap.gap_bp > limit_bp]
    by_region = [gap for gap in found if not gap.by]
    found += [gap for gap in _all_values(body, places, by_region) if gap.gap_bp > limit_bp]
    return _sorted(found)


def _sorted(gaps: list[Gap]) -> list[Gap]:
    return sorted(gaps, key=lambda gap: (-gap.gap_bp, gap.path, gap.column or 0))


def _with_job(gap: Gap, places: _Places) -> Gap:
    """Return the gap with the job that shows it best, settled by what counts in both places."""
    codes = _readers(places.body, gap.path)
    of, aim = watched(places.body, codes), _aim(gap)
    best: tuple[Apart, Probe] | None = None
    for code in codes:
        for probe in probes(places.body, code, aim):
            found = apart(_two(gap, places, probe), of)
            if found is not None and found.gap_bp > (best[0].gap_bp if best else 0):
                best = found, probe
    return gap if best is None else _told(gap, *best)


def _two(gap: Gap, places: _Places, probe: Probe) -> dict[str, Any]:
    if not gap.by:
        return {
            code: (places.rules[code], probe.facts) for code in (gap.low_region, gap.high_region)
        }
    return {
        where: (
            places.rules[""],
            replace(probe.facts, **place_of(gap, OTHER if where == "*" else where)),
        )
        for where in (gap.low_region, gap.high_region)
    }


def _told(gap: Gap, found: Apart, probe: Probe) -> Gap:
    amounts = {found.low: found.low_fen, found.high: found.high_fen}
    job = {fact: value for fact, value in probe.asked.items() if fact != gap.by}
    return replace(
        gap, part=found.part, job=job,
        low_fen=amounts[gap.low_region], high_fen=amounts[gap.high_region],
    )  # fmt: skip


def _aim(gap: Gap) -> Aim:
    steps = split(gap.path)
    if steps[0] == "grids":
        key = steps[3] if len(steps) > 3 else gap.low_region
        return Aim(keys=(key,), column=gap.column, few=FEW, jobs=96)
    return Aim(rows=(steps[3],) if len(steps) > 3 and steps[2] == "rows" else (), few=FEW, jobs=96)


def _readers(body: Mapping[str, Any], path: str) -> list[str]:
    """Return the components whose money a value decides, as far as it decides any."""
    steps = split(path)
    if steps[0] == "components":
        return steps[1:2]
    if steps[0] == "grids":
        return users(body, steps[0], steps[1])
    return users(body, steps[0], steps[1], steps[-1]) if steps[0] == "tables" else []


def _other_values(body: Mapping[str, Any], places: _Places) -> Iterator[Gap]:
    """Yield the widest gap each value makes alone that is neither an amount nor a rate.

    How much a threshold or a count moves is seen in what it makes of jobs on either side of it.
    """
    rules, overrides = places.body, own_values(body)
    for path in changed_paths(body):
        codes = _readers(rules, path)
        if not codes or is_price(rules, path):
            continue
        values = {code: own[path] for code, own in overrides.items() if path in own}
        bodies = {code: variant_body(body, {path: values[code]}) for code in _telling(values)}
        compiled = {code: compile_rules(each) for code, each in bodies.items()}
        compiled[""] = places.rules[""]
        found = _widest(rules, codes, compiled, bodies)
        if found is not None:
            said = {"": value_at(rules, path), **values}
            yield _gap(path, said[found[0].low], said[found[0].high], *found)


def _telling(values: Mapping[str, Any]) -> list[str]:
    """Return the regions that differ most: of numbers the least and the greatest, else each value."""
    if all(type(value) is int for value in values.values()):
        return sorted({min(values, key=values.__getitem__), max(values, key=values.__getitem__)})
    return sorted({repr(value): code for code, value in values.items()}.values())


def _widest(
    rules: Mapping[str, Any], codes: Sequence[str], compiled: Mapping[str, Compiled],
    bodies: Mapping[str, Mapping[str, Any]],
) -> tuple[Apart, Probe] | None:  # fmt: skip
    best: tuple[Apart, Probe] | None = None
    of = watched(rules, (), whole=codes)
    for code in codes:
        others = [
            part for each in bodies.values() for part in each["components"] if part["code"] == code
        ]
        for probe in probes(rules, code, Aim(others=others, few=12)):
            found = apart({where: (each, probe.facts) for where, each in compiled.items()}, of)
            if found is not None and found.gap_bp > (best[0].gap_bp if best else 0):
                best = found, probe
    return best


def _gap(path: str, low: Any, high: Any, found: Apart, probe: Probe) -> Gap:
    return Gap(
        path, None, low, high, found.low, found.high, found.gap_bp, part=found.part,
        job=dict(probe.asked), low_fen=found.low_fen, high_fen=found.high_fen,
    )  # fmt: skip


def _all_values(body: Mapping[str, Any], places: _Places, known: Sequence[Gap]) -> Iterator[Gap]:
    """Yield, per pair of places and component, the widest gap several values make together.

    Left out is what `known` gaps say at least as wide of the same pair and component. Regions with
    the same values are one; a region is compared with headquarters and with those regions that lie
    furthest from headquarters, so that the work grows with the regions and not with their pairs.
    """
    own = _alike(own_values(body))
    told: dict[tuple[str, str, str], int] = {}
    for gap in known:
        key = _pair(gap)
        told[key] = max(told.get(key, 0), gap.gap_bp)
    widest: dict[tuple[str, str, str], Gap] = {}
    for code, of in _seen(places.body, own).items():
        for found, probe in _apart_by(code, of, places, own):
            several = {*own.get(found.low, ()), *own.get(found.high, ())}
            gap = _gap(TOGETHER, found.low_fen, found.high_fen, found, probe)
            if len(several) > 1 and gap.gap_bp > told.get(_pair(gap), 0):
                told[_pair(gap)] = gap.gap_bp
                widest[_pair(gap)] = gap
    yield from widest.values()


def _pair(gap: Gap) -> tuple[str, str, str]:
    low, high = sorted((gap.low_region, gap.high_region))
    return low, high, gap.part


def _alike(own: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return one region of all that set the same values."""
    one = {repr(sorted(values.items())): code for code, values in own.items()}
    return {code: own[code] for code in sorted(one.values())}


def _seen(rules: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]]) -> dict[str, Watched]:
    """Return how each component regions change is looked at.

    One with a threshold of a region is looked at as part of a job alone.
    """
    priced: set[str] = set()
    moved: set[str] = set()
    for path in {path for values in own.values() for path in values}:
        (priced if is_price(rules, path) else moved).update(_readers(rules, path))
    whole = {code: watched(rules, (), whole=[code]) for code in moved}
    return {code: watched(rules, [code]) for code in sorted(priced)} | whole


def _apart_by(
    code: str, of: Watched, places: _Places, own: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Apart, Probe]]:
    """Yield what lies apart in the jobs for which regions pay most and least for a component."""
    jobs = [
        (found.gap_bp * (1 if found.high == region else -1), region, probe)
        for region, values in own.items()
        for found, probe in _extremes(places, region, values, code, of)
    ]
    jobs.sort(key=lambda job: job[:2])
    furthest = {region for _gap_bp, region, _probe in [*jobs[:OPPOSITE], *jobs[-OPPOSITE:]]}
    for _gap_bp, region, probe in jobs:
        met = sorted({"", region, *furthest})
        found = apart({where: (places.rules[where], probe.facts) for where in met}, of)
        if found is not None:
            yield found, probe


def _extremes(
    places: _Places, region: str, own: Mapping[str, Any], code: str, of: Watched
) -> Iterator[tuple[Apart, Probe]]:
    """Yield the jobs a region pays furthest above and furthest below headquarters."""
    if not any(code in _readers(places.body, path) for path in own):
        return
    best: dict[bool, tuple[Apart, Probe]] = {}
    for probe in probes(places.body, code, _together(places.body, code, own)):
        both = {where: (places.rules[where], probe.facts) for where in ("", region)}
        found = apart(both, of)
        if found is None or found.gap_bp == 0:
            continue
        above = found.high == region
        if above not in best or found.gap_bp > best[above][0].gap_bp:
            best[above] = found, probe
    yield from best.values()


def _together(body: Mapping[str, Any], code: str, own: Mapping[str, Any]) -> Aim:
    """Aim at the rows and prices of a component that a region moved furthest."""
    rows: dict[str, int] = {}
    keys: dict[str, int] = {}
    for path, value in own.items():
        steps = split(path)
        if code not in _readers(body, path) or len(steps) < 4 or steps[2] not in ("fen", "rows"):
            continue
        kept = keys if steps[0] == "grids" else rows
        kept[steps[3]] = max(kept.get(steps[3], 0), _moved(value_at(body, path), value))
    most = [sorted(each, key=lambda name: (-each[name], name))[:FEW] for each in (rows, keys)]
    return Aim(rows=most[0], keys=most[1], few=FEW, jobs=64)


def _moved(was: Any, now: Any) -> int:
    olds, news = (each if isinstance(each, list) else [each] for each in (was, now))
    pairs = zip(olds, news, strict=True)
    return max(ratio_bp(*sorted((one, two))) if type(one) is int else 0 for one, two in pairs)

"""Checks a rule body before it is published: faults refuse it, doubts come with an example."""

from collections.abc import Iterator, Mapping
from typing import Any

from settlement.engine.on_site import CHANNEL, CHARGED, PAID, pays_charges
from settlement.engine.paths import split
from settlement.engine.proving.asked import asked_tables, unique_tables
from settlement.engine.proving.brackets import bracket_findings
from settlement.engine.proving.finding import FAULT, WARNING, Finding
from settlement.engine.proving.gaps import gap_findings
from settlement.engine.proving.ground import NOTHING_KNOWN, Ground
from settlement.engine.proving.prices import price_findings
from settlement.engine.proving.releases import release_findings
from settlement.engine.proving.tables import overlapping, table_findings
from settlement.engine.reading import N_, RulesError, Section
from settlement.engine.regional import OVERRIDES, own_values, plain_part, variant_body
from settlement.engine.result import WORKER
from settlement.engine.rules import Compiled, compile_rules
from settlement.engine.table_reading import read_grid, read_table
from settlement.engine.tables import Grid

# Steps of places whose value decides which rows apply, or how amounts follow each other.
_SHAPES = {"when", "hit", "no_match", "brackets", "scheme", "gives", "measure"}


def check_rules(body: Mapping[str, Any], ground: Ground = NOTHING_KNOWN) -> list[Finding]:
    """Return everything wrong or doubtful with a body; no fault means it may be published.

    `ground` is what the company sells and where: with it price lists are compared with what is on
    sale, and conditions on places with the places there are.
    """
    try:
        compile_rules(body)
    except RulesError as error:
        return [Finding(FAULT, e.path, e.message, e.params, {}) for e in error.errors]
    plain = plain_part(body)
    found = [*release_findings(body), *_doubts(plain, {}, ground), *_unsaid_charges(body)]
    known = list(found)
    for code, values in _own_shapes(body).items():
        found += [
            each._replace(path=f"rules.{OVERRIDES}.{code}: {each.path}")
            for each in _doubts(variant_body(body, values), plain, ground)
            if each not in known
        ]
    return found


def sound_rules(body: Mapping[str, Any], ground: Ground = NOTHING_KNOWN) -> Compiled | None:
    """Return a body compiled, None where it has a fault.

    What is doubtful is not looked for, which takes most of a check: beside what compiling finds only
    rows of a UNIQUE table that overlap, and milestones nobody can keep to, are faults.
    """
    try:
        rules = compile_rules(body)
    except RulesError:
        return None
    bodies = [plain_part(body)]
    if any(release_findings(body)):
        return None
    bodies += [variant_body(body, values) for values in _own_shapes(body).values()]
    overlap = any(
        overlapping(name, read_table(Section(raw, name, []), name), ground)
        for each in bodies
        for name, raw in unique_tables(each)
    )
    return None if overlap else rules


def _own_shapes(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what regions set that decides which rows apply; other amounts are nothing new to find."""
    return {
        code: values
        for code, values in own_values(body).items()
        if any(_SHAPES & set(split(path)) for path in values)
    }


def _doubts(body: Mapping[str, Any], hq: Mapping[str, Any], ground: Ground) -> Iterator[Finding]:
    """Yield what is doubtful; of a region's tables only gaps that headquarters' do not have."""
    known = {each.path: each for each in asked_tables(hq)}
    for each in asked_tables(body):
        above = known.get(each.path)
        if above is None or each.table != above.table:
            yield from table_findings(each.path, each.table, ground)
        if each != above and each.where:
            alike = above is not None and above.where == each.where
            beside = above.table if above and alike else None
            yield from gap_findings(each.path, each.table, beside, each.where, ground)
    for path, grid in _grids(body):
        yield from _missing_prices(path, grid)
    yield from price_findings(body, ground)
    for number, component in enumerate(body["components"]):
        yield from bracket_findings(f"rules.components[{number}]", component)


def _unsaid_charges(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules that hand out what customers pay and say nothing of what they pay on site."""
    components, sums = body["components"], body.get("sums", {})
    bases = [*(each.get("base") for each in components), *(each["of"] for each in sums.values())]
    if WORKER in body["parties"] and not pays_charges(components) and any(map(_all_paid, bases)):
        message = N_(
            "customers can be charged extra on site, but no component says who is paid for it: "
            "installers get the tariff's share at once; add a component of the kind Extra charges "
            "to decide about it"
        )
        yield Finding(WARNING, "rules.components", message, {}, {})
    for number, each in enumerate(components):
        takers = {share.get("party") for share in each.get("shares", ())}
        if CHANNEL in takers and _all_paid(each.get("base")):
            message = N_(
                "the channel gets a share of what customers pay on site: divide what the shop "
                "sold, and give the channel its fee as a commission"
            )
            yield Finding(WARNING, f"rules.components[{number}].base", message, {}, {})


def unsaid_rework(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a doubt about rules that pay installers and never ask whose fault a rework is.

    Apart from `check_rules`: the whole of what is to be published is asked, no part of it alone.
    """
    if WORKER not in body["parties"] or _speaks_of(body, "fault_own"):
        return
    message = N_(
        "no component looks at whose fault a rework is: installers are paid for doing their own "
        "bad work again; add a component of the kind Taking back for rework by own fault"
    )
    yield Finding(WARNING, "rules.components", message, {}, {})


def _speaks_of(value: object, name: str) -> bool:
    if isinstance(value, Mapping):
        return name in value or any(_speaks_of(each, name) for each in value.values())
    if isinstance(value, list):
        return any(_speaks_of(each, name) for each in value)
    return isinstance(value, str) and name in value


def _all_paid(base: object) -> bool:
    names = base if isinstance(base, list) else [base]
    return PAID in names and f"-{CHARGED}" not in names


def _grids(body: Mapping[str, Any]) -> Iterator[tuple[str, Grid]]:
    for name, raw in body.get("grids", {}).items():
        yield f"rules.grids.{name}", read_grid(Section(raw, name, []), name)


def _missing_prices(path: str, grid: Grid) -> Iterator[Finding]:
    # A row that is a number stands there under its text and under the number.
    rows = dict.fromkeys(row for row, _ in grid.cells if isinstance(row, str))
    for row in rows:
        for column in grid.columns:
            if (row, column) not in grid.cells and (row, "*") not in grid.cells:
                params = {"row": row, "column": column}
                message = N_("no price for %(row)s in column %(column)s")
                yield Finding(WARNING, path, message, params, {})

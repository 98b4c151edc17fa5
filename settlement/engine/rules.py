"""Compiles a rule body (plain data) into steps: every name resolved, every error collected."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from settlement.engine.agreed import AGREED, BORNE
from settlement.engine.kinds import KINDS
from settlement.engine.on_site import implied
from settlement.engine.part import Part
from settlement.engine.paths import split
from settlement.engine.periods import PeriodRule, read_periods
from settlement.engine.plan import plan_lookup
from settlement.engine.reading import N_, RuleError, RulesError, Section, first_float
from settlement.engine.regional import (
    NAMES,
    OVERRIDES,
    faults_of,
    own_values,
    plain_part,
    variant_body,
)
from settlement.engine.scope import Piece, Scope, Step, Touched
from settlement.engine.table_reading import read_grid, read_table
from settlement.engine.tables import Lookup, Table

FORMAT = 1
# A field that does nothing would be believed: kinds that have a rate, and kinds that write more
# than one line or a bound of their own.
RATED = ("percent", "commission", "table", "brackets", "window")
WHOLE = ("materials", "charges", "split", "release", "cap", "floor")
KEPT = 256  # compiled bodies kept; a tenant uses a handful of versions at a time


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule body ready to settle with. Immutable in meaning; only look-ups are remembered."""

    name: str
    version: str
    effective_from: str
    sha: str
    parties: tuple[str, ...]
    labels: Mapping[str, str]  # by line code: the tenant's words
    places: Mapping[str, Mapping[str, Any]]  # facts that follow from the city in this version
    pieces: tuple[Piece, ...]
    zeros: tuple[int, ...]
    plans: Lookup  # facts -> the Plan of steps whose conditions hold, or None: look closely
    codes: Mapping[str, str]  # line code -> component code, where they differ (split, release)
    # How often each component is in what the plan hands out by milestones.
    waits: Mapping[str, int] = field(default_factory=dict)
    periods: tuple[PeriodRule, ...] = ()  # bonuses on a whole period
    # What counts in a region that sets values of its own, by its code; mostly there are none.
    variants: "Mapping[str, Compiled]" = field(default_factory=dict)
    # The same rules for jobs without extra charges: nothing to pay and nothing to leave out.
    without_charges: "Compiled | None" = None
    # Words by line code that were asked for before.
    said: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def variant_for(self, path: tuple[str, ...] | None) -> "Compiled":
        """Return the rules of the nearest region that sets values, else headquarters'."""
        for code in reversed(path or ()):
            found = self.variants.get(code)
            if found is not None:
                return found
        return self

    def looks_at(self, fact: str) -> bool:
        """Return whether an amount may depend on a fact, here or in a region; a plan's days are none."""
        pieces = [*self.pieces, *(self.without_charges.pieces if self.without_charges else ())]
        return any(
            fact in (each.when.inputs if each.when else ())
            or (fact in each.reads and each.kind != "release")
            for each in pieces
        ) or any(each.looks_at(fact) for each in self.variants.values())

    def component_of(self, line_code: str) -> str:
        """Return the component a line comes from: itself, its split or release, or MAT for MAT2."""
        known = {piece.code for piece in self.pieces}
        if line_code in known:
            return line_code
        return self.codes.get(line_code) or re.sub(r"\d+$", "", line_code)

    def label_of(self, line_code: str) -> str:
        """Return the tenant's short word for a line; remembered, because every line asks."""
        word = self.said.get(line_code)
        if word is None:
            word = self.labels.get(line_code) or self.labels.get(
                self.component_of(line_code), _OWN.get(line_code, line_code)
            )
            self.said[line_code] = word
        return word


_OWN = {AGREED: "约定价", BORNE: "约定价差额"}
"""Lines no rule writes, in the language of the company's papers."""
_compiled: dict[str, Compiled] = {}


def canonical(body: Mapping[str, Any]) -> str:
    """Return the body's canonical JSON: the text that is hashed, stored and compared."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def compiled_before(sha: str) -> Compiled | None:
    """Return the rules whose body has the digest, None when this process has not compiled them."""
    return _compiled.get(sha)


def compile_rules(body: Mapping[str, Any]) -> Compiled:
    """Compile a body, or return the compiled one of an equal body. Raises RulesError with all faults."""
    fraction = first_float(body, "rules")
    if fraction:
        raise RulesError([RuleError(fraction, N_("numbers with a fraction are not allowed"), {})])
    try:
        sha = hashlib.sha256(canonical(body).encode()).hexdigest()
    except TypeError as error:
        reason = N_("only texts, whole numbers, yes/no, lists and tables are allowed: %(reason)s")
        raise RulesError([RuleError("rules", reason, {"reason": str(error)})]) from error
    if sha not in _compiled:
        compiled = _with_regions(body, sha)
        while len(_compiled) >= KEPT:
            _compiled.pop(next(iter(_compiled)), None)  # another thread may have been faster
        _compiled[sha] = compiled
    return _compiled[sha]


def _with_regions(body: Mapping[str, Any], sha: str) -> Compiled:
    """Compile headquarters' rules and, for each region that sets values, the rules there."""
    errors = faults_of(body)
    plain, tables = plain_part(body), _Tables()
    try:
        whole = _compile_twice(plain, sha, tables)
    except RulesError as error:
        raise RulesError([*error.errors, *errors]) from error
    if errors:
        raise RulesError(errors)
    names = body.get(NAMES, {})
    variants: dict[str, Compiled] = {}
    for code, values in own_values(body).items():
        touched = {tuple(split(path)): str(names.get(code, code)) for path in values}
        try:
            variants[code] = _compile_twice(variant_body(body, values), sha, tables, touched)
        except RulesError as error:
            errors += [e._replace(path=f"rules.{OVERRIDES}.{code}: {e.path}") for e in error.errors]
    if errors:
        raise RulesError(errors)
    return replace(whole, variants=variants) if variants else whole


class _Tables:
    """Named tables that were read already: those without charges and of most regions are the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[object, Table]] = {}

    def read(self, section: Section, name: str) -> Table:
        """Return the table of a section; faults are collected where it is read first."""
        key = name, id(section.raw)
        if key not in self._known:
            # Kept with what it was read from, so that the number stands for nothing else meanwhile.
            self._known[key] = section.raw, _table(section, name)
        return self._known[key][1]


def _compile_twice(
    body: Mapping[str, Any], sha: str, tables: _Tables, touched: Touched | None = None
) -> Compiled:
    """Compile for jobs with extra charges, and for the many without: those pay for no look at them."""
    return replace(
        _compile(body, sha, tables, touched),
        without_charges=_compile(body, sha, tables, touched, on_site=False),
    )


def _compile(
    body: Mapping[str, Any], sha: str, tables: _Tables, touched: Touched | None, *,
    on_site: bool = True,
) -> Compiled:  # fmt: skip
    errors: list[RuleError] = []
    top = Section(body, "rules", errors)
    if top.number("format") != FORMAT:
        top.wrong(N_("format %(format)d is needed"), "format", format=FORMAT)
    name, version = top.text("name", ""), top.text("version")
    effective_from = top.text("effective_from")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", effective_from):
        top.wrong(N_("a date such as 2026-01-31 is needed"), "effective_from")
    parties = tuple(top.any("parties") or ())
    sections = top.sections("components")
    sums = top.named("sums")
    own = implied(sections, parties, sums) if on_site else None
    if own is not None:
        sections = [own, *sections]
    codes = _codes(sections, top)
    scope = Scope(
        parties=parties,
        tables={n: tables.read(s, n) for n, s in top.named("tables").items()},
        grids={n: read_grid(s, n) for n, s in top.named("grids").items()},
        sums=sums,
        labels=_labels(sections, sums),
        slots={code: number for number, code in enumerate(codes)},
        touched=touched or {},
        own_charges=codes[0] if own is not None else "",
        leaves_out=on_site,
    )
    places = {city: section.raw for city, section in top.named("places").items()}
    periods = read_periods(top, parties)
    top.any("note", "")
    top.done()
    for clash in set(sums) & set(codes):
        top.wrong(N_("%(name)s is both a component and a sum"), "sums", name=clash)
    for section in sections:
        _component(section, scope)
    if not sections:
        top.wrong(N_("a rule set needs components"), "components")
    for sum_section in sums.values():
        sum_section.any("of")
        sum_section.done()
    if sum(piece.kind == "release" for piece in scope.pieces) > 1:
        top.wrong(N_("only one release is possible"), "components")
    if errors:
        raise RulesError(errors)
    return Compiled(
        name=name,
        version=version,
        effective_from=effective_from,
        sha=sha,
        parties=parties,
        labels=scope.labels,
        places=places,
        pieces=tuple(scope.pieces),
        zeros=(0,) * len(scope.slots),
        plans=plan_lookup(scope.pieces),
        codes=_owners(sections),
        waits={code: scope.waits[n] for n, code in enumerate(codes) if scope.waits[n]},
        periods=periods,
    )


def _table(section: Section, name: str) -> Table:
    table = read_table(section, name)
    if not table.rows:
        section.wrong(N_("a table needs rows"), "rows")
    section.done()
    return table


def _component(section: Section, scope: Scope) -> None:
    part = Part(section, scope)
    kind: Callable[[Part], Step] | None = KINDS.get(part.kind)
    if kind is None:
        known = ", ".join(KINDS)
        section.wrong(N_("%(kind)r is none of: %(known)s"), "kind", kind=part.kind, known=known)
        return
    step = kind(part)
    if part.mode == "multiply" and part.kind not in RATED:
        section.wrong(N_("only a rate can multiply"), "mode")
    if part.adjust is not None and part.kind in WHOLE:
        section.wrong(N_("bounds and the mode max do not work with %(kind)s"), kind=part.kind)
    if not part.party and part.kind != "split":
        section.wrong(N_("the field %(key)s is missing"), key="party")
    section.done()
    scope.pieces.append(
        Piece(
            part.code, part.party or next(iter(scope.parties), ""), part.kind, part.slot, step,
            tuple(part.needs), tuple(dict.fromkeys(part.reads)), part.when, part.skip_unknown,
        )
    )  # fmt: skip
    scope.ready.add(part.code)


def _codes(sections: list[Section], top: Section) -> list[str]:
    codes: list[str] = []
    for section in sections:
        code = section.text("code")
        if code in codes:
            top.wrong(N_("the code %(code)s is used twice"), "components", code=code)
        elif not re.fullmatch(r"[A-Z][A-Z0-9_]{0,15}", code):
            section.wrong(N_("a code is 1 to 16 capital letters and digits"), "code")
        codes.append(code)
    return list(dict.fromkeys(codes))


def _inner(section: Section) -> list[Mapping[str, Any]]:
    rows = [*section.raw.get("shares", ()), *section.raw.get("milestones", ())]
    return [row for row in rows if isinstance(row, Mapping)]


def _labels(sections: list[Section], sums: Mapping[str, Section]) -> dict[str, str]:
    labels = {name: section.text("label", name) for name, section in sums.items()}
    for section in sections:
        for row in (section.raw, *_inner(section)):
            labels[str(row.get("code"))] = str(row.get("label", row.get("code")))
    return labels


def _owners(sections: list[Section]) -> dict[str, str]:
    return {str(r.get("code")): str(s.raw["code"]) for s in sections for r in _inner(s)}

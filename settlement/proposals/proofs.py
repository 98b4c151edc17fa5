"""What is proved of rules before they are published; the result is stored with the version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.models import ServiceItem
from network.models import OrgUnit, Region
from settlement.engine.lint import check_rules, unsaid_rework
from settlement.engine.proving.finding import FAULT, GAP, Finding
from settlement.engine.regional import own_values, plain_part, variant_body
from settlement.engine.rules import compile_rules
from settlement.engine.words import percent
from settlement.proposals.rail_jobs import gaps_beyond
from settlement.rulebook.size import MOST_CONDITIONS, cases_in, count_conditions
from settlement.services.ground import ground_of
from settlement.services.parties import unpayable
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from settlement.models import RuleSet, RuleSetVersion
    from settlement.proposals.guard_rail import Gap

_STAMP = ("version", "effective_from")
HIGHEST_COEFFICIENT_BP = 100_000
"""Ten times: beyond it somebody probably typed one zero too many."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Findings of every check: faults forbid publishing, warnings are remarks.

    `odd` are factors an approver has to confirm, `uncovered` cases without a row or a bracket, which
    are confirmed one by one, `gaps` what differs so much between regions that it
    needs a written reason.
    """

    faults: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    odd: tuple[Finding, ...] = ()
    uncovered: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    conditions: int = 0
    limit_bp: int = 0


def faults_of(body: Mapping[str, Any], rule_set: RuleSet) -> tuple[Finding, ...]:
    """Return what forbids publishing a body, without comparing what regions pay."""
    return _checked(body, rule_set).faults


def prove(body: Mapping[str, Any], rule_set: RuleSet) -> Proofs:
    """Run every check over a whole body; a handful of queries for the codes that exist.

    Regions are compared only where nothing forbids publishing: faulty rules pay nobody.
    """
    proofs = _checked(body, rule_set)
    if proofs.faults:
        return proofs
    latest = latest_version(rule_set)
    return replace(proofs, gaps=compared(body, proofs.limit_bp, latest.body if latest else None))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What regions are compared by; equal when every value in it is."""

    text: str
    limit_bp: int
    body: Mapping[str, Any] = field(compare=False)
    before: Mapping[str, Any] | None = field(compare=False)


def compared(
    body: Mapping[str, Any], limit_bp: int, before: Mapping[str, Any] | None
) -> tuple[Gap, ...]:
    """Return `gaps_beyond`, computed once for the same rules.

    Reading a proposal, and publishing what was read, compare the same rules again; with values of
    237 regions that takes seconds. The result depends on nothing else: no company, no language,
    no number and first day of a version.
    """
    text = json.dumps((_without(body, _STAMP), before), sort_keys=True)
    return _compared(_Asked(text, limit_bp, body, before))


@lru_cache(maxsize=16)
def _compared(asked: _Asked) -> tuple[Gap, ...]:
    return tuple(gaps_beyond(asked.body, asked.limit_bp, asked.before))


def _checked(body: Mapping[str, Any], rule_set: RuleSet) -> Proofs:
    conditions = count_conditions(body)
    limit_bp = rule_set.guard_rail_bp
    if conditions >= MOST_CONDITIONS:
        found = _finding(
            FAULT, "rules", gettext_noop("%(n)d conditions are too many"), n=conditions
        )
        return Proofs(faults=(found,), conditions=conditions, limit_bp=limit_bp)
    findings = check_rules(body, ground_of(rule_set.industry))
    if not any(found.level == FAULT for found in findings):
        findings = [*findings, *unsaid_rework(body)]
    latest = latest_version(rule_set)
    faults = [found for found in findings if found.level == FAULT]
    if not faults:
        faults += [*_strangers(body), *_vanished(body), *_same(body, latest)]
    return Proofs(
        faults=tuple(faults),
        warnings=tuple(found for found in findings if found.level not in (FAULT, GAP)),
        odd=tuple(_odd(body)),
        uncovered=tuple(found for found in findings if found.level == GAP),
        conditions=conditions,
        limit_bp=limit_bp,
    )


def _strangers(body: Mapping[str, Any]) -> Iterator[Finding]:
    for name in unpayable(compile_rules(body).parties):
        yield _finding(
            FAULT, "rules.parties", gettext_noop("nobody can be paid as %(name)s"), name=name
        )


_WORD = {
    "service_item": gettext_noop("service item"),
    "region": gettext_noop("region"),
    "branch": gettext_noop("branch"),
    "outlet": gettext_noop("outlet"),
}


def _vanished(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Conditions on items, regions and units that do not exist (any more), and their overrides."""
    used: dict[str, dict[str, str]] = {}
    for spot, case in cases_in(body):
        for fact, cell in case.items():
            kind = {"region_path": "region", "city": "region", "home_branch": "branch"}.get(
                fact, fact
            )
            if kind in _WORD:
                for code in cell if isinstance(cell, list) else [cell]:
                    if isinstance(code, str) and code not in ("-", "") and "(" not in code:
                        used.setdefault(kind, {}).setdefault(code, spot)
    for code in own_values(body):
        used.setdefault("region", {}).setdefault(code, f"rules.overrides.{code}: rules")
    for kind, codes in used.items():
        known = _existing(kind, list(codes))
        for code, spot in codes.items():
            if code not in known:
                message = gettext_noop("the %(kind)s %(code)s does not exist (any more)")
                yield _finding(FAULT, spot, message, kind=_(_WORD[kind]), code=code)


def _existing(kind: str, codes: list[str]) -> set[str]:
    if kind == "service_item":
        found = ServiceItem.objects.filter(code__in=codes)
        return set(found.values_list("code", flat=True))
    if kind == "region":
        return set(Region.objects.filter(code__in=codes).values_list("code", flat=True))
    return set(OrgUnit.objects.filter(code__in=codes).values_list("code", flat=True))


def _same(body: Mapping[str, Any], latest: RuleSetVersion | None) -> Iterator[Finding]:
    """Nothing to publish: the rules of the version published last, whatever number they bear."""
    same_day = latest and latest.effective_from.isoformat() == body.get("effective_from")
    if latest and same_day and _without(latest.body, _STAMP) == _without(body, _STAMP):
        message = gettext_noop("nothing differs from the version %(number)s")
        yield _finding(FAULT, "rules", message, number=latest.number)


def _without(body: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}


def _odd(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Factors of nothing, below nothing, or of more than ten times, at headquarters and in regions."""
    seen: set[tuple[str, int]] = set()
    for values in ({}, *own_values(body).values()):
        for spot, row, factor_bp in _factors(
            variant_body(body, values) if values else plain_part(body)
        ):
            if (0 < factor_bp <= HIGHEST_COEFFICIENT_BP) or (f"{spot}/{row}", factor_bp) in seen:
                continue
            seen.add((f"{spot}/{row}", factor_bp))
            message = gettext_noop("%(row)s: the factor is %(factor)s")
            yield _finding("confirm", spot, message, row=row, factor=percent(factor_bp, 10_000))


def _factors(body: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    sections = [(f"rules.tables.{n}", t, "coef_bp") for n, t in body.get("tables", {}).items()]
    for number, part in enumerate(body.get("components", [])):
        if isinstance(part, Mapping) and part.get("kind") == "coefficient":
            sections.append((f"rules.components[{number}]", part, "rate_bp"))
    for spot, section, column in sections:
        for row in (section, *section.get("rows", [])) if isinstance(section, Mapping) else ():
            value = row.get(column) if isinstance(row, Mapping) else None
            if type(value) is int:
                yield spot, str(row.get("label") or row.get("id") or row.get("code") or ""), value


def _finding(level: str, path: str, message: str, **params: object) -> Finding:
    return Finding(level, path, message, params, {})

"""Lines of a settlement as people read them: a short note, and the formula with its real numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.selectors import grades
from catalog.selectors import active_items
from catalog.selectors import materials as materials_in_use
from common import formatting
from common.svg import Step, few_steps
from network.tiers import tier_names
from settlement.engine.currency import paid_words
from settlement.engine.difference import Difference, difference, explain_difference
from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.facts import restored
from settlement.engine.near import NearMiss, explain_near, near_misses
from settlement.engine.result import Line
from settlement.engine.sources import sources
from settlement.engine.words import charge_word, decimal, fact_word, measured
from settlement.services.rules_in_force import compiled
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from settlement.engine.facts import JobFacts
    from settlement.engine.result import Outcome
    from settlement.models import Estimate, RuleSetVersion, Settlement, SettlementLine

INSTALLER = "installer"
MOST_NEAR = 6
"""More possibilities than this are a list nobody reads."""
ANYBODY = gettext_noop("the office")
SUPPLIED_BY = {
    "no_price": gettext_noop("finance, in the rules"),
    "no_rule": gettext_noop("finance, in the rules"),
    "rating_x10": gettext_noop("the installer's customers, once five of them were called"),
    "review_x10": gettext_noop("the customer, after the follow-up call"),
    "rain": gettext_noop("the dispatcher, on the work order"),
    "fuel_change_bp": gettext_noop("finance, as a recorded fact"),
    "visits": gettext_noop("the installer, by check-in and completion"),
    "materials": gettext_noop("the installer, on the phone"),
    "distance_m": gettext_noop("the dispatcher, by placing the address"),
    "floor": gettext_noop("the dispatcher, on the work order"),
    "paid_fen": gettext_noop("finance, as an exchange rate"),
}
_BETWEEN = "; "  # what the engine puts between the sentences of a line


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line made readable; `why` are sentences, amounts whole fen."""

    code: str
    label: str
    note: str
    amount_fen: int
    why: tuple[str, ...]
    provisional: bool
    party_role: str
    payee: str
    seq: int = 0
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """What one component adds to (or takes from) the estimate, and because of what."""

    label: str
    estimated_fen: int
    settled_fen: int
    diff_fen: int
    causes: str


def shown_lines(lines: Iterable[SettlementLine]) -> list[ShownLine]:
    """Return stored lines as people read them; three queries for names."""
    rows = list(lines)
    names = code_names()
    facts = {row.settlement_id: row.settlement for row in rows}
    known = {pk: restored(settlement.facts) for pk, settlement in facts.items()}
    return [
        ShownLine(
            code=row.code,
            label=row.label,
            note=note_of(engine_line(row), names),
            amount_fen=row.amount_fen,
            why=why_of(engine_line(row), names, known[row.settlement_id]),
            provisional=row.provisional,
            party_role=row.party_role,
            payee=row.payee.name if row.payee else "",
            seq=row.seq,
            pk=row.pk,
        )
        for row in rows
    ]


def bars_of(lines: Iterable[ShownLine], most: int) -> list[Step]:
    """Return the lines as bars of a picture, the smallest of too many together."""
    steps = [Step(line.label, line.amount_fen) for line in lines]
    return few_steps(steps, most=most, other=_("Other"))


def engine_line(row: SettlementLine) -> Line:
    """Return a stored line as the engine wrote it."""
    return Line(
        row.seq, row.code, row.party_role, row.rule, row.base_fen, row.rate_num, row.rate_den,
        row.amount_fen, row.because,
    )  # fmt: skip


def why_of(line: Line, names: Mapping[str, Mapping[str, str]], facts: JobFacts) -> tuple[str, ...]:
    """Return everything that is said of a line: its formula, and where its facts come from.

    The one text of a line: phone, desk, disputes and their reports show what this returns.
    """
    return (
        *reasons(line, names), *sources(line, facts, _, names), *_paid_abroad(line, facts),
        *_proof(line), *_who_can_say(line),
    )  # fmt: skip


def _paid_abroad(line: Line, facts: JobFacts) -> Iterator[str]:
    """The original amount and rate behind a share of what a customer paid in another currency."""
    of = line.because.get("of", ())
    shares = "paid_fen" in of or (of and line.party != INSTALLER)
    if facts.paid_in and (shares or "paid_fen" in line.because.get("unknown", ())):
        yield paid_words(facts.paid_in, _)


def _proof(line: Line) -> Iterator[str]:
    """The photo that proves an extra charge."""
    if "photo" in line.because:
        yield _("Proof: photo no. %(n)s of the work order") % {"n": line.because["photo"]}


def _who_can_say(line: Line) -> Iterator[str]:
    """For each missing fact who can supply it."""
    for name in line.because.get("unknown", ()):
        words = {"fact": fact_word(str(name), _), "who": _(SUPPLIED_BY.get(str(name), ANYBODY))}
        yield _("%(fact)s: to be supplied by %(who)s") % words


@dataclass(frozen=True, slots=True)
class ShownNear:
    """One other fact that would have brought more, as a sentence."""

    sentence: str
    gain_fen: int


def shown_near_misses(settlement: Settlement, *, who: int | None = None) -> list[ShownNear]:
    """Return why a settlement did not bring its installer more, the largest gain first.

    `who` is one of several people who share it.
    """
    version, names = settlement.version, code_names()
    facts = restored(settlement.facts)
    found = near_misses(compiled(version), version.body, facts, who=who)
    return [
        ShownNear(explain_near(_with_names(miss, names), _), miss.gain_fen)
        for miss in found[:MOST_NEAR]
    ]


def _with_names(miss: NearMiss, names: Mapping[str, Mapping[str, str]]) -> NearMiss:
    if miss.fact not in names:
        return miss
    return miss._replace(
        has=_named(miss.fact, miss.has, names), needs=_named(miss.fact, miss.needs, names)
    )


def reasons(line: Line, names: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return the sentences of a line, with names instead of codes."""
    because = dict(line.because)
    if "facts" in because:
        because["facts"] = {
            fact: _named(fact, value, names) for fact, value in because["facts"].items()
        }
    if "material" in because:
        because["material"] = _named("materials", because["material"], names)
    return tuple(explain(line._replace(because=because), _).split(_BETWEEN))


def note_of(line: Line, names: Mapping[str, Mapping[str, str]]) -> str:
    """Return the few words that stand beside a line's label."""
    why = line.because
    if "unknown" in why:
        return _("not final yet")
    if "material" in why:
        quantity = decimal(line.rate_num or 0, line.rate_den or 1)
        return f"{_named('materials', why['material'], names)} × {quantity}"
    if "charge" in why:
        return charge_word(str(why["charge"]), _)
    if why.get("how") == "window":
        return formatting.duration(int(why.get("minutes", 0)))
    if why.get("fact") == "distance_m" and "value" in why:
        return formatting.km(int(why["value"]))
    if "value" in why:
        return measured(str(why["fact"]), int(why["value"]))
    if why.get("how") == "per_unit" and why.get("fact") == "distance_m":
        return formatting.km(line.rate_num)
    return str(why.get("tier") or why.get("label") or "")


def code_names() -> dict[str, Mapping[str, str]]:
    """Return the names of codes by fact, for items, grades, materials, sites, levels, channels."""
    return {
        "service_item": dict(active_items().values_list("code", "name")),
        "grade": dict(grades().values_list("code", "name")),
        "materials": dict(materials_in_use().values_list("code", "name")),
        "site_kind": {value: str(label) for value, label in WorkOrder.SiteKind.choices},
        **tier_names(),
        "channel": {"youzan": _("Youzan"), "tmall": _("Tmall"), "taobao": _("Taobao")},
    }  # fmt: skip


def _named(fact: str, value: Any, names: Mapping[str, Mapping[str, str]]) -> Any:
    known = names.get(fact, {})
    if isinstance(value, list):
        return [known.get(str(each), str(each)) for each in value]
    return value if isinstance(value, bool) else known.get(str(value), value)


def outcome_of(record: Settlement | Estimate) -> Outcome:
    """Compute a stored settlement or estimate again from its own facts and rules."""
    return settle(compiled(record.version), restored(record.facts))


def difference_to_estimate(
    settlement: Settlement, *, who: int | None = None
) -> list[ShownDifference]:
    """Return what changed since the estimate, the largest first; empty without an estimate.

    `who` is one of several people who share the settlement.
    """
    if settlement.estimate is None:
        return []
    rules = compiled(settlement.version)
    found = difference(rules, outcome_of(settlement.estimate), outcome_of(settlement), who=who)
    return [_shown(entry) for entry in sorted(found, key=lambda each: -abs(each.diff_fen))]


def _shown(entry: Difference) -> ShownDifference:
    return ShownDifference(
        label=entry.label,
        estimated_fen=entry.estimated_fen,
        settled_fen=entry.settled_fen,
        diff_fen=entry.diff_fen,
        causes=explain_difference(entry, _, _("rule")),
    )


def rule_words(version: RuleSetVersion) -> str:
    """Return which rules counted, for the foot of a slip."""
    words = _("%(name)s, version %(number)s, in force from %(day)s")
    return words % {
        "name": version.rule_set.name,
        "number": version.number,
        "day": version.effective_from.isoformat(),
    }

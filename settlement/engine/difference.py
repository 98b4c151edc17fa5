"""Why the settled amount differs from the estimate: by component, with the facts that changed."""

from typing import Any, NamedTuple

from settlement.engine.facts import FACT_KINDS, JobFacts
from settlement.engine.result import Outcome
from settlement.engine.rules import Compiled
from settlement.engine.words import Translate, fact_word

RULE = "rule"


class Difference(NamedTuple):
    """One component whose money changed: names of the facts that changed, or `rule`."""

    code: str
    label: str
    party: str
    estimated_fen: int
    settled_fen: int
    causes: tuple[str, ...]

    @property
    def diff_fen(self) -> int:
        """What was added to the estimate (negative: taken away)."""
        return self.settled_fen - self.estimated_fen


def difference(
    rules: Compiled,
    estimate: Outcome,
    settled: Outcome,
    party: str = "installer",
    who: int | None = None,
) -> tuple[Difference, ...]:
    """Return the components of one party whose amounts differ; their diffs add up to the whole.

    `rules` are those the order was settled with; `who` looks at one of several people alone.
    """
    before = by_component(rules, estimate, party, who)
    after = by_component(rules, settled, party, who)
    changed = {n for n in _names(estimate.facts, settled.facts) if _differs(n, estimate, settled)}
    reads = _reads(rules)
    found = []
    for code in dict.fromkeys([*after, *before]):
        was, now = before.get(code, 0), after.get(code, 0)
        if was == now:
            continue
        causes = sorted(changed & reads.get(code, frozenset()))
        if who is not None and "crew" in changed:
            causes.append("crew")
        if "item_part" in changed:
            causes.append("item_part")
        if estimate.rules_sha != settled.rules_sha:
            causes.append(RULE)
        found.append(Difference(code, rules.label_of(code), party, was, now, tuple(causes)))
    return tuple(found)


def explain_difference(entry: Difference, translate: Translate, rule_word: str) -> str:
    """Return the causes as words, separated by commas; `rule_word` is the reader's word for a rule."""
    words = [rule_word if n == RULE else fact_word(n, translate) for n in entry.causes]
    return translate(", ").join(words)


def by_component(
    rules: Compiled, outcome: Outcome, party: str, who: int | None = None
) -> dict[str, int]:
    """Return a party's fen by component; `who` leaves the shares of others out."""
    amounts: dict[str, int] = {}
    for line in outcome.lines:
        if line.party == party and (who is None or line.who in (None, who)):
            code = rules.component_of(line.code)
            amounts[code] = amounts.get(code, 0) + line.amount_fen
    return amounts


def _reads(rules: Compiled) -> dict[str, frozenset[str]]:
    """Facts each component depends on, through everything it is based on."""
    by_slot: dict[int, frozenset[str]] = {}
    by_code: dict[str, frozenset[str]] = {}
    for piece in rules.pieces:
        names = set(piece.reads)
        for slot in piece.needs:
            names |= by_slot.get(slot, frozenset())
        by_slot[piece.slot] = frozenset(names)
        if piece.code:
            by_code[piece.code] = frozenset(names)
    return by_code


def _names(*facts: JobFacts) -> list[str]:
    own = {f"extra.{key}" for one in facts for key in one.extra}
    return [*FACT_KINDS, "visits", "materials", "charges", "crew", "first_crew", "item_part", *own]


def _value(facts: JobFacts, name: str) -> Any:
    return facts.extra.get(name[6:]) if name.startswith("extra.") else getattr(facts, name)


def _differs(name: str, one: Outcome, two: Outcome) -> bool:
    return bool(_value(one.facts, name) != _value(two.facts, name))

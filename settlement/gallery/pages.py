"""The gallery as its pages show it: cards by trade, and one template in words and figures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from settlement.engine.evaluate import settle
from settlement.engine.facts import FACT_KINDS
from settlement.engine.rules import compile_rules
from settlement.engine.words import fact_word
from settlement.explaining import code_names
from settlement.gallery.reading import Template, templates
from settlement.rule_examples import ExampleLine, example_lines
from settlement.rule_sheets import BodyShown, body_shown, party_word, value_word

if TYPE_CHECKING:
    from settlement.engine.result import Outcome

BAR = 1000  # how wide the bar of shares is, in its own units
LABELS_SHOWN = 6
_UNSAID = {
    "paid_fen",
    "stages",
    "visits",
    "materials",
    "charges",
    "charged_fen",
    "empty_trip",
    "refunded",
}


@dataclass(frozen=True, slots=True)
class Share:
    """What a party gets of the example's money, and where its piece of the bar lies."""

    party: str
    role: str
    amount_fen: int
    at: int
    width: int


@dataclass(frozen=True, slots=True)
class Card:
    """One template in the gallery."""

    template: Template
    labels: tuple[str, ...]
    paid_fen: int
    installer_fen: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """The templates of a trade."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One template: its rules in words, and its example line by line."""

    template: Template
    body: BodyShown
    facts: tuple[tuple[str, str], ...]
    lines: tuple[ExampleLine, ...]
    shares: tuple[Share, ...]
    total_fen: int


def gallery() -> list[Trade]:
    """Return all templates by trade, each with what its example gives to whom."""
    grouped = groupby(templates(), key=lambda each: each.trade)
    return [Trade(name, tuple(_card(each) for each in found)) for name, found in grouped]


def template_shown(template: Template) -> Shown:
    """Return one template with its example, computed by the engine as any order is."""
    rules, names = compile_rules(template.body), code_names()
    outcome = settle(rules, template.facts)
    plain = {name: _listed(value) for name, value in template.facts.plain().items()}
    facts = [
        (fact_word(name, _), value_word(name, plain[name], names))
        for name in FACT_KINDS
        if plain.get(name) is not None and name not in _UNSAID and plain[name] not in (False, [])
    ]
    return Shown(
        template=template,
        body=body_shown(template.body, rules.labels, names),
        facts=tuple(facts),
        lines=example_lines(rules, outcome, names),
        shares=_shares(outcome),
        total_fen=outcome.total_fen,
    )


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _card(template: Template) -> Card:
    outcome = settle(compile_rules(template.body), template.facts)
    labels = [str(part.get("label", part["code"])) for part in template.body["components"]]
    return Card(
        template=template,
        labels=tuple(labels[:LABELS_SHOWN]),
        paid_fen=outcome.total_fen,
        installer_fen=outcome.totals.get("installer", 0),
        shares=_shares(outcome),
    )


def _shares(outcome: Outcome) -> tuple[Share, ...]:
    """Each party's part; the bar shows what is positive, in proportion."""
    whole = sum(fen for fen in outcome.totals.values() if fen > 0) or 1
    at = 0
    found = []
    for role, fen in outcome.totals.items():
        width = max(0, fen) * BAR // whole
        found.append(Share(party_word(role), role.partition(":")[0], fen, at, width))
        at += width
    return tuple(found)

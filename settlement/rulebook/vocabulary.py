"""The words of the editor: facts, parties, names of codes, what a row of a table may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from network.models import OrgUnit, Region
from settlement.engine.facts import FACT_KINDS, fact_kind
from settlement.engine.stages import STAGE_WORDS
from settlement.engine.tables import MATERIAL
from settlement.engine.words import FACT_WORDS, fact_word
from settlement.explaining import code_names
from settlement.rule_sheets import output_word
from settlement.rulebook.payee_words import party_words
from workorders.milestones import released_milestones

Names = Mapping[str, Mapping[str, str]]
# Facts a rule may look at, but no person would: they say where another fact comes from.
HIDDEN = {"done_on", "fuel_source", "rain_source", "distance_estimated", "refunded"}
OUTPUTS = ("amount_fen", "rate_bp", "coef_bp", "allowance_fen")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What codes and facts are called; read once a request."""

    names: Names
    facts: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)

    def fact_of(self, typed: str) -> str | None:
        """Return the fact a person named, by its word or its own name; None for none."""
        wanted = typed.strip()
        for fact, word in self.facts.items():
            if wanted.casefold() in (word.casefold(), fact):
                return fact
        return wanted if fact_kind(wanted) else None

    def word(self, fact: str) -> str:
        """Return a fact's word."""
        return self.facts.get(fact) or fact_word(fact, _)


def vocabulary() -> Vocabulary:
    """Return the words of the active company in the active language; eight queries."""
    facts = {
        name: fact_word(name, _)
        for name in FACT_WORDS
        if (name in FACT_KINDS or name == "cross_branch") and name not in HIDDEN
    }
    facts["region_path"] = _("region at any level")
    return Vocabulary(all_names(), facts, party_words())


def all_names() -> dict[str, Mapping[str, str]]:
    """Return the names of all codes by fact."""
    units = {code: name for code, name in OrgUnit.objects.values_list("code", "name") if code}
    regions = dict(Region.objects.values_list("code", "name"))
    known = code_names()
    return {
        **known, MATERIAL: known["materials"],
        "branch": units, "home_branch": units, "outlet": units,
        "region": regions, "region_path": regions,
        "season": {
            "spring": _("spring"), "summer": _("summer"),
            "autumn": _("autumn"), "winter": _("winter"),
        },
        "stages": milestone_words(),
    }  # fmt: skip


def stage_words() -> dict[str, str]:
    """Return the milestones every order reaches."""
    return {stage: _(word) for stage, word in STAGE_WORDS.items()}


def milestone_words() -> dict[str, str]:
    """Return the milestones money can wait for: the usual ones, and those that flows release."""
    return {name: name for name in released_milestones()} | stage_words()


def column_word(key: str) -> str:
    """Return the heading of an output column."""
    if key == "allowance_fen":
        return _("allowance")
    return _("shares") if key == "shares_bp" else output_word(key)

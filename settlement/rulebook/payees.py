"""Whom rules can pay, as a list to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.result import WORKER
from settlement.rule_sheets import party_word
from settlement.rulebook.entries import Entry

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary


def party_options(
    words: Vocabulary, declared: Sequence[str], chosen: str = ""
) -> list[tuple[str, str]]:
    """Return the payees to choose from: those the rules name first, none that is named lost."""
    roles = dict.fromkeys([*declared, *words.parties, *([chosen] if chosen else [])])
    return [(role, words.parties.get(role) or party_word(role)) for role in roles]


def party_entry(raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary) -> Entry:
    """Return the entry of who gets a component's line."""
    chosen = str(raw.get("party", ""))
    options = party_options(words, body.get("parties", []), chosen)
    if raw["kind"] == "release":
        # Nobody else's money waits; a payee of a draft of before stays to be seen with its fault.
        options = [each for each in options if each[0] in (WORKER, chosen)]
    return Entry("party", _("For"), "select", chosen, [("", _("choose")), *options])

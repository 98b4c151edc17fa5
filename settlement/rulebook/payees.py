"""Whom rules can pay, as a list to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.rule_sheets import party_word
from settlement.rulebook.entries import Entry
from settlement.services.parties import LONGEST, ROLES, SUPPLIER, UNIT, single_units, suppliers

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

MOST_UNITS = 200
"""Units offered by name, the highest first; beyond them nobody finds one in a list."""


def party_words() -> dict[str, str]:
    """Return whom rules can pay: the roles of an order, then suppliers and units by their names."""
    words = {role: party_word(role) for role in ROLES}
    for code, name in suppliers().exclude(code="").order_by("name").values_list("code", "name"):
        words[f"{SUPPLIER}{code}"] = _("supplier %(code)s") % {"code": name}
    units = single_units().filter(is_active=True).order_by("path")
    for code, name in units.values_list("code", "name")[:MOST_UNITS]:
        words[f"{UNIT}{code}"] = _("always %(unit)s") % {"unit": name}
    return {role: word for role, word in words.items() if len(role) <= LONGEST}


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
    return Entry("party", _("For"), "select", chosen, [("", _("choose")), *options])

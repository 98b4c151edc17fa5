"""The forms of a named sum and of the rule set as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.rulebook.entries import Entry, Posted, put
from settlement.rulebook.payees import party_options
from settlement.rulebook.terms import labels_of, read_terms, terms_entry, usable
from settlement.rulebook.typed import TypedError
from settlement.services.parties import SUPPLIER, UNIT

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

Raw = dict[str, Any]
ALWAYS = (SUPPLIER, UNIT)


def sum_entries(
    name: str, raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary
) -> list[Entry]:
    """Return the form of a named sum."""
    names = [each for each in usable(body, None, name) if each != name]
    labels = labels_of(body, words)
    return [
        Entry("label", _("Name"), "text", str(raw.get("label", ""))),
        terms_entry("of", _("Sum of"), raw.get("of"), names, labels, words),
    ]


def read_sum(raw: Mapping[str, Any], posted: Posted) -> Raw:
    """Return a sum as it was posted."""
    new = dict(raw)
    if posted.has("label"):
        put(new, "label", posted.text("label"))
    read_terms(new, "of", posted)
    new.setdefault("of", [])
    return new


def general_entries(
    body: Mapping[str, Any], words: Vocabulary, posted: Posted | None = None
) -> list[Entry]:
    """Return the form of what holds for the whole rule set."""
    chosen = [str(each) for each in body.get("parties", [])]
    payees = party_options(words, [*words.parties, *chosen])
    rare = [each for each in payees if each[0].startswith(ALWAYS) and each[0] not in chosen]
    entries = [
        Entry("name", _("Name"), "text", str(body.get("name", ""))),
        Entry("version", _("Version"), "text", str(body.get("version", ""))),
        Entry("effective_from", _("In force from"), "date", str(body.get("effective_from", "")),
              help=_("Jobs completed from this day on; the day counts in China's time")),
        Entry("parties", _("Who gets money"), "checks", chosen,
              [each for each in payees if each not in rare], extra={"folded": rare}),
        Entry("note", _("Note"), "area", str(body.get("note", ""))),
    ]  # fmt: skip
    for entry in entries if posted else ():
        if posted and entry.name in posted.errors:
            entry.error, entry.value = posted.errors[entry.name], posted.post[entry.name]
    return entries


def read_general(body: Raw, posted: Posted, words: Vocabulary) -> None:
    """Write what was posted into the top of the body."""
    if posted.has("name"):
        put(body, "name", posted.text("name"))
    if posted.has("version"):
        put(body, "version", posted.text("version", 20))
    if day := posted.read("effective_from", _day):
        body["effective_from"] = day
    if posted.has("parties_shown"):
        chosen = posted.all("parties")
        known = [*body.get("parties", []), *words.parties]
        body["parties"] = [party for party in dict.fromkeys(known) if party in chosen]
    if posted.has("note"):
        put(body, "note", posted.text("note", 500))


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise TypedError(_("Enter a date such as 2026-01-31")) from error
    if not 2000 <= day.year <= 2100:
        raise TypedError(_("Enter a date such as 2026-01-31"))
    return day.isoformat()

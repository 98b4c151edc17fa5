"""The form of a bonus on a whole period: who gets it, what is counted, and its brackets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import formatting
from settlement.engine.money import share_fen
from settlement.rule_sheets import party_word
from settlement.rulebook.entries import Entry, Posted, put
from settlement.rulebook.kinds import CHOICES
from settlement.rulebook.row_lists import list_entry, read_list
from settlement.rulebook.typed import WHOLE_BP, unit_of_fact

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

Raw = dict[str, Any]
EACH, RATE = "each_fen", "rate_bp"
FACTS = {"orders": "period_orders", "amount": "period_fen"}
_STEP = {"orders": 10, "amount": 100_000}


def fresh_bonus(code: str, party: str) -> Raw:
    """Return a bonus to begin with: per job, from the tenth job of the period on."""
    return {
        "code": code, "label": _("Bonus of the period"), "party": party, "measure": "orders",
        "mode": "volume", "brackets": [{"from": 10, EACH: 500}],
    }  # fmt: skip


def bonus_entries(
    raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary, posted: Posted | None
) -> list[Entry]:
    """Return the form of a bonus; a worked example stands under its brackets."""
    parties = [str(each) for each in body.get("parties", [])]
    brackets = list_entry("brackets", _("Brackets"), _as_list(raw), body, words, posted)
    brackets.help = _examples(raw)
    return [
        Entry("label", _("Name"), "text", str(raw.get("label", ""))),
        Entry("party", _("For"), "select", raw.get("party", ""),
              [(role, words.parties.get(role) or party_word(role)) for role in parties]),
        Entry("measure", _("What is measured"), "select", raw.get("measure", ""), _measures()),
        Entry("gives", _("A bracket gives"), "select", _gives(raw), _ways()),
        Entry("mode", _("How brackets count"), "select", raw.get("mode", ""),
              [(key, str(word)) for key, word in CHOICES["scheme"]]),
        brackets,
        Entry("code", _("Code"), "text", str(raw.get("code", "")),
              help=_("Capital letters and digits; lines on slips go by it")),
    ]  # fmt: skip


def read_bonus(raw: Mapping[str, Any], body: Mapping[str, Any], posted: Posted) -> Raw:
    """Return a bonus as it was posted; thresholds of another measure begin anew."""
    new = dict(raw)
    if posted.has("label"):
        put(new, "label", posted.text("label"))
    if posted.has("code") and posted.text("code", 20):
        new["code"] = posted.text("code", 20)
    new["party"] = posted.choice("party", body.get("parties", []), str(raw.get("party", "")))
    new["measure"] = posted.choice("measure", tuple(FACTS), str(raw.get("measure", "orders")))
    new["mode"] = posted.choice("mode", ("volume", "graduated"), str(raw.get("mode", "volume")))
    shaped = {"gives": posted.choice("gives", (EACH, RATE), _gives(raw))}
    shaped["measure"] = FACTS[new["measure"]]
    read_list("brackets", shaped, _as_list(raw), posted)
    rows = shaped.get("brackets", raw.get("brackets", []))
    if new["measure"] != raw.get("measure"):
        step = _STEP[new["measure"]]
        rows = [{**row, "from": at * step} for at, row in enumerate(rows, start=1)]
    new["brackets"] = [dict(row) for row in rows]
    return new


def _as_list(raw: Mapping[str, Any]) -> Raw:
    """The bonus as the list of brackets reads it: a measured fact, and what a row gives."""
    measure = FACTS.get(str(raw.get("measure")), FACTS["orders"])
    return {"gives": _gives(raw), "measure": measure, "brackets": list(raw.get("brackets", []))}


def _gives(raw: Mapping[str, Any]) -> str:
    rows: Sequence[Mapping[str, Any]] = raw.get("brackets", ())
    return RATE if rows and RATE in rows[0] else EACH


def _measures() -> list[tuple[str, str]]:
    return [("orders", _("orders of the period")), ("amount", _("earnings of the period"))]


def _ways() -> list[tuple[str, str]]:
    return [(EACH, _("an amount per job")), (RATE, _("a rate of the earnings"))]


def _examples(raw: Mapping[str, Any]) -> str:
    """What each threshold brings where it can be said: the bracket's own measure is what it pays."""
    rows, by_job = list(raw.get("brackets", ())), _gives(raw) == EACH
    if by_job != (raw.get("measure") == "orders") or raw.get("mode") == "graduated":
        return ""
    unit = unit_of_fact(FACTS[str(raw["measure"])])
    found = []
    for row in rows:
        start, gives = int(row.get("from", 0)), int(row.get(EACH if by_job else RATE, 0))
        fen = start * gives if by_job else share_fen(start, gives, WHOLE_BP)
        words = {"at": unit.say(start), "bonus": formatting.money(fen)}
        found.append(_("at %(at)s: %(bonus)s") % words)
    return _("Bonus of a period, %(examples)s") % {"examples": _("; ").join(found)} if found else ""

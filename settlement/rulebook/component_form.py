"""The form of one component: its fields from the kind's description, read back into the body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.facts import fact_kind
from settlement.engine.rules import RATED, WHOLE
from settlement.rulebook.conditions import condition_entry, read_condition
from settlement.rulebook.entries import Entry, Posted, put
from settlement.rulebook.kinds import CHOICES, KINDS, WITHOUT_BASE, Slot
from settlement.rulebook.payees import party_entry
from settlement.rulebook.purchases import NEW_PURCHASES, add_purchases, grid_options
from settlement.rulebook.row_lists import LISTS, list_entry, read_list
from settlement.rulebook.sources import (
    answer_of,
    read_source,
    share_options,
    source_options,
    sources,
    table_of,
)
from settlement.rulebook.split_shares import fit_shares
from settlement.rulebook.table_form import outputs, read_table_form
from settlement.rulebook.terms import labels_of, read_terms, terms_entry, usable
from settlement.rulebook.typed import UNITS, Unit, read_clock, unit_of_fact
from settlement.rulebook.vocabulary import column_word

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary

Raw = dict[str, Any]
MODES = ("add", "multiply", "max")
SELECTED = ("source", "rows_source", "share_source", "grid", "purchases", "tier", "fact")


@dataclass(frozen=True, slots=True)
class ComponentShown:
    """A component's form in the groups of the page."""

    kind: str
    kind_word: str
    sentence: str
    main: tuple[Entry, ...]
    base: Entry | None
    when: Entry
    bounds: tuple[Entry, ...]
    more: tuple[Entry, ...]
    own_table: bool


def component_shown(
    raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary, posted: Posted | None = None
) -> ComponentShown:
    """Return the form of a component as it stands, or as it was typed where that was wrong."""
    code, kind = str(raw.get("code", "")), KINDS[str(raw["kind"])]
    main = [
        Entry("label", _("Name"), "text", str(raw.get("label", "")), help=_("As people read it")),
    ]
    if raw["kind"] != "split":
        main.append(party_entry(raw, body, words))
    main += [_entry(s, raw, body, words, posted) for s in kind.slots if _asked(s, raw)]
    labels, names = labels_of(body, words), usable(body, code)
    base = None
    if has_base(raw):
        base = terms_entry("base", _("Base"), raw.get("base"), names, labels, words)
    return ComponentShown(
        kind=str(raw["kind"]), kind_word=str(kind.label), sentence=str(kind.sentence),
        main=_with_errors(main, posted), base=base,
        when=condition_entry(raw.get("when"), words, posted),
        bounds=_with_errors(_bounds(raw, names, labels, words), posted),
        more=_with_errors(_more(raw), posted), own_table="rows" in raw,
    )  # fmt: skip


def read_component(raw: Mapping[str, Any], body: Raw, posted: Posted, words: Vocabulary) -> Raw:
    """Return the component as it was posted; wrong entries are in posted.errors."""
    new: Raw = dict(raw)
    code = str(new["code"])
    _read_head(new, posted, words)
    for slot in KINDS[str(raw["kind"])].slots:
        if _asked(slot, raw):
            _read_slot(slot, new, raw, posted, words)
    if new.get("grid") == NEW_PURCHASES:
        new["grid"] = add_purchases(body)
    read_terms(new, "base", posted)
    if not has_base(new):
        new.pop("base", None)
    read_condition(new, posted, words)
    _read_bounds(new, posted)
    if "rows" in new and "rows" in raw:
        read_table_form(new, code, posted, words)
    if new["kind"] == "split" and posted.has("shares_shown"):
        fit_shares(new, raw)
    return new


def _read_head(new: Raw, posted: Posted, words: Vocabulary) -> None:
    if posted.has("label"):
        put(new, "label", posted.text("label"))
    if posted.has("code"):
        new["code"] = posted.text("code", 16).upper() or new["code"]
    if posted.has("party"):
        known = [*words.parties, str(new.get("party", ""))]
        put(new, "party", posted.choice("party", known, ""))
    if posted.has("more_shown"):
        put(new, "emit", "always" if posted.has("always") else None)
        put(new, "unknown", "skip" if posted.has("skip") else None)
        # What is silent on purpose stays so: else the check would ask about its gaps again.
        silent = "skip" if new.get("no_match") == "skip" else None
        put(new, "no_match", "flag" if posted.has("flag") else silent)


def _read_bounds(new: Raw, posted: Posted) -> None:
    if posted.has("mode"):
        mode = posted.choice("mode", MODES, "add")
        put(new, "mode", None if mode == "add" else mode)
        if mode != "max":
            new.pop("over", None)
    read_terms(new, "over", posted)
    for key in ("at_least_fen", "at_most_fen"):
        if posted.has(key):
            _keep(new, key, posted.read(key, UNITS["money"].read), posted)


def has_base(raw: Mapping[str, Any]) -> bool:
    """Whether a component of this kind, set up like this, is a share of something."""
    kind = str(raw["kind"])
    gives = answer_of("_pays" if kind == "window" else "_gives", raw)
    if kind in ("table", "brackets"):
        gives = str(raw.get("gives", "amount" if kind == "table" else "rate_bp"))
    return KINDS[kind].has_base and (kind, gives) not in WITHOUT_BASE


def _asked(slot: Slot, raw: Mapping[str, Any]) -> bool:
    if slot.only is None:
        return True
    question, answer = slot.only
    given = answer_of(question, raw) if question.startswith("_") else str(raw.get(question, ""))
    if question == "gives" and not given:
        given = "rate_bp"
    return (
        given.startswith(answer.removesuffix("*")) and bool(given)
        if "*" in answer
        else given == answer
    )


def _unit(slot: Slot, raw: Mapping[str, Any]) -> Unit:
    if slot.unit.startswith("measure:"):
        return unit_of_fact(str(raw.get(slot.unit.removeprefix("measure:"), "quantity")))
    return UNITS[slot.unit]


def _entry(
    slot: Slot, raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary,
    posted: Posted | None,
) -> Entry:  # fmt: skip
    label, value = str(slot.label), raw.get(slot.key)
    if slot.unit in LISTS:
        return list_entry(slot.unit, label, raw, body, words, posted)
    if slot.unit in ("weekdays", "day_kinds"):
        every = [key for key, _word in CHOICES[slot.unit]]
        chosen = [str(each) for each in (value if value is not None else every)]
        return Entry(slot.key, label, "checks", chosen, _options(CHOICES[slot.unit]))
    if slot.unit in SELECTED or ":" in slot.unit[:7]:
        options: Sequence[tuple[str, str]] = _selectable(slot, raw, body, words)
        answer = answer_of("_source", raw) if slot.key == "_source" else value
        return Entry(slot.key, label, "select", str(answer or ""), options)
    if slot.unit == "clock":
        return Entry(slot.key, label, "text", value or "", example=str(slot.blank))
    if slot.unit in CHOICES:
        answer = answer_of(slot.key, raw) if slot.key.startswith("_") else value
        return Entry(slot.key, label, "select", str(answer or ""), _options(CHOICES[slot.unit]))
    unit = _unit(slot, raw)
    shown = "" if value is None else unit.say(value)
    blank = _("empty: %(value)s") % {"value": slot.blank} if slot.blank else ""
    return Entry(slot.key, label, "number", shown, example=unit.example, help=blank)


def _selectable(
    slot: Slot, raw: Mapping[str, Any], body: Mapping[str, Any], words: Vocabulary
) -> list[tuple[str, str]]:
    if slot.unit in ("source", "rows_source"):
        return source_options(body, fixed=slot.unit == "source")
    if slot.unit == "share_source":
        return share_options(body, raw.get("table"))
    if slot.unit in ("grid", "purchases"):
        return grid_options(body, purchases=slot.unit == "purchases")
    if slot.unit == "tier":
        return [("", _("none")), *sources(body)]
    if slot.unit == "fact":
        known = {f: w for f, w in words.facts.items() if fact_kind(f) == "number"}
        chosen = str(raw.get(slot.key, "")).removeprefix("fact:")
        if chosen and chosen not in known:
            known[chosen] = words.word(chosen)
        return list(known.items())
    table = table_of(raw, body, "tier" if slot.unit == "column:tier" else "table")
    return [("", _("as usual")), *((key, column_word(key)) for key in outputs(table))]


def _read_slot(
    slot: Slot, new: Raw, raw: Mapping[str, Any], posted: Posted, words: Vocabulary
) -> None:
    key = slot.key
    if slot.unit in LISTS:
        read_list(slot.unit, new, raw, posted)
    elif key.startswith("_"):
        if posted.has(key):
            read_source(key, str(posted.post[key]), new)
    elif slot.unit in ("weekdays", "day_kinds"):
        _read_checks(slot.unit, new, posted)
    elif not posted.has(key):
        return
    elif slot.unit == "clock":
        _keep(new, key, posted.read(key, read_clock), posted)
    elif slot.unit in UNITS or slot.unit.startswith("measure:"):
        unit = _unit(slot, raw)
        if raw.get(key) is None or posted.text(key) != unit.say(raw[key]):
            _keep(new, key, posted.read(key, unit.read), posted)
    elif slot.unit == "fact" and str(new.get(key, "")) != posted.text(key):
        _other_fact(slot, new, posted)
    else:
        put(new, key, posted.text(key))


def _other_fact(slot: Slot, new: Raw, posted: Posted) -> None:
    """Another fact is measured: numbers in the old one's unit mean nothing any more."""
    before = unit_of_fact(str(new.get(slot.key, "")))
    put(new, slot.key, posted.text(slot.key))
    if unit_of_fact(str(new.get(slot.key, ""))).example != before.example:
        for other in ("free", "step", "per"):
            new.pop(other, None)
        posted.post = posted.post.copy()
        for other in ("free", "step", "per", "most"):
            posted.post.pop(other, None)


def _keep(new: Raw, key: str, value: Any, posted: Posted) -> None:
    if key not in posted.errors:
        put(new, key, value)


def _read_checks(key: str, new: Raw, posted: Posted) -> None:
    if not posted.has(f"{key}_shown"):
        return
    every = [each for each, _word in CHOICES[key]]
    chosen = [each for each in every if each in posted.all(key)]
    values: list[Any] = [int(each) for each in chosen] if key == "weekdays" else [*chosen]
    put(new, key, None if len(chosen) in (0, len(every)) else values)


def _bounds(
    raw: Mapping[str, Any], names: list[str], labels: Mapping[str, str], words: Vocabulary
) -> list[Entry]:
    kind = str(raw["kind"])
    shown: list[Entry] = []
    modes = [
        (key, str(word))
        for key, word in CHOICES["mode"]
        if (key != "multiply" or kind in RATED) and (key != "max" or kind not in WHOLE)
    ]
    if len(modes) > 1:
        shown.append(Entry("mode", _("This line"), "select", raw.get("mode", "add"), modes))
    if raw.get("mode") == "max":
        shown.append(terms_entry("over", _("Beyond"), raw.get("over"), names, labels, words))
    if kind not in WHOLE:
        for key, label in (("at_least_fen", _("At least")), ("at_most_fen", _("At most"))):
            value = "" if raw.get(key) is None else UNITS["money"].say(raw[key])
            shown.append(Entry(key, label, "number", value, example=_("no limit")))
    return shown


def _more(raw: Mapping[str, Any]) -> list[Entry]:
    yes = [("1", "")]
    return [
        Entry("code", _("Code"), "text", str(raw.get("code", "")),
              help=_("Capital letters and digits; lines on slips go by it")),
        Entry("always", _("Show the line even when it is ¥0.00"), "check",
              "1" if raw.get("emit") == "always" else "", yes),
        Entry("skip", _("Leave it out while a fact is not known, instead of waiting for it"),
              "check", "1" if raw.get("unknown") == "skip" else "", yes),
        Entry("flag", _("Raise a flag when no row fits"), "check",
              "1" if raw.get("no_match") == "flag" else "", yes),
    ]  # fmt: skip


def _options(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(key, str(word)) for key, word in choices]


def _with_errors(entries: Sequence[Entry], posted: Posted | None) -> tuple[Entry, ...]:
    for entry in entries if posted else ():
        if posted and entry.name in posted.errors:
            entry.error = posted.errors[entry.name]
            if entry.widget in ("number", "text"):
                entry.value = str(posted.post.get(entry.name, ""))
    return tuple(entries)

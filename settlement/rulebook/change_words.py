"""Places of a rule body and what stands there, in words: for two editors and between versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.paths import ORDER, Change, changes, split, value_at
from settlement.engine.regional import NAMES, OVERRIDES
from settlement.rule_formulas import formula
from settlement.rule_sheets import party_word
from settlement.rulebook.cell_words import cell_text
from settlement.rulebook.conditions import cases_of
from settlement.rulebook.kinds import CHOICES, KINDS
from settlement.rulebook.sources import table_word
from settlement.rulebook.terms import labels_of, term_word, terms_of
from settlement.rulebook.typed import UNITS, say_shares, unit_of_fact, unit_of_output
from settlement.rulebook.vocabulary import column_word, stage_words

if TYPE_CHECKING:
    from settlement.rulebook.merging import Difference
    from settlement.rulebook.vocabulary import Vocabulary

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One place in words, with what stood there and what stands there now."""

    place: str
    detail: str
    was: str
    now: str
    mark: str


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """One place two people changed, for choosing."""

    path: str
    place: str
    was: str
    theirs: str
    mine: str
    clash: bool
    take_mine: bool


def field_words() -> dict[str, str]:
    """Return what the fields of a rule body are called in the forms."""
    return {
        slot.key: str(slot.label) for kind in KINDS.values() for slot in kind.slots
    } | {
        "label": _("Name"), "party": _("For"), "base": _("Base"), "when": _("When"),
        "mode": _("This line"), "over": _("Beyond"), "at_least_fen": _("At least"),
        "at_most_fen": _("At most"), "rows": _("Rows"), "hit": _("How rows are chosen"),
        "inputs": _("Columns"), "of": _("Sum of"), "fen": _("Prices"), "name": _("Name"),
        "version": _("Version"), "effective_from": _("In force from"), "note": _("Note"),
        "permits": _("What regions may change"), "parties": _("Who gets money"),
        ORDER: _("Order"), "emit": _("Always shown"),
        "columns": _("Columns"), "rows_by": _("Rows"), "column_by": _("Columns"),
        "bp": _("Share"), "stage": _("Reached with"), "after_days": _("Days after"),
        "unknown": _("While a fact is not known"), "no_match": _("When no row fits"),
    }  # fmt: skip


class Reader:
    """Reads paths and values of two bodies that belong together."""

    def __init__(
        self, before: Mapping[str, Any], after: Mapping[str, Any], words: Vocabulary
    ) -> None:
        self.before, self.after, self.words = before, after, words
        self.labels = labels_of(before, words) | labels_of(after, words)
        self.fields = field_words()

    def place(self, path: str) -> tuple[str, str]:
        """Return the part a path lies in, and where in it."""
        steps = split(path)
        if steps[0] == "components" and steps[1:] == [ORDER]:
            return _("Order of the calculation"), ""
        if steps[0] in ("components", "sums") and len(steps) > 1:
            return self.labels.get(steps[1], steps[1]), self._inside(steps[2:], path)
        if steps[0] == OVERRIDES and len(steps) > 1:
            region = self.words.names.get("region", {}).get(steps[1], steps[1])
            return region, " · ".join(filter(None, self.place(steps[2]))) if steps[2:] else ""
        if steps[0] in ("tables", "grids") and len(steps) > 1:
            return table_word(steps[1]), self._inside(steps[2:], path)
        return _("Rule set"), self._inside(steps, path)

    def _inside(self, steps: list[str], path: str) -> str:
        shown: list[str] = []
        here = "/" + "/".join(path.split("/")[1 : -len(steps)]) if steps else path
        for at, step in enumerate(steps):
            here = f"{here}/{path.split('/')[len(path.split('/')) - len(steps) + at]}"
            before = steps[at - 1] if at else ""
            if before in ("rows", "shares", "milestones", "brackets") and step != ORDER:
                raw = value_at(self.after, here) or value_at(self.before, here) or {}
                shown.append(str(raw.get("label") or step) if isinstance(raw, dict) else step)
            elif before == "when":
                shown.append(self.words.word(step))
            elif before == "fen":
                shown.append(self.words.names.get("service_item", {}).get(step, step))
            elif step not in ("rows", "when", "fen") or at == len(steps) - 1:
                shown.append(self._field(step))
        return " · ".join(shown)

    def _field(self, key: str) -> str:
        if key in self.fields:
            return self.fields[key]
        return column_word(key) if key.endswith(("_fen", "_bp")) else key

    def value(self, path: str, value: Any) -> str:
        """Return what stands at a path."""
        if value is None:
            return NOTHING
        steps = split(path)
        if steps[0] == OVERRIDES:
            return self._of_region(steps, value)
        key = steps[-1]
        if isinstance(value, Mapping):
            return self._whole(value, key)
        if key in ("base", "over", "of"):
            return " ".join(
                f"{'−' if t.startswith('-') else '+'} {term_word(t, self.labels, self.words)}"
                for t in terms_of(value)
            ).removeprefix("+ ")
        if key == ORDER:
            return " → ".join(self.labels.get(each, each) for each in value)
        if len(steps) > 1 and steps[-2] == "when":
            return cell_text(key, value, self.words) or _("any")
        if key == "when":
            return self._cases(value)
        return self._plain(steps, key, value)

    def moves(self, change: Change) -> str:
        """Return which entries of an order stand somewhere else now, behind what."""
        was = [each for each in change.was if each in change.now]
        now = [each for each in change.now if each in change.was]
        kept: set[str] = set()
        for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
            kept |= set(now[block.b : block.b + block.size])
        told = []
        for at, each in enumerate(now):
            if each not in kept:
                name = self.labels.get(each, each)
                before = self.labels.get(now[at - 1], now[at - 1]) if at else ""
                sentence = _("%(name)s behind %(other)s") if at else _("%(name)s to the front")
                told.append(sentence % {"name": name, "other": before})
        return "; ".join(told) or _("as what was added and removed")

    def _of_region(self, steps: list[str], value: Any) -> str:
        if len(steps) > 2:
            return self.value(steps[2], value)
        return "; ".join(
            f"{' · '.join(filter(None, self.place(path)))} {self.value(path, own)}"
            for path, own in value.items()
        )

    def _plain(self, steps: list[str], key: str, value: Any) -> str:
        if isinstance(value, list):
            return self._listed(key, value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._number(steps, key, value)
        if key == "party":
            return party_word(str(value))
        if key == "stage":
            return stage_words().get(str(value), str(value))
        if key in ("measure", "quantity"):
            return self.words.word(str(value))
        for options in CHOICES.values():
            for code, word in options:
                if code == value and key in CHOICES:
                    return str(word)
        return str(value)

    def _number(self, steps: list[str], key: str, value: int) -> str:
        if len(steps) > 1 and steps[-2] == "fen":
            return UNITS["money"].say(value)
        if key in ("free", "step", "per", "from"):
            owner = value_at(self.after, "/" + "/".join(steps[:2])) or {}
            fact = str(owner.get("measure") or owner.get("quantity") or "distance_m")
            return unit_of_fact(fact).say(value)
        if key == "bp":
            return UNITS["percent"].say(value)
        return (
            UNITS["minutes"].say(value) if key.endswith("_min") else unit_of_output(key).say(value)
        )

    def _listed(self, key: str, value: list[Any]) -> str:
        if key == "parties":
            return ", ".join(party_word(str(each)) for each in value)
        if key in ("inputs", "rows_by"):
            return ", ".join(self.words.word(str(each)) for each in value)
        if key == "shares_bp":
            return say_shares(value)
        if value and all(isinstance(each, int) for each in value) and key not in CHOICES:
            return " / ".join(UNITS["money"].say(each) for each in value)
        return ", ".join(
            self._whole(each, key) if isinstance(each, Mapping) else str(each) for each in value
        )

    def _cases(self, value: Any) -> str:
        return _(" or ").join(
            _(" and ").join(
                f"{self.words.word(fact)}: {cell_text(fact, cell, self.words) or _('any')}"
                for fact, cell in case.items()
            )
            for case in cases_of(value)
        )

    def _whole(self, value: Mapping[str, Any], key: str) -> str:
        """Return a whole component, row or table in a few words."""
        if value.get("kind") in KINDS:
            try:
                words = formula(value, self.labels)
            except (KeyError, TypeError, StopIteration):
                words = str(KINDS[value["kind"]].label)
            return f"{value.get('label', value.get('code'))}: {words}"
        if key == "when":
            return self._cases(value)
        if "rows" in value or "fen" in value:
            return _("%(n)d rows") % {"n": len(value.get("rows", value.get("fen", ())))}
        parts = [str(value["label"])] if value.get("label") else []
        if value.get("when"):
            parts.append(self._cases(value["when"]))
        parts += [
            f"{self._field(name)} {self._plain(['', name], name, inner)}"
            for name, inner in value.items()
            if name not in ("id", "code", "label", "when", "of")
        ]
        return "; ".join(parts) or self.value("/of", value.get("of"))


def changes_shown(
    before: Mapping[str, Any], after: Mapping[str, Any], words: Vocabulary
) -> list[ChangeShown]:
    """Return every difference between two bodies in words, part by part."""
    reader = Reader(before, after, words)
    return [
        _shown(path, change, reader)
        for path, change in changes(before, after).items()
        if split(path)[0] != NAMES and not _only_declared(path, change)
    ]


def _only_declared(path: str, change: Change) -> bool:
    """Whether a table's columns were only written down: nobody changed their order."""
    return split(path)[-1] == "inputs" and (change.was is None or change.now is None)


def _shown(path: str, change: Change, reader: Reader) -> ChangeShown:
    place, detail = reader.place(path)
    if split(path)[-1] == ORDER and change.was and change.now:
        return ChangeShown(place, detail, NOTHING, reader.moves(change), "changed")
    mark = "added" if change.was is None else "removed" if change.now is None else "changed"
    return ChangeShown(
        place, detail, reader.value(path, change.was), reader.value(path, change.now), mark
    )


def differences_shown(
    found: list[Difference], before: Mapping[str, Any], after: Mapping[str, Any], words: Vocabulary
) -> list[DifferenceShown]:
    """Return what two people changed in words."""
    reader = Reader(before, after, words)
    return [
        DifferenceShown(
            each.path, " · ".join(part for part in reader.place(each.path) if part),
            reader.value(each.path, each.was), reader.value(each.path, each.theirs),
            reader.value(each.path, each.mine), each.clash, each.take_mine,
        )
        for each in found
    ]  # fmt: skip

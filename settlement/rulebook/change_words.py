"""What stands in a rule body, in words: for two editors and between versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.paths import ORDER, Change, changes, join, split, value_at
from settlement.engine.regional import NAMES, OVERRIDES
from settlement.rule_formulas import formula
from settlement.rule_sheets import party_word, table_word
from settlement.rulebook.cell_words import cell_text
from settlement.rulebook.conditions import cases_of
from settlement.rulebook.kinds import CHOICES, KINDS
from settlement.rulebook.places import Places
from settlement.rulebook.renames import rename_at
from settlement.rulebook.terms import term_word, terms_of
from settlement.rulebook.typed import UNITS, say_shares, unit_of_fact, unit_of_output
from settlement.rulebook.vocabulary import stage_words

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


class Reader(Places):
    """Reads paths and values of two bodies that belong together."""

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
        return _("; ").join(told) or _("as what was added and removed")

    def _of_region(self, steps: list[str], value: Any) -> str:
        if len(steps) > 2:
            return self.value(steps[2], value)
        return _("; ").join(
            f"{self.place(path)} {self.value(path, own)}" for path, own in value.items()
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
            return _(", ").join(party_word(str(each)) for each in value)
        if key in ("inputs", "rows_by"):
            return _(", ").join(self.words.word(str(each)) for each in value)
        if key == "shares_bp":
            return say_shares(value)
        if value and all(isinstance(each, int) for each in value) and key not in CHOICES:
            return " / ".join(UNITS["money"].say(each) for each in value)
        return _(", ").join(
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
            f"{self.field_word(name)} {self._plain(['', name], name, inner)}"
            for name, inner in value.items()
            if name not in ("id", "code", "label", "when", "of")
        ]
        return _("; ").join(parts) or self.value("/of", value.get("of"))


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
        _renaming_shown(each, reader) if rename_at(each.path, each.mine) else DifferenceShown(
            each.path, str(reader.place(each.path)),
            reader.value(each.path, each.was), reader.value(each.path, each.theirs),
            reader.value(each.path, each.mine), each.clash, each.take_mine,
        )
        for each in found
    ]  # fmt: skip


def _renaming_shown(each: Difference, reader: Reader) -> DifferenceShown:
    """A new name with all that goes by it: names of codes and tables stand as they are."""
    steps = split(each.path)
    mine = reader.place(join([steps[0], str(each.mine)])).group
    was, theirs, now = (
        table_word(str(name)) if steps[0] in ("tables", "grids") else str(name)
        for name in (each.was, each.theirs, each.mine)
    )
    place = _("%(part)s: its name, wherever it is used") % {"part": mine}
    return DifferenceShown(each.path, place, was, theirs, now, each.clash, each.take_mine)

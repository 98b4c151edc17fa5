"""Places of a rule body by name instead of by path: which price, which tier, which surcharge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from settlement.engine.paths import ORDER, join, split, value_at
from settlement.engine.regional import OVERRIDES
from settlement.rule_sheets import table_word
from settlement.rulebook.kinds import KINDS
from settlement.rulebook.terms import labels_of
from settlement.rulebook.vocabulary import column_word

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary


class Place(NamedTuple):
    """The group a place belongs to (a price list, a table, a component) and its own name in it."""

    group: str
    name: str

    def __str__(self) -> str:
        return f"{self.group} · {self.name}" if self.name else self.group


def field_words() -> dict[str, str]:
    """Return what the fields of a rule body are called in the forms."""
    return {
        slot.key: str(slot.label) for kind in KINDS.values() for slot in kind.slots
    } | {
        "label": _("Name"), "party": _("For"), "base": _("Base"), "when": _("When"),
        "mode": _("This line"), "over": _("Beyond"), "at_least_fen": _("At least"),
        "at_most_fen": _("At most"), "rows": pgettext("rules", "Rows"), "hit": _("How rows are chosen"),
        "inputs": _("Columns"), "of": _("Sum of"), "fen": _("Prices"), "name": _("Name"),
        "version": _("Version"), "effective_from": _("In force from"), "note": _("Note"),
        "permits": _("What regions may change"), "parties": _("Who gets money"),
        ORDER: _("Order"), "emit": _("Always shown"),
        "columns": _("Columns"), "rows_by": pgettext("rules", "Rows"), "column_by": _("Columns"),
        "period": _("Bonuses of a period"), "bp": _("Share"), "stage": _("Reached with"), "after_days": _("Days after"),
        "unknown": _("While a fact is not known"), "no_match": _("When no row fits"),
    }  # fmt: skip


class Places:
    """Names the places of two bodies that belong together; one body is given twice."""

    def __init__(
        self, before: Mapping[str, Any], after: Mapping[str, Any], words: Vocabulary
    ) -> None:
        self.before, self.after, self.words = before, after, words
        self.labels = labels_of(before, words) | labels_of(after, words)
        self.fields = field_words()

    def place(self, path: str) -> Place:
        """Return the part a path lies in, and where in it; steps nobody named stand as they are."""
        steps = split(path)
        if steps[0] == "components" and steps[1:] == [ORDER]:
            return Place(_("Order of the calculation"), "")
        if steps[0] in ("components", "sums") and len(steps) > 1:
            return Place(self.labels.get(steps[1], steps[1]), self._inside(steps[2:], path))
        if steps[0] == "period" and len(steps) > 1:
            here = join(steps[:2])
            found = value_at(self.after, here) or value_at(self.before, here)
            label = found.get("label") if isinstance(found, Mapping) else None
            return Place(str(label or steps[1]), self._inside(steps[2:], path))
        if steps[0] == OVERRIDES and len(steps) > 1:
            region = self.words.names.get("region", {}).get(steps[1], steps[1])
            return Place(region, str(self.place(steps[2])) if steps[2:] else "")
        if steps[0] in ("tables", "grids") and len(steps) > 1:
            return Place(table_word(steps[1]), self._inside(steps[2:], path))
        return Place(_("Rule set"), self._inside(steps, path))

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
                shown.append(self.field_word(step))
        return " · ".join(shown)

    def field_word(self, key: str) -> str:
        """Return what a field of an entry is called."""
        if key in self.fields:
            return self.fields[key]
        return column_word(key) if key.endswith(("_fen", "_bp")) else key

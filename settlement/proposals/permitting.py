"""What headquarters lets regions change: offered group by group, kept in headquarters' draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from settlement.engine.paths import join
from settlement.engine.regional import ANY, PERMITS, STRUCTURE, is_value
from settlement.models import RuleDraft, RuleSet
from settlement.rule_sheets import output_word, table_word
from settlement.rulebook.drafts import save_draft
from settlement.rulebook.kinds import KINDS

if TYPE_CHECKING:
    from accounts.models import User

HIGHEST_RAIL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Permit:
    """One pattern that could be permitted: whose values, which, and whether it is."""

    pattern: str
    group: str
    name: str
    chosen: bool


def permits_offered(body: Mapping[str, Any]) -> list[Permit]:
    """Return what could be permitted in a body, and what else is permitted already."""
    chosen = [str(each) for each in body.get(PERMITS, [])]
    offered = {pattern: words for pattern, *words in _offers(body)}
    rows = [Permit(p, group, name, p in chosen) for p, (group, name) in offered.items()]
    rows += [Permit(p, _("Written by hand"), p, True) for p in chosen if p not in offered]
    return rows


@transaction.atomic
def save_permits(
    *, draft_id: int, revision: int, patterns: list[str], guard_rail_bp: int, actor: User
) -> RuleDraft:
    """Write what regions may change into headquarters' draft, and the widest gap of the rule set."""
    inside = 0 <= guard_rail_bp <= HIGHEST_RAIL_BP
    refuse_unless(inside, "rules.rail", _("The widest gap lies between 0% and 100%"))
    draft = RuleDraft.objects.get(pk=draft_id)
    offered = {permit.pattern for permit in permits_offered(draft.body)}
    kept = [pattern for pattern in dict.fromkeys(patterns) if pattern in offered]
    saved = save_draft(
        draft_id=draft_id, revision=revision, change={f"/{PERMITS}": kept}, actor=actor
    )
    rule_set = RuleSet.objects.select_for_update().get(pk=draft.rule_set_id)
    if rule_set.guard_rail_bp != guard_rail_bp:
        record(actor, "rules.guard_rail", rule_set, was=rule_set.guard_rail_bp, now=guard_rail_bp)
        rule_set.guard_rail_bp = guard_rail_bp
        rule_set.save(update_fields=["guard_rail_bp"])
    return saved.draft


def _offers(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield pattern, group and name of every number a region could set."""
    for name in body.get("grids", {}):
        yield join(["grids", name, "fen", ANY]), table_word(name), _("all prices")
    for name, table in body.get("tables", {}).items():
        for column in _columns(table):
            pattern = join(["tables", name, "rows", ANY, column])
            yield pattern, table_word(name), output_word(column)
    for part in body.get("components", []):
        code, label = str(part.get("code", "")), str(part.get("label") or part.get("code", ""))
        for key, value in part.items():
            if key not in STRUCTURE and type(value) is int:
                yield join(["components", code, key]), label, _field_word(part, key)
        for column in _columns(part):
            pattern = join(["components", code, "rows", ANY, column])
            yield pattern, label, output_word(column)


def _field_word(part: Mapping[str, Any], key: str) -> str:
    word = output_word(key)
    if word != key:
        return word
    kind = KINDS.get(str(part.get("kind", "")))
    labels = {slot.key: str(slot.label) for slot in kind.slots} if kind else {}
    return labels.get(key, key)


def _columns(table: Mapping[str, Any]) -> list[str]:
    rows = [row for row in table.get("rows", []) if isinstance(row, Mapping)]
    keys = dict.fromkeys(key for row in rows for key in row if key not in STRUCTURE)
    return [
        key
        for key in keys
        if any(is_value(row.get(key)) and type(row[key]) is int for row in rows if key in row)
    ]

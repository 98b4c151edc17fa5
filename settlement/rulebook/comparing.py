"""Two versions, or a version and a draft, side by side in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.rule_sheets import version_by_id
from settlement.rulebook.change_words import ChangeShown, changes_shown
from settlement.rulebook.selectors import draft_by_id
from settlement.rulebook.vocabulary import vocabulary

if TYPE_CHECKING:
    from django.http import QueryDict

    from settlement.models import RuleDraft, RuleSet, RuleSetVersion


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one body to another, part by part."""

    rule_set: RuleSet
    before: str
    after: str
    draft: RuleDraft | None
    parts: tuple[tuple[str, tuple[ChangeShown, ...]], ...]
    count: int


def comparison(query: QueryDict) -> Comparison | None:
    """Return the comparison a query asks for: `a` and `b` versions, or `draft`; None: not found."""
    before = _version(query.get("a", ""))
    draft = draft_by_id(int(typed)) if _is_id(typed := str(query.get("draft", ""))) else None
    after = _version(query.get("b", ""))
    if before is None or (draft is None and after is None):
        return None
    body: Any = draft.body if draft else after.body if after else {}
    if (draft or after).rule_set_id != before.rule_set_id:  # type: ignore[union-attr]  # one is there
        return None
    found = changes_shown(before.body, body, vocabulary())
    by_place: dict[str, list[ChangeShown]] = {}
    for change in found:
        by_place.setdefault(change.place, []).append(change)
    parts = tuple((place, tuple(each)) for place, each in by_place.items())
    name = _("Draft") if draft else after.number if after else ""
    return Comparison(before.rule_set, before.number, name, draft, parts, len(found))


def _version(typed: str | None) -> RuleSetVersion | None:
    return version_by_id(int(str(typed))) if _is_id(typed) else None


def _is_id(typed: str | None) -> bool:
    return bool(typed) and str(typed).isdecimal() and len(str(typed)) < 18

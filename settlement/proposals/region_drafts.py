"""What a region changes of the rules: saved as a draft, with nobody's work lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from network.selectors import managed_regions
from settlement.engine.paths import Change, changes
from settlement.engine.regional import hq_part, is_permitted, patterns_of, same_kind
from settlement.models import RuleDraft, RuleDraftChange, RuleSet
from settlement.proposals.merging import inherited_value, own_by_region
from settlement.proposals.regions import region_tree
from settlement.rulebook.drafts import OPEN, body_at
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region

MOST_NOTE = 200


@dataclass(frozen=True, slots=True)
class StaleValue:
    """A place two people changed: what stood there, and what each of them wants."""

    path: str
    was: Any
    theirs: Any
    mine: Any


class RegionConflict(Conflict):
    """Somebody else changed the same values of the region meanwhile; `rows` shows both."""

    def __init__(self, draft: RuleDraft, rows: list[StaleValue]) -> None:
        sentence = _("%(name)s changed the same values meanwhile. Look at both and save again.")
        name = draft.updated_by.display_name if draft.updated_by else _("Somebody")
        super().__init__("draft.stale", sentence % {"name": name})
        self.draft = draft
        self.rows = rows


def open_draft(rule_set: RuleSet, region: Region | None) -> RuleDraft | None:
    """Return the draft of a region (or of headquarters) that is not decided yet."""
    found = RuleDraft.objects.select_related("region", "updated_by", "submitted_by", "rule_set")
    return found.filter(rule_set=rule_set, region=region, state__in=OPEN).first()


@transaction.atomic
def save_region_values(
    *,
    rule_set_id: int,
    region: Region,
    revision: int,
    values: Mapping[str, Any],
    actor: User,
    note: str = "",
) -> RuleDraft | None:
    """Write a region's values by path; None lets it inherit again. Returns its draft, if any.

    `revision` is the one the page showed, 0 without a draft. What others saved since stays; where
    they touched the same value, nothing is written and RegionConflict tells both sides. `note` joins
    what is proposed to the approver.
    """
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set_id)
    _refuse_strangers(region, actor)
    base = latest_version(rule_set)
    if base is None:
        raise Refused("rules.none", _("Headquarters has not published these rules yet"))
    draft = open_draft(rule_set, region)
    if draft and draft.state != RuleDraft.State.EDITING:
        raise Conflict(
            "draft.submitted", _("These values are being approved. Take them back first.")
        )
    tree = region_tree()
    body, own = hq_part(base.body), own_by_region(base, tree)
    above, mine = list(tree.above[region.code]), own.get(region.code, {})
    wanted: dict[str, Any] = {}
    for path, value in values.items():
        inherited = inherited_value(body, own, above, path)
        _refuse_foreign(body, path, value, inherited)
        wanted[path] = _entry(mine.get(path), inherited, value)
    current = dict(draft.body) if draft else {}
    for path, entry in wanted.items():
        kept = current.get(path)
        if entry and kept and kept["now"] == entry["now"]:
            # The value it was first changed from stays: a conflict since then is still to decide.
            wanted[path] = kept
    if draft and revision != draft.revision:
        _refuse_clashes(draft, revision, wanted)
    after = {**current, **wanted}
    after = {path: entry for path, entry in after.items() if entry is not None}
    if after == current:
        return draft
    if draft is None:
        draft = RuleDraft(rule_set=rule_set, region=region, base=base, revision=0)
    if note not in draft.note:
        draft.note = "；".join(each for each in (draft.note, note) if each)[:MOST_NOTE]
    return _write(draft, current, after, actor)


def _entry(own: Any, inherited: Any, value: Any) -> dict[str, Any] | None:
    """Return what the draft keeps of a place; None when that is what counts already."""
    if value is None or value == inherited:
        return None if own is None else {"was": inherited, "now": None}
    return None if value == own else {"was": inherited, "now": value}


def _refuse_strangers(region: Region, actor: User) -> None:
    answers = managed_regions(actor=actor).filter(pk=region.pk).exists()
    refuse_unless(answers, "draft.region", _("This region belongs to another branch"))


def _refuse_foreign(body: Mapping[str, Any], path: str, value: Any, inherited: Any) -> None:
    known = inherited is not None and is_permitted(path, patterns_of(body))
    if not known or (value is not None and not same_kind(value, inherited)):
        raise Refused("draft.permitted", _("Headquarters does not let regions change this value"))


def _refuse_clashes(draft: RuleDraft, revision: int, wanted: Mapping[str, Any]) -> None:
    seen = body_at(draft, revision) if revision else {}
    rows = []
    for path, entry in wanted.items():
        before, theirs = seen.get(path), draft.body.get(path)
        if before != theirs and entry not in (theirs, before):
            rows.append(StaleValue(path, _now(before), _now(theirs), _now(entry)))
    if rows:
        raise RegionConflict(draft, rows)


def _now(entry: Mapping[str, Any] | None) -> Any:
    return entry["now"] if entry else None


def _write(
    draft: RuleDraft, before: Mapping[str, Any], after: Mapping[str, Any], actor: User
) -> RuleDraft:
    draft.body, draft.revision = dict(after), draft.revision + 1
    draft.updated_by, draft.updated_at = actor, clock.now()
    draft.save()
    RuleDraftChange.objects.create(
        draft=draft,
        revision=draft.revision,
        changes={path: Change(*c)._asdict() for path, c in changes(before, after).items()},
        made_by=actor,
        made_at=draft.updated_at,
    )
    code = draft.region.code if draft.region else ""
    record(actor, "rules.region_saved", draft, region=code, values=len(after))
    return draft

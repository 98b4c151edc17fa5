"""Drafts and versions as pages ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from catalog.selectors import industry_choices
from common import clock
from common.access import Perm
from network.selectors import managed_regions
from settlement.models import RuleDraft, RuleSet, RuleSetVersion
from settlement.rulebook.drafts import OPEN
from settlement.services.rules_in_force import version_in_force

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version with its place in time; `until` is the last day, None while it has no end."""

    version: RuleSetVersion
    in_force: bool
    until: date | None
    before: RuleSetVersion | None


@dataclass(frozen=True, slots=True)
class RuleSetShown:
    """A rule set with its versions, the newest first, its open drafts and its industry's name."""

    rule_set: RuleSet
    versions: tuple[VersionShown, ...]
    drafts: tuple[RuleDraft, ...]
    industry: str = ""

    @property
    def own_draft(self) -> RuleDraft | None:
        """The open draft of headquarters."""
        return next((draft for draft in self.drafts if draft.region_id is None), None)


def rule_sets_shown(*, actor: User) -> list[RuleSetShown]:
    """Return every rule set with versions and the drafts this person may see."""
    today = clock.business_day()
    drafts = visible_drafts(actor=actor).filter(state__in=OPEN)
    versions = RuleSetVersion.objects.select_related("published_by", "approved_by")
    found = RuleSet.objects.order_by("key").prefetch_related(
        Prefetch("versions", versions.order_by("-sequence"), to_attr="known_versions"),
        Prefetch("drafts", drafts, to_attr="open_drafts"),
    )
    industries = dict(industry_choices())
    shown = []
    for rule_set in found:
        known: list[RuleSetVersion] = rule_set.known_versions
        open_ones: list[RuleDraft] = rule_set.open_drafts
        counts = version_in_force(industry=rule_set.industry, on=today)
        rows = tuple(
            VersionShown(
                version=version,
                in_force=counts is not None and counts.pk == version.pk,
                until=_until(version, known),
                before=known[at + 1] if at + 1 < len(known) else None,
            )
            for at, version in enumerate(known)
        )
        industry = industries.get(rule_set.industry, rule_set.industry)
        shown.append(RuleSetShown(rule_set, rows, tuple(open_ones), industry))
    return shown


def _until(version: RuleSetVersion, known: list[RuleSetVersion]) -> date | None:
    later = [
        each.effective_from
        for each in known
        if each.sequence > version.sequence and each.effective_from > version.effective_from
    ]
    ends = [day for day in (version.effective_to, _before(min(later)) if later else None) if day]
    return min(ends) if ends else None


def _before(day: date) -> date:
    from_ordinal = type(day).fromordinal
    return from_ordinal(day.toordinal() - 1)


def visible_drafts(*, actor: User) -> QuerySet[RuleDraft]:
    """Return headquarters' drafts, and those of regions whose unit this person belongs to."""
    drafts = RuleDraft.objects.select_related("rule_set", "region", "updated_by", "base")
    if actor.sees_everything:
        return drafts
    return drafts.filter(Q(region=None) | Q(region__branch__in=actor.units))


def draft_by_id(draft_id: int) -> RuleDraft | None:
    """Return a draft of headquarters."""
    found = RuleDraft.objects.select_related("rule_set", "updated_by", "base")
    return found.filter(pk=draft_id, region=None).first()


def is_theirs(draft: RuleDraft, *, actor: User) -> bool:
    """Whether a draft is a person's to edit: headquarters', or of a region they answer for."""
    if actor.sees_everything:
        return True
    if draft.region_id is None:
        return False
    return managed_regions(actor=actor).filter(pk=draft.region_id).exists()


def may_edit(draft: RuleDraft, *, actor: User) -> bool:
    """Whether this person may change a draft while it is being edited."""
    return actor.has(Perm.RULES_EDIT) and is_theirs(draft, actor=actor)

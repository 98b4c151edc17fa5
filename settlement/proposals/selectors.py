"""Which drafts and regions a person may look at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from network.selectors import managed_regions, visible_regions
from settlement.models import Replay, RuleDraft, RuleSet, RuleSetVersion, StatementPeriod
from settlement.rulebook.drafts import OPEN

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from network.models import Region


def visible_drafts(*, actor: User) -> QuerySet[RuleDraft]:
    """Drafts a person may open: all at headquarters, else those of regions they answer for."""
    found = RuleDraft.objects.select_related(
        "rule_set", "region", "base", "updated_by", "submitted_by", "decided_by", "published"
    )
    if actor.sees_everything:
        return found
    return found.filter(region__in=managed_regions(actor=actor).values("pk"))


def open_drafts(*, actor: User) -> QuerySet[RuleDraft]:
    """Drafts on their way, the ones waiting for approval first."""
    found = visible_drafts(actor=actor).filter(state__in=OPEN)
    return found.order_by("-state", "rule_set__name", "region__path")


def visible_replays(*, actor: User) -> QuerySet[Replay]:
    """Replays of the drafts a person may open."""
    found = Replay.objects.select_related("draft__rule_set", "draft__region", "started_by")
    return found.filter(draft__in=visible_drafts(actor=actor).values("pk"))


def rule_sets() -> QuerySet[RuleSet]:
    """Return the rule sets of the company."""
    return RuleSet.objects.order_by("key")


def regions_of(*, actor: User) -> QuerySet[Region]:
    """Return the regions whose values a person may look at, as a tree."""
    return visible_regions(actor=actor)


def answers_for(region: Region, *, actor: User) -> bool:
    """Whether a person may change the values of a region."""
    return managed_regions(actor=actor).filter(pk=region.pk).exists()


def first_free_day(base: RuleSetVersion | None) -> date:
    """Return the day proposed as a version's first: today, after every locked period."""
    day = clock.business_day()
    locked = StatementPeriod.objects.exclude(state=StatementPeriod.State.OPEN)
    last = locked.order_by("-ends_on").values_list("ends_on", flat=True).first()
    if last is not None and last >= day:
        day = last + timedelta(days=1)
    return max(day, base.effective_from) if base else day


def versions_counting(*, on: date, known_at: datetime | None) -> list[RuleSetVersion]:
    """Return, for each rule set, the version that counted for a day as known at a moment."""
    found: dict[int, RuleSetVersion] = {}
    versions = RuleSetVersion.objects.select_related("rule_set", "published_by", "approved_by")
    versions = versions.filter(effective_from__lte=on).exclude(effective_to__lt=on)
    if known_at is not None:
        versions = versions.filter(published_at__lte=known_at)
    for version in versions.order_by("rule_set__key", "-effective_from", "-sequence"):
        found.setdefault(version.rule_set_id, version)
    return list(found.values())

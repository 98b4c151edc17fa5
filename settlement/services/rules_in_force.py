"""Which version of which rule set counts for a completion day, as known at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from common.remembering import remembered
from settlement.engine.rules import Compiled, compile_rules, compiled_before
from settlement.models import RuleSet, RuleSetVersion

if TYPE_CHECKING:
    from datetime import date, datetime


def _question(
    *, industry: str, on: date, known_at: datetime | None = None
) -> tuple[str, date, datetime | None]:
    return industry, on, known_at


@remembered(_question)
def version_in_force(
    *, industry: str, on: date, known_at: datetime | None = None
) -> RuleSetVersion | None:
    """Return the version with the latest start not after the day; the newest of equal starts.

    A version with an end counts up to and on that day; after it the one before counts again.

    `known_at` leaves out what was published later, so that the past is explained as it was known.
    """
    versions = RuleSetVersion.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        rule_set__industry=industry,
        effective_from__lte=on,
    ).order_by("-effective_from", "-sequence")
    # The body is large, and compiled long before in most processes.
    versions = versions.defer("body")
    if known_at is not None:
        versions = versions.filter(published_at__lte=known_at)
    return versions.first()


def overtaking(rule_set: RuleSet, start: date, end: date | None = None) -> list[RuleSetVersion]:
    """Return published versions that begin after `start`, not after `end`: they count instead then."""
    found = rule_set.versions.filter(effective_from__gt=start).defer("body")
    if end is not None:
        found = found.filter(effective_from__lte=end)
    return list(found.order_by("effective_from", "sequence"))


def latest_version(rule_set: RuleSet) -> RuleSetVersion | None:
    """Return the version published last."""
    return rule_set.versions.order_by("sequence").last()


def compiled(version: RuleSetVersion) -> Compiled:
    """Return the version compiled; the engine keeps compiled bodies by their digest."""
    return compiled_before(version.sha256) or compile_rules(version.body)

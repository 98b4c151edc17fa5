"""Publishing flows: a published version never changes, a new body becomes a new version."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from common import clock
from workorders.flow_versions import presets
from workorders.models import FlowVersion


@transaction.atomic
def ensure_presets() -> list[FlowVersion]:
    """Publish every preset whose body is not the newest version's; returns what is new.

    A flow that somebody of the company published is theirs: no preset replaces it, and none brings
    back what was withdrawn. Two callers at
    once publish one version: number and key are unique.
    """
    published = []
    for key, body, number in _changed_presets():
        version, created = FlowVersion.objects.get_or_create(
            key=key,
            variant="",
            number=number,
            defaults={"name": body["name"], "body": body, "published_at": clock.now()},
        )
        if created:
            published.append(version)
    return published


def presets_are_behind() -> bool:
    """Whether a preset has changed since this company got it; orders keep the one they began with."""
    return bool(_changed_presets())


def _changed_presets() -> list[tuple[str, dict[str, Any], int]]:
    """Key, body and next number of each preset that is not there as it is written now."""
    found = []
    for key, body in presets().items():
        newest = _newest(key)
        if newest is None:
            found.append((key, body, 1))
        elif newest.published_by_id is None and not newest.withdrawn and newest.body != body:
            found.append((key, body, newest.number + 1))
    return found


def _newest(key: str) -> FlowVersion | None:
    return FlowVersion.objects.filter(key=key, variant="").order_by("-number").first()

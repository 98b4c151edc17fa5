"""Publishing flows: a published version never changes, a new body becomes a new version."""

from __future__ import annotations

from django.db import transaction

from common import clock
from common.remembering import remembered
from workorders.flow_versions import presets
from workorders.models import FlowVersion


@transaction.atomic
def ensure_presets() -> list[FlowVersion]:
    """Publish every preset whose body is not the newest version's; returns what is new.

    Two callers at once publish one version: number and key are unique.
    """
    published = []
    for key, body in presets().items():
        newest = FlowVersion.objects.filter(key=key).order_by("-number").first()
        if newest is not None and newest.body == body:
            continue
        version, created = FlowVersion.objects.get_or_create(
            key=key,
            number=newest.number + 1 if newest else 1,
            defaults={"name": body["name"], "body": body, "published_at": clock.now()},
        )
        if created:
            published.append(version)
    return published


@remembered(lambda key: key)
def flow_version_for(key: str) -> FlowVersion:
    """Return the newest version of a flow; an unknown key means the installation flow.

    A company made before the presets were published gets them now.
    """
    wanted = key if key in presets() or _newest(key) else "installation"
    found = _newest(wanted)
    if found is None:
        ensure_presets()
        found = FlowVersion.objects.filter(key=wanted).latest("number")
    return found


def _newest(key: str) -> FlowVersion | None:
    return FlowVersion.objects.filter(key=key).order_by("-number").first()

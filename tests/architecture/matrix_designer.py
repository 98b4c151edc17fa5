"""A flow's version and draft for the table of permissions."""

from __future__ import annotations

from typing import Any

from tests.workorders.own_flows import edited, publish
from tests.workorders.world import World
from workorders.services.flow_drafts import draft_from_version


def designed_flows(world: World) -> dict[str, dict[str, Any]]:
    """Make a version nobody follows, and its draft."""
    version = publish(edited())
    draft = draft_from_version(version=version, actor=world.admin)
    return {
        "library flow": {"key": "smart_toilet"},
        "flow version": {"pk": version.pk},
        "flow draft": {"pk": draft.pk},
    }

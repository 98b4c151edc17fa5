"""Files a company keeps for its own people to look at: an example of a photo, a step's video."""

from __future__ import annotations

from typing import Any

from catalog.services.videos import keep_video
from tests.catalog.clips import clip
from tests.workorders.world import World, photo
from workorders.services.examples import keep_example


def kept_files(world: World) -> dict[str, dict[str, Any]]:
    """One of each."""
    example = keep_example(upload=photo(), actor=world.admin)
    return {
        "example": {"pk": example.pk},
        "video": {"pk": keep_video(upload=clip(), actor=world.admin).pk},
    }

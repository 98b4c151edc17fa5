"""What the pages of the dispatch policy show: versions, presets and a preview's two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.models import DispatchPolicy, PolicyPreview, Preset
from dispatch.planning.policy_figures import Compared, compared_figures
from dispatch.planning.previewing import Result, read_result
from dispatch.policy import PRESETS, current_weights

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from dispatch.engine.facts import Weights

_LATEST = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """A preset to begin with; `key` is the digit that chooses it."""

    name: str
    label: str
    key: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview with its figures in words."""

    preview: PolicyPreview
    result: Result
    figures: tuple[Compared, ...]
    stamp: str

    @property
    def is_working(self) -> bool:
        """Whether a worker is still at it."""
        return self.preview.state == PolicyPreview.State.WORKING


def policy_versions() -> QuerySet[DispatchPolicy]:
    """Return the last published versions, the newest first."""
    return DispatchPolicy.objects.select_related("published_by").order_by("-number")[:_LATEST]


def preset_choices() -> list[Choice]:
    """Return the presets with the one in force marked."""
    current = current_weights()
    return [
        Choice(name, str(Preset(name).label), str(n), weights == current)
        for n, (name, weights) in enumerate(PRESETS.items(), 1)
    ]


def weights_to_edit(preset: str) -> Weights:
    """Return a preset's weights, else those in force."""
    return PRESETS.get(preset) or current_weights()


def previews() -> QuerySet[PolicyPreview]:
    """Return all previews; they are the company's."""
    return PolicyPreview.objects.select_related("asked_by")


def shown_preview(preview: PolicyPreview) -> Shown:
    """Return a preview as its page shows it."""
    result = read_result(preview.result)
    return Shown(preview, result, tuple(compared_figures(result)), f"{preview.pk}-{preview.state}")

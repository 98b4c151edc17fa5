"""Steps of a recompute; each names where it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class RecomputeAdvanced(Event):
    """A shadow run has looked at all settlements up to `after`; the next chunk may start."""

    run_id: int
    after: int


@dataclass(frozen=True)
class RecomputeApplied(Event):
    """Every approved difference of a run is posted, or noted as left alone."""

    run_id: int


@dataclass(frozen=True)
class RecomputePosted(Event):
    """The approved differences of settlements up to `after` are posted."""

    run_id: int
    after: int

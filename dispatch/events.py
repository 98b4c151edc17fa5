"""What dispatch announces."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class HelpAsked(Event):
    """A colleague is asked to help on a running visit."""

    help_id: int


@dataclass(frozen=True)
class PlanWanted(Event):
    """A plan of a day was started; its orders and people are to be collected."""

    run_id: int


@dataclass(frozen=True)
class PlanPartWanted(Event):
    """A part of a plan waits for the engine."""

    part_id: int


@dataclass(frozen=True)
class PlanStepped(Event):
    """A plan is being published or taken back, up to this visit so far."""

    run_id: int
    after_id: int


@dataclass(frozen=True)
class PolicyPreviewWanted(Event):
    """New weights are to be tried on orders of a day that is over."""

    preview_id: int


@dataclass(frozen=True)
class AssignmentRunDue(Event):
    """An order waits to be taken up by a rule, or its step of one is over."""

    order_id: int

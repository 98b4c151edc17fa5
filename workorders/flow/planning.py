"""Which ways go to plan, and which lead aside."""

from collections.abc import Collection

from workorders.flow.meaning import Meaning


def is_planned(meaning: Meaning | str, guards: Collection[str], effects: Collection[str]) -> bool:
    """Whether a way into a stage of this meaning is what was planned.

    Cancelling is not, nor the end of an empty trip, nor what somebody has to give a reason for:
    holding, sending back, coming another day.
    """
    is_aside = "has_reason" in guards or "end_empty_trip" in effects
    return meaning != Meaning.CANCELLED and not is_aside

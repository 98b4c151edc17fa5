"""Stages at which money is released, and days that pass after them."""

from collections.abc import Mapping

from settlement.engine.reading import N_
from settlement.engine.words import Translate

COMPLETED, WARRANTY = "completed", "warranty"
FROM_COMPLETION = frozenset({COMPLETED, WARRANTY})
"""Stages whose days count from completion: the warranty begins there, its end is their last day."""

STAGE_WORDS: Mapping[str, str] = {
    COMPLETED: N_("completion"),
    "followed_up": N_("follow-up passed"),
    WARRANTY: N_("end of warranty"),
}
"""The stages every order reaches; others are named by the flows that release them."""
AFTER_COMPLETION = N_("%(days)s days after completion")
AFTER_STAGE = N_("%(days)s days after “%(stage)s”")


def stage_word(stage: str, translate: Translate) -> str:
    """Return the name of a stage; one of a flow names itself."""
    return translate(STAGE_WORDS.get(stage, stage))


def delay_words(stage: str, days: int, translate: Translate) -> str:
    """Return when a part comes that waits some days: "30 days after “follow-up passed”"."""
    if stage in FROM_COMPLETION:
        return translate(AFTER_COMPLETION) % {"days": days}
    return translate(AFTER_STAGE) % {"days": days, "stage": stage_word(stage, translate)}


def waits_for_days(stage: str, after_days: int | None) -> bool:
    """Whether reaching the stage is not enough; the end of the warranty is the end of its days."""
    return bool(after_days) and stage != WARRANTY

"""What a run corrects in the facts of the orders it looks at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from settlement.currencies.converting import at_the_rate
from settlement.engine.facts import JobFacts, restored
from settlement.models import ExchangeRate
from settlement.recompute.selection import RATE

if TYPE_CHECKING:
    from settlement.models import RecomputeRun
    from settlement.shadow import Correction


def correction_of(run: RecomputeRun) -> Correction | None:
    """Return what a run corrects; None for runs over other rules."""
    if RATE in run.asked:
        return partial(at_the_rate, rate=ExchangeRate.objects.get(pk=run.asked[RATE]))
    facts = run.asked.get("facts")
    return partial(_with, right=facts) if facts else None


def _with(facts: JobFacts, *, right: dict[str, Any]) -> JobFacts:
    return restored(facts.plain() | right)

"""What a run corrects in the facts of the orders it looks at."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from settlement.currencies.converting import at_the_rate
from settlement.engine.currency import PaidIn
from settlement.engine.facts import JobFacts, Mate
from settlement.models import ExchangeRate
from settlement.recompute.selection import RATE

if TYPE_CHECKING:
    from settlement.models import RecomputeRun
    from settlement.shadow import Correction


def correction_of(run: RecomputeRun) -> Correction | None:
    """Return what a run corrects; None for runs over other rules."""
    if RATE in run.asked:
        return partial(at_the_rate, rate=ExchangeRate.objects.get(pk=run.asked[RATE]))
    facts = dict(run.asked.get("facts", {}))
    if facts.get("crew") is not None:
        facts["crew"] = tuple(Mate(*mate) for mate in facts["crew"])
    if facts.get("paid_in") is not None:
        facts["paid_in"] = PaidIn(*facts["paid_in"])
    return partial(_with, right=facts) if facts else None


def _with(facts: JobFacts, *, right: dict[str, Any]) -> JobFacts:
    return replace(facts, **right)

"""The only bridge from work orders to the engine: everything a rule may look at, as plain values."""

from settlement.facts.jobs import estimate_facts, facts_again, job_facts, refunded_facts
from settlement.facts.orders import facts_of_region, paid_with
from settlement.facts.parts import stake_of
from settlement.facts.people import crew_of
from settlement.facts.places import day_facts, place_facts
from settlement.facts.times import done_times

__all__ = [
    "crew_of",
    "day_facts",
    "done_times",
    "estimate_facts",
    "facts_again",
    "facts_of_region",
    "job_facts",
    "paid_with",
    "place_facts",
    "refunded_facts",
    "stake_of",
]

"""What the company weighs when it chooses installers: presets, limits, and the version in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.remembering import remembered
from dispatch.engine.facts import Weights
from dispatch.models import DispatchPolicy, Preset

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder

PRESETS: Mapping[str, Weights] = {
    Preset.BALANCED.value: Weights(),
    Preset.THRIFTY.value: Weights(
        fen_per_km=150, fen_per_hour=3_500, delay_fen_per_hour=200, surplus_fen_per_rank=1_000,
        load_fen_per_job=100, rating_fen_per_tenth=20, usual_fen=500, fairness_bp=1_000,
        fairness_max_fen=500, earning_bp=10_000,
    ),
    Preset.PUNCTUAL.value: Weights(
        fen_per_km=150, fen_per_hour=4_500, delay_fen_per_hour=3_000, surplus_fen_per_rank=200,
        load_fen_per_job=800, rating_fen_per_tenth=100, usual_fen=500, fairness_bp=1_000,
        fairness_max_fen=500, earning_bp=500,
    ),
    Preset.FAMILIAR.value: Weights(
        fen_per_km=80, fen_per_hour=2_000, delay_fen_per_hour=300, surplus_fen_per_rank=300,
        load_fen_per_job=200, rating_fen_per_tenth=300, usual_fen=12_000, fairness_bp=1_000,
        fairness_max_fen=1_000, earning_bp=500,
    ),
}  # fmt: skip
"""Weights to begin with, each for one aim."""

LIMITS: Mapping[str, int] = {
    "fen_per_km": 2_000,
    "fen_per_hour": 20_000,
    "delay_fen_per_hour": 20_000,
    "surplus_fen_per_rank": 10_000,
    "load_fen_per_job": 10_000,
    "rating_fen_per_tenth": 2_000,
    "usual_fen": 50_000,
    "fairness_bp": 10_000,
    "fairness_max_fen": 5_000,
    "earning_bp": 10_000,
}
"""The most each weight may be; none is below nothing."""

FAIRNESS_HOURS = 8
"""Being fair is worth at most what a customer's working day of waiting costs."""
PRESSING = timedelta(hours=4)
"""An order due so soon is given as an urgent one is."""


def policy_in_force() -> DispatchPolicy | None:
    """Return the version in force; None while the company has published none."""
    return DispatchPolicy.objects.select_related("published_by").order_by("-number").first()


@remembered(lambda: ())
def current_weights() -> Weights:
    """Return the weights in force: the last published ones, else the program's own."""
    found = DispatchPolicy.objects.order_by("-number").values_list("weights", flat=True).first()
    return weights_of(found) if found else Weights()


def weights_for(order: WorkOrder, *, now: datetime) -> Weights:
    """Return the weights for an order: what presses is given without looking at anybody's income."""
    found = current_weights()
    return for_pressing(found) if is_pressing(order, now=now) else found


def is_pressing(order: WorkOrder, *, now: datetime) -> bool:
    """Whether the order is urgent, or so near its limit that it counts as such."""
    return order.urgent or (order.due_at is not None and order.due_at <= now + PRESSING)


def for_pressing(weights: Weights) -> Weights:
    """Return the weights without fairness: it never beats urgency."""
    return replace(weights, fairness_bp=0, fairness_max_fen=0)


def weights_of(stored: Mapping[str, int]) -> Weights:
    """Read stored weights; one that is not stored has the program's own value."""
    known = set(LIMITS)
    return Weights(**{name: int(value) for name, value in stored.items() if name in known})


def plain_weights(weights: Weights) -> dict[str, int]:
    """Return weights as they are stored."""
    return asdict(weights)


def preset_of(weights: Weights) -> Preset:
    """Return which preset the weights are, or that they are the company's own."""
    for name, known in PRESETS.items():
        if known == weights:
            return Preset(name)
    return Preset.OWN


def refuse_bad_weights(weights: Weights) -> None:
    """Refuse weights outside their limits, and fairness that outweighs a day of waiting."""
    for name, most in LIMITS.items():
        value = getattr(weights, name)
        sentence = _("A weight is outside its limits")
        refuse_unless(0 <= value <= most, f"policy.{name}", sentence)
    refuse_unless(is_fair_bounded(weights), "policy.fairness", fairness_words())


def is_fair_bounded(weights: Weights) -> bool:
    """Whether the credit for fairness stays below what a day of waiting costs."""
    return weights.fairness_max_fen <= FAIRNESS_HOURS * weights.delay_fen_per_hour


def fairness_words() -> str:
    """Why fairness is limited."""
    return _(
        "Fairness may be worth at most %(hours)s hours of waiting: raise the price of waiting, or lower the limit of fairness"
    ) % {"hours": FAIRNESS_HOURS}

"""A part of a day's plan: outlets that share orders, and what the engine was told of them."""

from __future__ import annotations

from django.db import models

from common.fields import AmountField
from dispatch.models.plan import PlanRun


class PlanPart(models.Model):
    """Outlets whose people could do the same orders, planned together; `inputs` are the engine's.

    `solved` says who did it: the solver, or the cheapest insertion where the solver's process died.
    """

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    jobs = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    solved = models.CharField(max_length=10, blank=True)
    travel_m = AmountField(default=0)
    travel_s = AmountField(default=0)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="plan_part_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number} {self.name}"

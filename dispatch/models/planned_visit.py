"""An order in a day's plan: with whom, when and why, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common.fields import AmountField, FenField
from dispatch.models.assignment import Assignment
from dispatch.models.plan import PlanRun
from dispatch.models.plan_part import PlanPart
from workorders.models import WorkOrder


class PlannedVisit(models.Model):
    """One order of a plan: with a person and a time and the parts of its score, or with the reasons.

    `failed` counts for an order without a place how many people failed by which rule. `was_at` is
    when a visit that was booked before the plan began until then.
    """

    class State(models.TextChoices):
        KEPT = "kept", _("Booked before")
        PLANNED = "planned", _("Planned")
        LEFT = "left", _("Without a place")
        PUBLISHED = "published", _("Published to the installers")
        CONFLICT = "conflict", _("Not published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="visits")
    part = models.ForeignKey(PlanPart, models.CASCADE, null=True, related_name="visits")
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="+")
    installer = models.ForeignKey(Installer, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    was_at = models.DateTimeField(null=True)
    travel_m = AmountField(null=True)
    travel_s = AmountField(null=True)
    score_fen = FenField(null=True)
    parts = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    failed = models.JSONField(default=dict)
    by_hand = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    assignment = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "work_order"], name="planned_once"),
            models.CheckConstraint(
                condition=models.Q(installer=None, starts_at=None, ends_at=None)
                | models.Q(installer__isnull=False, starts_at__lt=models.F("ends_at")),
                name="planned_visit_has_person_and_time",
            ),
        ]
        indexes = [models.Index(fields=["run", "installer", "starts_at"], name="plan_lanes")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.work_order_id} {self.state}"

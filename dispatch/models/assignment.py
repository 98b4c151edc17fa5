"""Who was sent, for which span, and why."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common.fields import AmountField
from workorders.models import WorkOrder


class Assignment(models.Model):
    """An installer holds a work order for a span; the database forbids overlaps of active ones."""

    COMPLETED = "completed"
    """End reason of a visit that was done: it stays on the board, with its real times."""

    class Way(models.TextChoices):
        MANUAL = "manual", _("Assigned by hand")
        SUGGESTED = "suggested", _("Assigned as suggested")
        CLAIMED = "claimed", _("Claimed")
        PLANNED = "planned", _("Assigned by the day plan")
        AUTOMATIC = "automatic", _("Assigned automatically")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="assignments")
    installer = models.ForeignKey(Installer, models.PROTECT, related_name="assignments")
    span = DateTimeRangeField()
    way = models.CharField(max_length=10, choices=Way.choices)
    active = models.BooleanField(default=True)
    travel_m = AmountField(null=True)
    score = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"], condition=models.Q(active=True), name="one_active_assignment"
            ),
            ExclusionConstraint(
                name="no_double_booking",
                expressions=[
                    ("installer", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id} → {self.installer_id}"

"""Completed orders that wait for a rule, a price or a fact."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from workorders.models import WorkOrder


class SettlementProblem(models.Model):
    """Why a completed order has no settlement; gone once it has one."""

    work_order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="settlement_problem")
    code = models.CharField(max_length=20)
    missing = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.code}"

"""Service reports: what was true of an order when its work was over, frozen, and how it is printed."""

from __future__ import annotations

from django.db import models

from common.fields import AmountField
from workorders.models.order import WorkOrder


class ServiceReport(models.Model):
    """One version of an order's report; rows are never changed, a correction adds a version.

    `facts` is read by `workorders.report.shape` alone, `sha256` is its fingerprint. `changes` names
    what differs from the version before (`workorders.report.changes`).
    """

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField()
    facts = models.JSONField()
    sha256 = models.CharField(max_length=64)
    changes = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "version"], name="report_version_once")
        ]
        indexes = [models.Index(fields=["made_at"], name="report_made")]

    def __str__(self) -> str:
        return f"{self.work_order_id} v{self.version}"


class ReportPrint(models.Model):
    """A report as PDF in one language; made from the frozen facts, so it can be made again."""

    report = models.ForeignKey(ServiceReport, models.PROTECT, related_name="prints")
    language = models.CharField(max_length=10)
    file = models.FileField(upload_to="reports")
    sha256 = models.CharField(max_length=64)
    size_bytes = AmountField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "language"], name="report_print_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.language}"

"""Flows as frozen, versioned data."""

from __future__ import annotations

from django.db import models


class FlowVersion(models.Model):
    """A published flow; `body` is read through `workorders.flow.read_flow`; append-only."""

    key = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    body = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="flow_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

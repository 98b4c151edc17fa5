"""Everything that happened to a work order, and a user's saved filters."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from workorders.models.order import WorkOrder


class TimelineEvent(models.Model):
    """One event; the sentence is rendered from code and params in the reader's language.

    `received_at`: when a phone that had no network told of it; None when it did so at once.
    """

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="timeline")
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["work_order", "at"], name="timeline_order")]

    def __str__(self) -> str:
        return self.code


class SavedFilter(models.Model):
    """A user's named search of the work order list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name

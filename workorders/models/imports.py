"""Order files: what was read, and how far they were taken in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderImport(models.Model):
    """A confirmed file; `rows` are read through `workorders.import_rows.ReadRow` alone."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    rows = models.JSONField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="file_imported_once")]

    def __str__(self) -> str:
        return self.name

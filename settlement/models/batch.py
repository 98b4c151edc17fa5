"""All statements of a run as one file: how far it is, and where it lies."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from settlement.models.statement import StatementRun


class StatementBatch(models.Model):
    """One ZIP of a run's PDFs, made in steps in one language; `turn` grows when it is resumed.

    It holds all statements and is the company's, or those in `chosen` and belongs to who chose.
    """

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        CANCELLED = "cancelled", _("Cancelled")

    run = models.ForeignKey(StatementRun, models.CASCADE, related_name="batches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    language = models.CharField(max_length=10, default="zh-hans")
    chosen = ArrayField(models.BigIntegerField(), default=list, blank=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    last_id = models.PositiveBigIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=1)
    file = models.FileField(upload_to="batches", blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=~models.Q(state="ready") & models.Q(chosen=[]),
                name="one_batch_under_way",
            ),
            models.UniqueConstraint(
                fields=["run", "started_by"],
                condition=~models.Q(chosen=[]),
                name="one_chosen_batch_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.pk}"

    @property
    def is_part(self) -> bool:
        """Whether it holds chosen statements only."""
        return bool(self.chosen)

"""Runs over all payees of a period, and one statement per payee."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from settlement.models.ledger import Party
from settlement.models.period import StatementPeriod


class StatementRun(models.Model):
    """One run over all payees of a period, with progress; a later run replaces drafts."""

    class State(models.TextChoices):
        COMPUTING = "computing", _("Computing")
        REVIEW = "review", _("For review")
        LOCKED = "locked", _("Locked")
        SUPERSEDED = "superseded", _("Superseded")
        FAILED = "failed", _("Failed")

    period = models.ForeignKey(StatementPeriod, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMPUTING)
    payees = models.PositiveIntegerField(default=0)
    payees_done = models.PositiveIntegerField(default=0)
    checks = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    lock_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    lock_asked_at = models.DateTimeField(null=True)
    lock_moved_at = models.DateTimeField(null=True)
    lock_turn = models.PositiveIntegerField(default=0)
    lock_total = models.PositiveIntegerField(default=0)
    lock_done = models.PositiveIntegerField(default=0)
    lock_stopped = models.CharField(max_length=40, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.period_id}/{self.pk}"

    @property
    def is_locking(self) -> bool:
        """Whether the background brings its statements up to date to lock the period."""
        asked = self.lock_asked_at is not None and not self.lock_stopped
        return asked and self.state == self.State.REVIEW


class Statement(models.Model):
    """What one payee is owed for one period; totals equal the ledger."""

    run = models.ForeignKey(StatementRun, models.PROTECT, related_name="statements")
    party = models.ForeignKey(Party, models.PROTECT, related_name="statements")
    number = models.CharField(max_length=30)
    orders = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    total_fen = FenField()
    released_fen = FenField(default=0)
    sha256 = models.CharField(max_length=64)
    pdf = models.FileField(upload_to="statements", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "party"], name="statement_once_a_run")
        ]

    def __str__(self) -> str:
        return self.number


class StatementPart(models.Model):
    """One made document of a long statement, kept until all of them lie in its file."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="parts")
    language = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "language", "number"], name="statement_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.language}/{self.number}"


class StatementCopy(models.Model):
    """The file of a statement in another language than the company's, which lies on it itself."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="copies")
    language = models.CharField(max_length=10)
    pdf = models.FileField(upload_to="statements", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "language"], name="statement_copy_once_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.language}"

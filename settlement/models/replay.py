"""Replays: a draft's rules run over real settlements, without touching any of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from settlement.models.draft import RuleDraft
from settlement.models.ledger import Party
from settlement.models.settlement import Settlement


class Replay(models.Model):
    """One run of a draft over the latest settlements; sums grow chunk by chunk.

    `body` is what is replayed, whatever becomes of the draft meanwhile; `tally` is read and written
    by `settlement.replays.tally`. `rules_sha` leaves number and first day out.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Computing")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    draft = models.ForeignKey(RuleDraft, models.PROTECT, related_name="replays")
    draft_revision = models.PositiveIntegerField()
    body = models.JSONField()
    rules_sha = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    advanced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.pk}: {self.done}/{self.total}"


class ReplayOrder(models.Model):
    """A settlement the draft would pay differently: only the largest changes are kept."""

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="orders")
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="+")
    payee = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    before_fen = FenField()
    after_fen = FenField()
    diff_fen = FenField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["replay", "settlement"], name="replay_order_once")
        ]
        indexes = [models.Index(fields=["replay", "diff_fen"], name="replay_order_diff")]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.before_fen} → {self.after_fen}"

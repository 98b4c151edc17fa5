"""Recomputing as a proposal: a run over settled orders, and what it would change for whom."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from settlement.models.ledger import JournalEntry, Party
from settlement.models.ruleset import RuleSetVersion
from settlement.models.settlement import Settlement
from workorders.facts import label_of, value_words
from workorders.models import WorkOrder


class RecomputeRun(models.Model):
    """One shadow run: nothing moves before a second person approves its differences."""

    class Cause(models.TextChoices):
        VERSION = "version", _("New version of the rules")
        FACT = "fact", _("Corrected fact")
        FILTER = "filter", _("Chosen orders")

    class State(models.TextChoices):
        COMPUTING = "computing", _("Computing")
        REVIEW = "review", _("For approval")
        APPLYING = "applying", _("Being posted")
        APPLIED = "applied", _("Posted")
        CANCELLED = "cancelled", _("Cancelled")
        REJECTED = "rejected", _("Rejected")

    cause = models.CharField(max_length=8, choices=Cause.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMPUTING)
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, null=True, related_name="+")
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="+")
    # Which orders ({"period": 3, "region": 7, …}), or which facts with their source.
    asked = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    known_at = models.DateTimeField()
    # Settlements up to this one take part: what is completed later is settled by itself.
    upto = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True)
    rejection = models.CharField(max_length=200, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.cause} {self.pk}"

    @property
    def compared(self) -> int:
        """How many orders were compared; `total` counts those to be posted once it was approved."""
        return int(self.totals.get("compared", self.total))

    @property
    def posted(self) -> dict[str, int] | None:
        """What was posted in the end: orders, up_fen, down_fen; None where nobody kept it (yet)."""
        kept: dict[str, int] | None = self.totals.get("posted")
        return kept

    @property
    def shown_totals(self) -> dict[str, Any]:
        """What was found, or once it is over what was posted of it."""
        return self.posted or self.totals

    @property
    def fact_words(self) -> str:
        """The corrected fact and its right value, in the reader's language."""
        kind, value = str(self.asked.get("kind", "")), str(self.asked.get("value", ""))
        names = {
            "crew": gettext("people on the job"),
            "payment": gettext("payment"),
            "rate": gettext("exchange rate"),
            "region": gettext("region of the site"),
            "visits": gettext("times on site"),
        }
        return f"{names.get(kind) or label_of(kind)}{gettext(': ')}{value_words(kind, value)}"


class RecomputeDifference(models.Model):
    """What one order would bring one payee, old and new; or why the order is left alone.

    Written by COPY, a row per payee whose part changes, so it carries few indexes, and its keys are
    not looked up row by row: what they name was read in the same transaction and never goes away.
    The invariants look whether all of it is there.
    """

    run = models.ForeignKey(
        RecomputeRun,
        models.PROTECT,
        related_name="differences",
        db_index=False,
        db_constraint=False,
    )
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="+", db_constraint=False)
    version = models.ForeignKey(
        RuleSetVersion, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    old_fen = FenField()
    new_fen = FenField()
    # The component that changed most, in the tenant's words; `because` lists the others too.
    cause = models.CharField(max_length=20)
    label = models.CharField(max_length=60)
    because = models.JSONField(default=dict)
    skipped = models.CharField(max_length=10, blank=True)
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "settlement", "party"],
                nulls_distinct=False,
                name="recompute_difference_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.work_order_id}: {self.old_fen} → {self.new_fen}"

    @property
    def diff_fen(self) -> int:
        """What the payee gets more (negative: less)."""
        return self.new_fen - self.old_fen

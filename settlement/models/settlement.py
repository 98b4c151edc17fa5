"""What one work order is worth to whom, line by line; estimates made before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common.fields import FenField
from settlement.models.ledger import Party
from settlement.models.ruleset import RuleSetVersion
from workorders.models import WorkOrder


class Estimate(models.Model):
    """What was shown when the job was offered or assigned: version, facts and lines of then."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="estimates")
    installer = models.ForeignKey(Installer, models.PROTECT, related_name="estimates")
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="+")
    facts = models.JSONField()
    lines = models.JSONField()
    gross_fen = FenField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.gross_fen}"


class Settlement(models.Model):
    """The settlement of one work order; at most one is active."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        REVERSED = "reversed", _("Reversed")

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="settlements")
    installer = models.ForeignKey(Installer, models.PROTECT, related_name="settlements")
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="settlements")
    estimate = models.ForeignKey(Estimate, models.SET_NULL, null=True, related_name="settlements")
    period = models.ForeignKey("StatementPeriod", models.PROTECT, related_name="settlements")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    facts = models.JSONField()
    facts_sha = models.CharField(max_length=64)
    paid_fen = FenField()
    gross_fen = FenField()
    provisional = models.BooleanField(default=False)
    done_on = models.DateField()
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"],
                condition=models.Q(status="active"),
                name="one_active_settlement",
            )
        ]
        indexes = [
            models.Index(fields=["installer", "-done_on"], name="settlement_installer"),
            models.Index(
                fields=["done_on"],
                name="settlement_active_day",
                condition=models.Q(status="active"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.paid_fen}"

    @property
    def is_late(self) -> bool:
        """Whether it stands in a later month because its own was closed (跨期)."""
        return self.done_on < self.period.starts_on


class SettlementLine(models.Model):
    """One line with its operands; append-only. The explanation is rendered from them."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    party_role = models.CharField(max_length=20)
    payee = models.ForeignKey(Party, models.PROTECT, null=True, related_name="lines")
    rule = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    base_fen = models.BigIntegerField(null=True)
    rate_num = models.BigIntegerField(null=True)
    rate_den = models.BigIntegerField(null=True)
    amount_fen = FenField()
    because = models.JSONField(default=dict)
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["settlement", "seq"], name="settlement_line_once")
        ]
        indexes = [
            models.Index(
                fields=["payee"],
                name="settlement_line_shared",
                condition=models.Q(because__has_key="who"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_fen}"


class Release(models.Model):
    """When a part of an installer's money becomes available, and whether it has.

    `payee` is one of several people who share the order; without one it is the installer's. `code`
    is the milestone's in its rules (older parts have none), `milestone` the stage it waits for.
    `after_days` pass after the stage; `due_on` is their last day, None until the stage is reached.
    """

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="releases")
    payee = models.ForeignKey(Party, models.PROTECT, null=True, related_name="releases")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, blank=True)
    milestone = models.CharField(max_length=20)
    label = models.CharField(max_length=40)
    amount_fen = FenField()
    after_days = models.PositiveSmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settlement", "seq"], name="release_once")]
        indexes = [
            models.Index(
                fields=["due_on"], name="release_due", condition=models.Q(released_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone} {self.amount_fen}"

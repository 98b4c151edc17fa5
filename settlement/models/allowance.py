"""Allowances: money for work beside orders, by operands that everybody may check."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from settlement.models.ledger import JournalEntry, Party


class Allowance(models.Model):
    """What somebody gets for a day beside orders; `source` makes granting it twice impossible.

    `because` says what it is for, in plain values: the words are made for the reader.
    """

    class Kind(models.TextChoices):
        SUPPORT = "support", _("Cross-region support")

    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    payee = models.ForeignKey(Party, models.PROTECT, related_name="allowances")
    payer = models.ForeignKey(Party, models.PROTECT, related_name="allowances_paid")
    on = models.DateField()
    because = models.JSONField(default=dict)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="allowance")
    granted_at = models.DateTimeField()
    reversal = models.OneToOneField(
        JournalEntry, models.PROTECT, null=True, related_name="allowance_taken_back"
    )
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)
    why_back = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], name="allowance_once"),
            models.CheckConstraint(
                condition=~models.Q(payee=models.F("payer")), name="allowance_between_two"
            ),
            models.CheckConstraint(
                condition=models.Q(reversal=None, taken_back_at=None)
                | models.Q(reversal__isnull=False, taken_back_at__isnull=False),
                name="allowance_taken_back_whole",
            ),
        ]
        indexes = [models.Index(fields=["payee", "on"], name="allowances_of")]

    def __str__(self) -> str:
        return self.source


class AllowanceLine(models.Model):
    """A part of an allowance with its operands; append-only."""

    class Code(models.TextChoices):
        SUBSIDY = "SUBSIDY", _("Subsidy for the day")
        TRAVEL = "TRAVEL", _("Way there and back")

    allowance = models.ForeignKey(Allowance, models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, choices=Code.choices)
    base_fen = models.BigIntegerField()
    rate_num = models.BigIntegerField()
    rate_den = models.BigIntegerField()
    amount_fen = FenField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["allowance", "seq"], name="allowance_line_once"),
            models.CheckConstraint(
                condition=models.Q(rate_den__gt=0), name="allowance_line_has_a_rate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_fen}"

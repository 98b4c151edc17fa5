"""Bonuses of a period: the lines behind an entry of the kind "volume", with their operands."""

from __future__ import annotations

from django.db import models

from common.fields import FenField
from settlement.models.ledger import JournalEntry, Party
from settlement.models.ruleset import RuleSetVersion


class PeriodLine(models.Model):
    """One line of a payee's bonus; append-only. The explanation is rendered from it."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="period_lines")
    payee = models.ForeignKey(Party, models.PROTECT, related_name="period_lines")
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="period_lines")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    rule = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    base_fen = models.BigIntegerField()
    rate_num = models.BigIntegerField()
    rate_den = models.BigIntegerField()
    amount_fen = FenField()
    because = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "seq"], name="period_line_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_fen}"

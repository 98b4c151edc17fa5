"""How often rows of a version fired, and the alarms when that is not what was foreseen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from settlement.models.ruleset import RuleSetVersion

EVERY_ORDER = ""
"""The code under which a day's orders are counted."""


class RuleHit(models.Model):
    """Orders of a day a row had a line in; without code and rule all orders of the day."""

    version = models.ForeignKey(RuleSetVersion, models.CASCADE, related_name="hits")
    day = models.DateField()
    code = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    orders = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "day", "code", "rule"], name="rule_hit_once")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.day} {self.code}/{self.rule}: {self.orders}"


class RuleHitMark(models.Model):
    """Up to which ledger entry the days were looked at; one row."""

    entry_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.entry_id)


class RuleAlarm(models.Model):
    """A row that fires more or less often than its replay foresaw; at most one is not over."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        OVER = "over", _("Over")

    class Cause(models.TextChoices):
        RULE = "rule", _("The rule is wrong")
        WORK = "work", _("The work is recorded wrongly")
        MEANT = "meant", _("The business has changed")

    version = models.ForeignKey(RuleSetVersion, models.CASCADE, related_name="alarms")
    code = models.CharField(max_length=20)
    rule = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    since = models.DateField()
    last_on = models.DateField()
    hits = models.PositiveIntegerField()
    orders = models.PositiveIntegerField()
    expected_hits = models.PositiveIntegerField()
    expected_orders = models.PositiveIntegerField()
    cause = models.CharField(_("What it is"), max_length=10, choices=Cause.choices, blank=True)
    note = models.CharField(_("What was found"), max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code", "rule"],
                condition=~models.Q(state="over"),
                name="rule_alarm_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.code}/{self.rule} {self.state}"

"""Statement periods of the books, how long they are, and how one was opened again."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Value
from django.utils.translation import gettext_lazy as _

from settlement.spans import HALF_MONTHLY, MONTHLY, WEEKLY, span_name


class PeriodSetting(models.Model):
    """How long periods are from a day on; without a row they are calendar months."""

    class Kind(models.TextChoices):
        WEEKLY = WEEKLY, _("Weekly (Monday to Sunday)")
        HALF_MONTHLY = HALF_MONTHLY, _("Half-monthly (1–15, 16–end)")
        MONTHLY = MONTHLY, _("Monthly")

    kind = models.CharField(_("Length"), max_length=12, choices=Kind.choices)
    from_day = models.DateField(_("From"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["from_day"], name="period_setting_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_day}"


class StatementPeriod(models.Model):
    """A period of the books: open → locked → closed, one step at a time, in order of the days.

    The database refuses everything else (guard `step_by_step`): the way back needs a reopening
    that was not used before, and no later period locked or closed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LOCKED = "locked", _("Locked")
        CLOSED = "closed", _("Closed")

    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    reopening = models.OneToOneField(
        "PeriodReopening", models.PROTECT, null=True, related_name="used_by"
    )

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["starts_on"], name="period_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="period_has_length"
            ),
            ExclusionConstraint(
                name="periods_do_not_overlap",
                expressions=[
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self) -> str:
        return span_name(self.starts_on, self.ends_on)


class PeriodReopening(models.Model):
    """That somebody opened a locked or closed period again, and why; append-only."""

    period = models.ForeignKey(StatementPeriod, models.PROTECT, related_name="reopenings")
    reason = models.CharField(_("Reason"), max_length=300)
    was = models.CharField(max_length=8)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reopened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="reopening_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.period_id}: {self.reason}"

"""Appointments, check-ins, codes and facts of the site."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField
from workorders.models.order import WorkOrder
from workorders.models.work import Evidence


class Appointment(models.Model):
    """A window agreed with the customer; a new one supersedes the last."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("To"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    superseded = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointment_has_length"
            ),
            models.UniqueConstraint(
                fields=["work_order"],
                condition=models.Q(superseded=False),
                name="one_current_appointment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %R}"


class SiteRule(models.Model):
    """What the company asks of proofs from the site; at most one row.

    How far from the site still counts as being there, and how old what a phone sends later may be.
    """

    radius_m = AmountField()
    offline_hours = models.PositiveSmallIntegerField(default=168, db_default=168)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_site_rule"),
            models.CheckConstraint(
                condition=models.Q(radius_m__gte=50, radius_m__lte=50_000), name="site_radius_sane"
            ),
            models.CheckConstraint(
                condition=models.Q(offline_hours__gte=1, offline_hours__lte=168),
                name="offline_hours_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.radius_m} m"


class BusinessHours(models.Model):
    """When the company works, on a Chinese wall clock; at most one row."""

    opens = models.TimeField(_("Opens"))
    closes = models.TimeField(_("Closes"))
    rest_days = models.BooleanField(_("Works on Saturdays, Sundays and other days of rest"))
    holidays = models.BooleanField(_("Works on public holidays"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_hours"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%R}–{self.closes:%R}"


class CheckIn(models.Model):
    """Arrival, by position (evidence, not a lock) or by the customer's code.

    `is_far`: beyond the company's radius of that day; a photo and a reason were asked for then.
    `received_at`: when a phone that had no network told of it; None when it did so at once.
    """

    class Method(models.TextChoices):
        POSITION = "position", _("By position")
        CODE = "code", _("By code")
        MANUAL = "manual", _("Without position")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="check_ins")
    installer = models.ForeignKey("accounts.Installer", models.PROTECT)
    method = models.CharField(max_length=10, choices=Method.choices)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    accuracy_m = AmountField(null=True)
    from_site_m = AmountField(null=True)
    is_far = models.BooleanField(default=False, db_default=False)
    photo = models.ForeignKey(Evidence, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.at:%F %R}"


class RedemptionCode(models.Model):
    """A one-time code of the customer, for one purpose; only its digest is kept.

    `received_at`: when a phone that had no network told of its use; None when it did so at once.
    """

    class Purpose(models.TextChoices):
        ARRIVAL = "arrival", _("Arrival")
        ACCEPTANCE = "acceptance", _("Acceptance")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="codes")
    purpose = models.CharField(
        max_length=10, choices=Purpose.choices, default="arrival", db_default="arrival"
    )
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.work_order_id)


class SiteFact(models.Model):
    """A recorded fact that money depends on (rain, field days…), with its source and time."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="facts")
    kind = models.CharField(_("Fact"), max_length=20)
    value = models.CharField(_("Value"), max_length=40)
    source = models.CharField(_("Source"), max_length=80)
    observed_at = models.DateTimeField(_("Observed at"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind}={self.value}"


class FollowUp(models.Model):
    """The call after the visit: passed or not, and the customer's rating."""

    work_order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="follow_up")
    passed = models.BooleanField(_("Passed"))
    rating_x10 = models.PositiveSmallIntegerField(_("Rating (tenths)"), null=True, blank=True)
    remark = models.CharField(_("Remark"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.work_order_id)

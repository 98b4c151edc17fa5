"""How orders find their installer by themselves: rules, seasons, and each order's way through one."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from network.models import Region
from workorders.models import WorkOrder

WHOLE_PCT = 100


class AssignmentRule(models.Model):
    """For which orders which steps are tried one after another; `steps` as `dispatch.ways.steps`.

    Of the rules an order fits, the one with the lowest `position` counts. Only orders that begin to
    wait after `applies_from` are taken up.
    """

    class Urgency(models.TextChoices):
        ANY = "any", _("All orders")
        URGENT = "urgent", _("Only urgent ones")
        PLAIN = "plain", _("Only those that are not urgent")

    class Difficulty(models.TextChoices):
        ANY = "any", _("All orders")
        COMPLEX = "complex", _("Only complex ones")
        SIMPLE = "simple", _("Only simple ones")

    class Hours(models.TextChoices):
        ANY = "any", _("At any time")
        INSIDE = "inside", _("Only in business hours")
        OUTSIDE = "outside", _("Only outside business hours")

    name = models.CharField(_("Name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("Order"), default=10)
    is_active = models.BooleanField(_("In use"), default=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Region")
    )
    order_type = models.CharField(_("Order type"), max_length=20, blank=True)
    urgency = models.CharField(
        _("Urgency"), max_length=10, choices=Urgency.choices, default=Urgency.ANY
    )
    difficulty = models.CharField(
        _("Difficulty"), max_length=10, choices=Difficulty.choices, default=Difficulty.ANY
    )
    hours = models.CharField(_("Hours"), max_length=10, choices=Hours.choices, default=Hours.ANY)
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)
    share_pct = models.PositiveSmallIntegerField(
        _("Share (%)"), default=WHOLE_PCT, validators=[MaxValueValidator(WHOLE_PCT)]
    )
    steps = models.JSONField(default=list)
    applies_from = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="rule_name_once"),
            models.CheckConstraint(condition=Q(share_pct__lte=WHOLE_PCT), name="rule_share"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="rule_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentSeason(models.Model):
    """Days on which a rule takes another share, such as those around Double 11."""

    rule = models.ForeignKey(AssignmentRule, models.CASCADE, related_name="seasons")
    name = models.CharField(_("Name"), max_length=40)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    share_pct = models.PositiveSmallIntegerField(
        _("Share (%)"), validators=[MaxValueValidator(WHOLE_PCT)]
    )

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(share_pct__lte=WHOLE_PCT), name="season_share"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="season_days"),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentRun(models.Model):
    """One order's way through its rule, with the steps as they were when it began.

    `drawn` (0 to 99) comes from the order's number alone: below the share the rule acts, else a
    dispatcher decides. `tries` says what came of each step.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        GIVEN = "given", _("Given")
        LEFT = "left", _("Left to a dispatcher")
        STOPPED = "stopped", _("Stopped")

    work_order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="assignment_run")
    rule = models.ForeignKey(AssignmentRule, models.SET_NULL, null=True, related_name="runs")
    rule_name = models.CharField(max_length=40)
    steps = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    drawn = models.PositiveSmallIntegerField()
    share_pct = models.PositiveSmallIntegerField()
    tries = models.JSONField(default=list)
    began_at = models.DateTimeField()
    step_ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["step_ends_at"], name="runs_due", condition=Q(state="running"))
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.rule_name} {self.state}"


class PoolRule(models.Model):
    """What binds those who claim from the grab pool; at most one row, empty values bind nobody."""

    most_per_day = models.PositiveSmallIntegerField(_("Claims a day and installer"), null=True)
    gives_back = models.PositiveSmallIntegerField(_("Claimed jobs given back"), null=True)
    within_days = models.PositiveSmallIntegerField(_("Within days"), default=7)
    pause_hours = models.PositiveSmallIntegerField(_("Pause in hours"), default=24)
    points = models.PositiveSmallIntegerField(_("Points for a claimed job"), default=10)
    urgent_times = models.PositiveSmallIntegerField(_("Times as many when urgent"), default=2)
    rewards = models.BooleanField(
        _("Show points and achievements to those who want them"), default=False
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_pool_rule")]

    def __str__(self) -> str:
        return f"{self.most_per_day} / {self.gives_back}"


class PointEntry(models.Model):
    """Points an installer has for a claimed job that they finished."""

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="points")
    work_order = models.OneToOneField(WorkOrder, models.CASCADE, related_name="points")
    points = models.PositiveIntegerField()
    is_urgent = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["installer", "at"], name="points_of")]

    def __str__(self) -> str:
        return f"{self.installer_id}: {self.points}"

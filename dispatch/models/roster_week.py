"""The week of a unit as draft and as published: its shifts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from accounts.models import Installer
from dispatch.models.roster import ShiftPattern
from network.models import OrgUnit


class RosterWeek(models.Model):
    """A week of a unit; `version` counts every change, `published_version` is the one in force."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="roster_weeks")
    monday = models.DateField()
    version = models.PositiveIntegerField(default=0)
    published_version = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "monday"], name="one_roster_a_week"),
            models.CheckConstraint(
                condition=models.Q(monday__iso_week_day=1), name="roster_week_begins_on_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.monday}"


class RosterShift(models.Model):
    """A stretch somebody works or is on call, of the day it begins on.

    Drafts are changed freely; the published rows are the copy that dispatch and the people go by.
    """

    week = models.ForeignKey(RosterWeek, models.CASCADE, related_name="shifts")
    installer = models.ForeignKey(Installer, models.CASCADE, related_name="roster_shifts")
    day = models.DateField()
    span = DateTimeRangeField()
    pause = DateTimeRangeField(null=True)
    pause_min = models.PositiveSmallIntegerField(default=0)
    pattern = models.ForeignKey(ShiftPattern, models.PROTECT, related_name="+")
    on_call = models.BooleanField(default=False)
    is_overtime = models.BooleanField(default=False)
    published = models.BooleanField(default=False)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name=f"no_overlapping_{name}",
                expressions=[
                    ("installer", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(published=published),
            )
            for name, published in (("drafts", False), ("shifts", True))
        ]
        indexes = [models.Index(fields=["installer", "day"], name="roster_day")]

    def __str__(self) -> str:
        return f"{self.installer_id} {self.day} {self.pattern_id}"

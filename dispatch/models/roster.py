"""What rosters are made of: the rule they keep to, and kinds of shift."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import OrgUnit


class RosterRule(models.Model):
    """What the company's rosters keep to, and how much work a shift is; at most one row."""

    rest_min = models.PositiveSmallIntegerField(_("Rest between shifts (minutes)"), default=660)
    days_in_row = models.PositiveSmallIntegerField(_("Days in a row at most"), default=6)
    week_min = models.PositiveSmallIntegerField(_("Minutes a week at most"), default=2880)
    normal_week_min = models.PositiveSmallIntegerField(
        _("Minutes a week without overtime"), default=2400
    )
    jobs_per_shift = models.PositiveSmallIntegerField(_("Jobs per shift"), default=4)
    late_bp = models.PositiveSmallIntegerField(_("Share of late shifts"), default=2500)
    on_call_people = models.PositiveSmallIntegerField(_("People on call a day"), default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_roster_rule"),
            models.CheckConstraint(
                condition=models.Q(days_in_row__gte=1, jobs_per_shift__gte=1, late_bp__lte=10_000),
                name="roster_rule_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rest_min}/{self.days_in_row}/{self.week_min}"


class ShiftPattern(models.Model):
    """A kind of shift, of the whole company or of a unit and those below it.

    Chinese wall clock; what ends no later than it begins ends on the next day.
    """

    unit = models.ForeignKey(OrgUnit, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("Name"), max_length=20)
    mark = models.CharField(_("Mark"), max_length=2)
    starts = models.TimeField(_("From"))
    ends = models.TimeField(_("To"))
    pause_from = models.TimeField(_("Pause from"), null=True, blank=True)
    pause_until = models.TimeField(_("Pause until"), null=True, blank=True)
    pause_min = models.PositiveSmallIntegerField(_("Minutes of pause"), default=0)
    is_late = models.BooleanField(_("Counts as a late shift"), default=False)
    on_call = models.BooleanField(_("On call: at home, for emergencies"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

"""What somebody changed in a draft."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Installer
from dispatch.models.roster_week import RosterWeek


class RosterChange(models.Model):
    """What somebody changed in a week, for those who looked at the version before."""

    week = models.ForeignKey(RosterWeek, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    installer = models.ForeignKey(Installer, models.CASCADE, related_name="+")
    day = models.DateField()
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["week", "version"], name="roster_changes")]

    def __str__(self) -> str:
        return f"{self.week_id} v{self.version}"

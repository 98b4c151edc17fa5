"""Plans of a day: for which outlets, from what, by which weights, and how far they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import OrgUnit


class PlanRun(models.Model):
    """One plan of the open orders of a day for the installers of some outlets.

    `policy` is the number of the policy it was weighed with (0: the program's own weights);
    `inputs_hash` covers all that decided it, so that the parts' inputs give the same plan again.
    """

    class State(models.TextChoices):
        BUILDING = "building", _("Collecting orders and people")
        PLANNING = "planning", _("Being planned")
        READY = "ready", _("Ready to publish")
        PUBLISHING = "publishing", _("Being published")
        PUBLISHED = "published", _("Published to the installers")
        WITHDRAWING = "withdrawing", _("Being taken back")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    day = models.DateField()
    outlets = models.ManyToManyField(OrgUnit, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.BUILDING)
    policy = models.PositiveIntegerField(default=0)
    weights = models.JSONField()
    engine = models.CharField(max_length=60)
    inputs_hash = models.CharField(max_length=64, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    step = models.BigIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["-day", "-id"], name="plans_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"

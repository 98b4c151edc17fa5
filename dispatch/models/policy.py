"""What a company weighs when it chooses installers: published versions, and previews of new ones."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preset(models.TextChoices):
    """Sets of weights to begin with."""

    BALANCED = "balanced", _("Balanced")
    THRIFTY = "thrifty", _("Save money")
    PUNCTUAL = "punctual", _("On time first")
    FAMILIAR = "familiar", _("Familiar installer first")
    OWN = "own", _("Own weights")


class DispatchPolicy(models.Model):
    """One published version; it is never changed, the one with the highest number is in force."""

    number = models.PositiveIntegerField(unique=True)
    preset = models.CharField(max_length=10, choices=Preset.choices)
    weights = models.JSONField()
    note = models.CharField(max_length=200, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} {self.get_preset_display()}"


class PolicyPreview(models.Model):
    """New weights tried on the orders of a day that is over; `result` is read by `previewing.Result`.

    `against` is the number of the version it is compared with, 0 for the weights of the program.
    """

    class State(models.TextChoices):
        WORKING = "working", _("Computing")
        READY = "ready", _("Ready")
        PUBLISHED = "published", _("In force")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WORKING)
    day = models.DateField()
    preset = models.CharField(max_length=10, choices=Preset.choices)
    weights = models.JSONField()
    against = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.day} {self.preset} {self.state}"

"""What is known about a place from a day on, with its source: the change of the fuel price."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models.region import Region


class PlaceFact(models.Model):
    """One recorded value; it holds from its day until a later row of the same place."""

    class Kind(models.TextChoices):
        FUEL_CHANGE = "fuel_change_bp", _("Change of the fuel price")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="facts", verbose_name=_("Region")
    )
    value = models.IntegerField(_("Value"))
    from_day = models.DateField(_("From"))
    source = models.CharField(_("Source"), max_length=80)
    recorded_by = models.CharField(max_length=80)  # people live in a package above
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "-from_day"], name="place_fact_latest")]

    def __str__(self) -> str:
        return f"{self.kind}={self.value} {self.from_day}"

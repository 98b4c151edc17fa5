"""Which outlet serves which region."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField
from network.models.region import Region
from network.models.unit import OrgUnit


class ServiceTerritory(models.Model):
    """An outlet serves a region, nearest priority first, up to a radius."""

    outlet = models.ForeignKey(
        OrgUnit, models.CASCADE, related_name="territories", verbose_name=_("Service outlet")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, related_name="territories", verbose_name=_("Region")
    )
    radius_m = AmountField(_("Radius in metres"), default=30_000)
    priority = models.PositiveSmallIntegerField(_("Priority"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "region"], name="outlet_serves_region_once")
        ]

    def __str__(self) -> str:
        return f"{self.outlet} · {self.region}"

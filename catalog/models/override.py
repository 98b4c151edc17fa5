"""What a region may change of an item: permitted parameters, never the core."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem
from common.fields import AmountField, FenField
from network.models import Region


class RegionalOverride(models.Model):
    """A region's own minutes, price, extra material and note, all year or in some months."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="overrides")
    region = models.ForeignKey(Region, models.CASCADE, related_name="overrides")
    months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    minutes_bp = models.PositiveIntegerField(_("Minutes, basis points"), default=10_000)
    extra_minutes = AmountField(_("Extra minutes"), default=0)
    list_price_fen = FenField(_("List price"), null=True, blank=True)
    material_code = models.CharField(_("Extra material"), max_length=30, blank=True)
    material_milli = AmountField(_("Extra material, thousandths"), default=0)
    note = models.CharField(_("Instruction"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "region", "months"], name="override_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}@{self.region_id}"

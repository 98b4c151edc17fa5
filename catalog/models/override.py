"""What a region may change of an item: permitted parameters, never the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem
from common.fields import AmountField, FenField
from network.models import Region

if TYPE_CHECKING:
    from datetime import datetime


class OverrideQuerySet(models.QuerySet["RegionalOverride"]):
    """Overrides by when they count."""

    def current(self) -> OverrideQuerySet:
        """Those that count now."""
        return self.filter(until=None)

    def as_of(self, moment: datetime) -> OverrideQuerySet:
        """Those that counted at an aware moment."""
        begun = models.Q(since=None) | models.Q(since__lte=moment)
        return self.filter(begun, models.Q(until=None) | models.Q(until__gt=moment))


class RegionalOverride(models.Model):
    """A region's own minutes, price, extra material and note, all year or in some months.

    A row is never changed: what changes it ends it (`until`) and adds another, so that an order
    shows what was asked of it then. `since` is empty for those from before that was noted.
    """

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="overrides")
    region = models.ForeignKey(Region, models.CASCADE, related_name="overrides")
    months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    minutes_bp = models.PositiveIntegerField(_("Minutes, basis points"), default=10_000)
    extra_minutes = AmountField(_("Extra minutes"), default=0)
    list_price_fen = FenField(_("List price"), null=True, blank=True)
    material_code = models.CharField(_("Extra material"), max_length=30, blank=True)
    material_milli = AmountField(_("Extra material, thousandths"), default=0)
    note = models.CharField(_("Instruction"), max_length=200, blank=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "region", "months"],
                condition=models.Q(until=None),
                name="override_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}@{self.region_id}"

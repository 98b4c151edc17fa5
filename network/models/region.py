"""Where: big region > province > city > county > business area; prices hang on these."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models.tree import Node
from network.models.unit import OrgUnit


class Region(Node):
    """A place with a price; empty values are inherited from the region above."""

    class Level(models.TextChoices):
        BIG_REGION = "big_region", _("Big region")
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County or district")
        BUSINESS_AREA = "business_area", _("Business area")

    name = models.CharField(_("Name"), max_length=60)
    level = models.CharField(_("Level"), max_length=16, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("Above"),
    )  # fmt: skip
    branch = models.ForeignKey(
        OrgUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="regions",
        verbose_name=_("Settled by branch"),
        help_text=_("Empty: the branch of the region above"),
    )
    city_level = models.CharField(_("City level"), max_length=10, blank=True)
    price_band = models.CharField(_("Price band"), max_length=10, blank=True)
    cost_level = models.CharField(_("Cost level"), max_length=10, blank=True)
    order_type = models.CharField(_("Order type that comes first"), max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="region_code_once")]
        indexes = [
            models.Index(fields=["path"], name="region_path", opclasses=["text_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.name


class RegionDivision(models.Model):
    """An administrative division (GB/T 2260 code) that belongs to exactly one region."""

    code = models.CharField(max_length=12)
    region = models.ForeignKey(Region, models.CASCADE, related_name="divisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="division_in_one_region")]

    def __str__(self) -> str:
        return self.code

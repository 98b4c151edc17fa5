"""The company's own lists of city levels, price bands and cost levels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.Model):
    """One entry of a list: a code that regions carry and rules name, and what people call it."""

    class Kind(models.TextChoices):
        CITY_LEVEL = "city_level", _("City level")
        PRICE_BAND = "price_band", _("Price band")
        COST_LEVEL = "cost_level", _("Cost level")

    kind = models.CharField(_("List"), max_length=10, choices=Kind.choices)
    code = models.CharField(_("Code"), max_length=10)
    name = models.CharField(_("Name"), max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="tier_code_once")]
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

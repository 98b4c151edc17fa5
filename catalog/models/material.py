"""Consumables and parts that steps name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField


class Material(models.Model):
    """A material with its price per unit."""

    class Kind(models.TextChoices):
        CONSUMABLE = "consumable", _("Consumable")
        PART = "part", _("Part")

    code = models.CharField(_("Code"), max_length=30)
    name = models.CharField(_("Name"), max_length=60)
    unit = models.CharField(_("Unit"), max_length=10)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices)
    unit_price_fen = FenField(_("Unit price"))
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="material_code_once")]

    def __str__(self) -> str:
        return self.name

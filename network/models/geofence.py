"""Named points on the ground that prices may refer to: a port, an airport, a plant."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField


class Geofence(models.Model):
    """A circle around a point (WGS-84); a site inside it is "near" its code."""

    code = models.CharField(_("Code"), max_length=20)
    name = models.CharField(_("Name"), max_length=60)
    lon = models.DecimalField(_("Longitude"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("Latitude"), max_digits=8, decimal_places=6)
    radius_m = AmountField(_("Radius in metres"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="geofence_code_once")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

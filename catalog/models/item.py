"""Service items; what an item is at a moment is an immutable version."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField, FenField


class ServiceItem(models.Model):
    """A service the company offers, such as mounting a wall air conditioner."""

    code = models.CharField(_("Code"), max_length=30)
    name = models.CharField(_("Name"), max_length=80)
    industry = models.CharField(_("Industry"), max_length=30)
    category = models.CharField(_("Category"), max_length=30)
    current = models.ForeignKey(
        "ServiceItemVersion", models.PROTECT, null=True, related_name="+", editable=False
    )
    is_active = models.BooleanField(_("Active"), default=True)
    warranty_days = models.PositiveSmallIntegerField(_("Warranty in days"), default=30)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="item_code_once")]

    def __str__(self) -> str:
        return self.name


class ServiceItemVersion(models.Model):
    """One frozen description: `body` holds steps, photos, materials, skills, certificates.

    The body is read through `catalog.item_body.ItemBody` alone; rows are append-only.
    """

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=10)
    flow_key = models.CharField(max_length=30, blank=True)
    order_type = models.CharField(max_length=20, blank=True, default="")
    labor_minutes = AmountField()
    list_price_fen = FenField()
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

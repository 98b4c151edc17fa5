"""Which product of a shop asks for which service item."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem


class ProductMapping(models.Model):
    """A product code of a platform (empty: of any) means a service item, or no service at all."""

    platform = models.CharField(_("Platform"), max_length=20, blank=True)
    product_code = models.CharField(_("Product code"), max_length=64)
    item = models.ForeignKey(
        ServiceItem,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("Service item"),
        help_text=_("Empty: this product needs no service"),
    )
    price_included = models.BooleanField(_("Installation included in the goods"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "product_code"], name="mapping_once")
        ]

    def __str__(self) -> str:
        return self.product_code

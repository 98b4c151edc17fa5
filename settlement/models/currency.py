"""Other currencies: rates kept by finance, and what orders were paid in them; both append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.models import WorkOrder

if TYPE_CHECKING:
    from decimal import Decimal


def plain_rate(rate: Decimal) -> str:
    """Return a rate without the zeros behind it, such as 7.1234."""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class ExchangeRate(models.Model):
    """Yuan for one unit of a currency on a day, and who said so; a later row corrects an earlier."""

    currency = models.CharField(_("Currency"), max_length=3)
    day = models.DateField(_("Day"))
    rate = models.DecimalField(_("Yuan for one unit"), max_digits=18, decimal_places=8)
    source = models.CharField(_("Source"), max_length=80)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(condition=~models.Q(source=""), name="exchange_rate_has_source"),
        ]
        indexes = [models.Index(fields=["currency", "-day", "-id"], name="exchange_rate_latest")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.plain}"

    @property
    def quoted(self) -> str:
        """The rate as rates are quoted: four decimals at least, so that a column lines up."""
        whole, _point, decimals = self.plain.partition(".")
        return f"{whole}.{decimals:0<4}"

    @property
    def plain(self) -> str:
        """The rate without the zeros behind it, such as 7.1234."""
        return plain_rate(self.rate)


class ForeignPayment(models.Model):
    """What an order was paid in another currency, in its smaller units; the latest row counts.

    A row in yuan says that the order was paid in yuan after all.
    """

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="foreign_payments")
    currency = models.CharField(_("Currency"), max_length=3)
    amount_minor = models.BigIntegerField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="foreign_payment_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.currency} {self.amount_minor}"

"""Orders as shops know them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import ServiceItem
from common.fields import FenField
from customers.models import Address, Contact, Customer
from network.models import OrgUnit


class ShopOrder(models.Model):
    """An order of a shop; status words are those of `workorders.intake_facts.ShopOrderStatus`.

    `about` is the work order whose sticker a customer scanned to ask for this one.
    """

    platform = models.CharField(_("Platform"), max_length=20)
    shop_key = models.CharField(max_length=64)
    number = models.CharField(_("Shop order number"), max_length=64)
    status = models.CharField(max_length=20)
    sold_by = models.ForeignKey(OrgUnit, models.PROTECT, related_name="sold_orders")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="shop_orders")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="shop_orders")
    address = models.ForeignKey(Address, models.PROTECT, related_name="shop_orders")
    paid_fen = FenField(default=0)
    buyer_message = models.CharField(max_length=500, blank=True)
    seller_memo = models.CharField(max_length=500, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    modified_at = models.DateTimeField()
    version = models.BigIntegerField(default=0)
    about = models.ForeignKey("workorders.WorkOrder", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "shop_key", "number"], name="shop_order_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["number"], name="shop_order_number", opclasses=["text_pattern_ops"]
            ),
            models.Index(fields=["platform", "shop_key", "sold_by"], name="shop_order_sellers"),
        ]

    def __str__(self) -> str:
        return self.number


class ShopOrderLine(models.Model):
    """A line of a shop order; a service line opens exactly one work order."""

    class State(models.TextChoices):
        OPENED = "opened", _("Work order opened")
        NO_SERVICE = "no_service", _("No service")
        UNMAPPED = "unmapped", _("Waiting for a service item")
        WAITING = "waiting", _("Waiting for payment")
        CLOSED = "closed", _("Closed")

    order = models.ForeignKey(ShopOrder, models.CASCADE, related_name="lines")
    line_id = models.CharField(max_length=64)
    serves_line_id = models.CharField(max_length=64, blank=True)
    product_code = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200)
    sku_text = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    paid_fen = FenField(default=0)
    refunded_fen = FenField(default=0)
    refund_state = models.CharField(max_length=20, blank=True)
    is_service = models.BooleanField(default=False)
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, related_name="shop_lines")
    state = models.CharField(max_length=12, choices=State.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "line_id"], name="shop_line_once")]
        indexes = [
            models.Index(
                fields=["id"], name="unmapped_lines", condition=models.Q(state="unmapped")
            ),
            models.Index(
                fields=["product_code"],
                name="waiting_products",
                condition=models.Q(state="unmapped"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

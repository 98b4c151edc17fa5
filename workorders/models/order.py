"""The work order and its four places."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from catalog.models import ServiceItemVersion
from common.fields import AmountField, FenField
from customers.models import Address, Contact, Customer
from network.models import OrgUnit, Region
from workorders.flow import Meaning
from workorders.models.flow import FlowVersion
from workorders.models.shop import ShopOrderLine

OPEN_MEANINGS = [m.value for m in Meaning if m not in {Meaning.DONE, Meaning.CANCELLED}]


class WorkOrderCounter(models.Model):
    """The last number given on a Chinese calendar day."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"


class WorkOrder(models.Model):
    """One service on one site: sold by, at, served by, settled by may all differ."""

    class SiteKind(models.TextChoices):
        URBAN = "urban", _("Urban")
        HIGHWAY = "highway", _("Motorway service area")
        REMOTE = "remote", _("Remote")

    number = models.CharField(_("Number"), max_length=24)
    line = models.OneToOneField(ShopOrderLine, models.PROTECT, related_name="work_order")
    item_version = models.ForeignKey(ServiceItemVersion, models.PROTECT, related_name="work_orders")
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="work_orders")
    order_type = models.CharField(_("Order type"), max_length=20, blank=True, default="")
    stage = models.CharField(max_length=30)
    meaning = models.CharField(max_length=10, choices=[(m.value, m.value) for m in Meaning])
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="work_orders")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="work_orders")
    address = models.ForeignKey(Address, models.PROTECT, related_name="work_orders")
    site_region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="work_orders")
    sold_by = models.ForeignKey(OrgUnit, models.PROTECT, related_name="work_orders_sold")
    served_by = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, related_name="work_orders_served"
    )
    settled_by = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, related_name="work_orders_settled"
    )
    installer = models.ForeignKey(Installer, models.PROTECT, null=True, related_name="work_orders")
    quantity = models.PositiveIntegerField(default=1)
    paid_fen = FenField(default=0)
    price_included = models.BooleanField(default=False)
    urgent = models.BooleanField(_("Urgent"), default=False)
    high_work = models.BooleanField(_("Work at height"), default=False)
    warehouse_direct = models.BooleanField(_("Direct from warehouse"), default=False)
    site_kind = models.CharField(
        _("Site"), max_length=10, choices=SiteKind.choices, default=SiteKind.URBAN
    )
    tags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    distance_m = AmountField(null=True)
    distance_estimated = models.BooleanField(default=False)
    window_starts_at = models.DateTimeField(null=True)
    window_ends_at = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=200, blank=True)
    next_contact_at = models.DateTimeField(null=True)
    rework_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="reworks")
    suspected_rework_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    rework_judged = models.BooleanField(default=False)
    only_steps = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    """The steps of the item that are left to do where it goes on with another order; else none."""
    comes_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="brings")
    stage_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="work_order_number_once")]
        indexes = [
            models.Index(fields=["meaning", "due_at"], name="wo_meaning_due"),
            models.Index(fields=["installer", "meaning", "window_starts_at"], name="wo_installer"),
            models.Index(fields=["-created_at", "-id"], name="wo_newest"),
            models.Index(fields=["completed_at"], name="wo_completed"),
            models.Index(fields=["number"], name="wo_number", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def difficulties(self) -> tuple[str, ...]:
        """What makes the work harder than its item says, in words."""
        height = (str(_("Work at height")),) if self.high_work else ()
        is_plain = self.site_kind == self.SiteKind.URBAN
        return (*height, *(() if is_plain else (self.get_site_kind_display(),)), *self.tags)

    @property
    def repeats(self) -> WorkOrder | None:
        """The order this one seems to repeat, as long as nobody said that it does not."""
        return self.rework_of or (None if self.rework_judged else self.suspected_rework_of)

    @property
    def looks_like_rework(self) -> bool:
        """Whether it is rework, or may be and nobody has judged it yet; no query."""
        suspected = self.suspected_rework_of_id is not None and not self.rework_judged
        return self.rework_of_id is not None or suspected

    @property
    def is_open(self) -> bool:
        """True until the order is done or cancelled."""
        return self.meaning in OPEN_MEANINGS

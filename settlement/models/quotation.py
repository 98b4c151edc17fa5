"""Quotations: what a customer was offered, with every line and what it was computed from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import ServiceItemVersion
from common.fields import AmountField, FenField
from network.models import OrgUnit, Region
from settlement.models.ruleset import RuleSetVersion
from workorders.models import WorkOrder


class Quotation(models.Model):
    """An offer with its sums; rows never change, another offer is another row.

    `facts`, `cost_lines` and the sums below them are what the rules in force foresaw of the job
    for `version`; they are for the company alone. `included` names what the price contains.
    """

    number = models.CharField(max_length=20)
    item_version = models.ForeignKey(ServiceItemVersion, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    customer_name = models.CharField(_("Customer"), max_length=60)
    site = models.CharField(_("Address"), max_length=200, blank=True)
    remark = models.CharField(_("Remark"), max_length=300, blank=True)
    quantity = models.PositiveSmallIntegerField()
    planned_on = models.DateField()
    valid_until = models.DateField()
    vat_bp = models.PositiveSmallIntegerField()
    total_fen = FenField()
    vat_fen = FenField()
    included = models.JSONField(default=list)
    channel = models.CharField(_("Channel"), max_length=20, default="manual")
    starts_at = models.DateTimeField(null=True)
    site_kind = models.CharField(
        _("Site"), max_length=10, choices=WorkOrder.SiteKind.choices, default="urban"
    )
    urgent = models.BooleanField(_("Urgent"), default=False)
    high_work = models.BooleanField(_("Work at height"), default=False)
    floor = models.SmallIntegerField(_("Floor"), null=True)
    distance_m = AmountField(null=True)
    member_level = models.CharField(_("Member level"), max_length=40, blank=True)
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    cost_lines = models.JSONField(default=list)
    installer_fen = FenField[int | None, int | None](null=True)
    channel_fen = FenField[int | None, int | None](null=True)
    tax_fen = FenField[int | None, int | None](null=True)
    outside_fen = FenField[int | None, int | None](null=True)
    is_provisional = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="quotation_number_once")]

    def __str__(self) -> str:
        return self.number


class QuotationLine(models.Model):
    """One amount of an offer; `because` holds the operands its explanation is made from."""

    quotation = models.ForeignKey(Quotation, models.PROTECT, related_name="lines")
    seq = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    quantity_milli = models.PositiveIntegerField()
    unit = models.CharField(max_length=10, blank=True)
    unit_fen = FenField[int | None, int | None](null=True)
    amount_fen = FenField()
    because = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quotation", "seq"], name="quotation_line_once")
        ]
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.quotation_id}/{self.seq} {self.code}"


class QuotationOrder(models.Model):
    """The order an offer became: once, and never another one."""

    quotation = models.OneToOneField(Quotation, models.PROTECT, related_name="taken")
    work_order = models.OneToOneField(WorkOrder, models.PROTECT, related_name="quotation_taken")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.quotation_id} → {self.work_order_id}"

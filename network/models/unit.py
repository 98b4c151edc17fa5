"""Who: headquarters, branches, outlets, agents, dealers and suppliers in one tree."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField
from network.models.tree import Node


class OrgUnit(Node):
    """A unit of the service network; its subtree limits what its people see, and it may be paid."""

    class Kind(models.TextChoices):
        HQ = "hq", _("Headquarters")
        BRANCH = "branch", _("Branch")
        OUTLET = "outlet", _("Service outlet")
        AGENT = "agent", _("Agent")
        DEALER = "dealer", _("Dealer")
        SUPPLIER = "supplier", _("Supplier")

    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("Above"),
    )  # fmt: skip
    agent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agent_for",
        verbose_name=_("Regional agent"),
        help_text=_("Receives the agent's share of this branch's orders"),
    )
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    division_code = models.CharField(_("District"), max_length=12, blank=True)
    lon = models.DecimalField(_("Longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(_("Latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    service_radius_m = AmountField(_("Service radius in metres"), default=30_000)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="unit_code_once")]
        indexes = [models.Index(fields=["path"], name="unit_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

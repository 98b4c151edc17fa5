"""The public tables: who is on this installation, at which address, and what they used.

Rows of Plan, Tenant and Domain are written by the owner role alone; the application role reads
them. Nothing here points into a tenant's schema but by the schema's name.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from common.fields import FenField


class Plan(models.Model):
    """What a company pays: some orders a month are free, each further one has a price."""

    name = models.CharField(max_length=40)
    free_orders_per_month = models.PositiveIntegerField(default=100)
    price_fen_per_order = FenField(default=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="plan_name_once")]

    def __str__(self) -> str:
        return self.name


class Tenant(TenantMixin):  # type: ignore[misc]  # the library has no types
    """A company, or the platform's own staff, with a schema of its own."""

    class Kind(models.TextChoices):
        """Whose people these are."""

        COMPANY = "company", _("Company")
        PLATFORM = "platform", _("Platform")

    class Status(models.TextChoices):
        """Provisioning and closing tenants have no visitors and no running tasks."""

        PROVISIONING = "provisioning", _("Being set up")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSING = "closing", _("Closing")

    name = models.CharField(_("Company"), max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PROVISIONING)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    # The schema comes and goes through tenants.provisioning alone.
    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """True when people may sign in and tasks may run."""
        return bool(self.status == self.Status.ACTIVE)


class Domain(DomainMixin):  # type: ignore[misc]  # the library has no types
    """A host name and the tenant that answers there; lower case, without port."""


class UsageMonth(models.Model):
    """Billable orders of one tenant in one calendar month (`month` is its first day)."""

    schema_name = models.CharField(max_length=63)
    month = models.DateField()
    orders = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schema_name", "month"], name="usage_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.month:%Y-%m}: {self.orders}"


class UsageNote(models.Model):
    """The key of a note already counted, so that a repeated copy counts nothing."""

    schema_name = models.CharField(max_length=63)
    source_key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schema_name", "source_key"], name="usage_note_once")
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.source_key}"

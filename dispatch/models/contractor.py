"""The links through which contractors without an account work on one order each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from workorders.models import WorkOrder


class ContractorLink(models.Model):
    """An address for one contractor and one order: until a moment, on one phone, until taken back."""

    class State(models.TextChoices):
        LIVE = "live", _("Works")
        REVOKED = "revoked", _("Taken back")
        REPLACED = "replaced", _("Replaced by a newer one")
        MOVED = "moved", _("The order was given to somebody else")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="contractor_links")
    installer = models.ForeignKey(Installer, models.PROTECT, related_name="contractor_links")
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=64, blank=True)
    """Digest of the secret in the session of the phone that opened it last."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"],
                condition=models.Q(state="live"),
                name="one_live_contractor_link",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id} → {self.installer_id}: {self.state}"

"""The grab pool: an open order offered to those who may take it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common.fields import AmountField, FenField
from workorders.models import WorkOrder


class JobOffer(models.Model):
    """One offer of a work order; exactly one claim wins."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLAIMED = "claimed", _("Claimed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="offers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    radius_m = AmountField(default=15_000)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_by = models.ForeignKey(Installer, models.PROTECT, null=True, related_name="claims")
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"], condition=models.Q(state="open"), name="one_open_offer"
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="open_offers", condition=models.Q(state="open")
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.state}"


class OfferRecipient(models.Model):
    """An installer an offer is shown to, with the way and the earning as they were when offered."""

    offer = models.ForeignKey(JobOffer, models.CASCADE, related_name="recipients")
    installer = models.ForeignKey(Installer, models.CASCADE, related_name="offers_received")
    travel_m = AmountField(null=True)
    earning_fen = FenField(null=True)
    is_provisional = models.BooleanField(default=False)
    start_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "installer"], name="offered_once_to_each")
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} → {self.installer_id}"

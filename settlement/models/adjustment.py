"""Adjustments: money moved between two payees of an order by people, beside what rules gave."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from settlement.models.dispute import Dispute
from settlement.models.ledger import JournalEntry, Party
from settlement.models.settlement import Settlement, SettlementLine
from workorders.models import WorkOrder


class SettlementAdjustment(models.Model):
    """An amount from the payer to the payee (negative: back), once a second person approved it.

    It belongs to the order and not to one computation of it: whatever is computed anew later, an
    adjustment stays as it was decided. Only what a dispute over a bonus gave has no order.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Posted")
        REFUSED = "refused", _("Refused")

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="adjustments")
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, related_name="adjustments"
    )
    line = models.ForeignKey(SettlementLine, models.PROTECT, null=True, related_name="adjustments")
    payee = models.ForeignKey(Party, models.PROTECT, related_name="adjustments")
    payer = models.ForeignKey(Party, models.PROTECT, related_name="adjustments_paid")
    amount_fen = FenField(_("Amount"))
    reason = models.CharField(_("Reason"), max_length=200)
    evidence = models.CharField(_("Evidence"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    dispute = models.OneToOneField(Dispute, models.PROTECT, null=True, related_name="adjustment")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, null=True, related_name="adjustment")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount_fen=0), name="adjustment_of_something"
            ),
            models.CheckConstraint(
                condition=models.Q(work_order__isnull=False, settlement__isnull=False)
                | models.Q(work_order=None, settlement=None, dispute__isnull=False),
                name="adjustment_of_an_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(payee=models.F("payer")), name="adjustment_between_two"
            ),
            models.CheckConstraint(
                condition=models.Q(state="approved", entry__isnull=False)
                | (~models.Q(state="approved") & models.Q(entry__isnull=True)),
                name="adjustment_posted_when_approved",
            ),
        ]
        indexes = [models.Index(fields=["state", "-made_at"], name="adjustment_waiting")]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.amount_fen}"

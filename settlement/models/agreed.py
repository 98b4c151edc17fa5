"""What was agreed with a contractor for one order, in place of the rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Installer
from common.fields import FenField
from workorders.models import WorkOrder


class AgreedPay(models.Model):
    """The price of one order for one person, as it was agreed before the work."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="agreed_pay")
    installer = models.ForeignKey(Installer, models.PROTECT, related_name="agreed_pay")
    amount_fen = FenField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    agreed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "installer"], name="agreed_pay_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gte=0), name="agreed_pay_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.amount_fen}"

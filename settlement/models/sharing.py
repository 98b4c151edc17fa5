"""Paying through WeChat Pay: payees' receivers, what customers paid there, and the shares of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import FenField
from settlement.models.ledger import Party
from settlement.models.payout import PayoutBatch, PayoutItem


class PayeeWallet(models.Model):
    """Where WeChat Pay sends a payee's shares; the account is sealed, four signs are shown."""

    class Kind(models.TextChoices):
        PERSON = "PERSONAL_OPENID", _("Person (openid)")
        MERCHANT = "MERCHANT_ID", _("Merchant number")

    party = models.OneToOneField(Party, models.PROTECT, related_name="wallet")
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("Real name or full company name"), max_length=80)
    account_sealed = models.TextField()
    last_digits = models.CharField(max_length=4)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ···· {self.last_digits}"


class SharingFund(models.Model):
    """One payment of a customer through WeChat Pay, and how much of it may be shared out."""

    merchant = models.CharField(max_length=32)
    transaction_id = models.CharField(max_length=32)
    out_trade_no = models.CharField(max_length=64, blank=True)
    paid_fen = FenField()
    limit_fen = FenField()
    paid_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "transaction_id"], name="fund_once"),
            models.CheckConstraint(
                condition=models.Q(limit_fen__gte=0, limit_fen__lte=models.F("paid_fen")),
                name="fund_limit_within",
            ),
        ]
        indexes = [models.Index(fields=["paid_on", "id"], name="fund_oldest")]

    def __str__(self) -> str:
        return self.transaction_id


class Share(models.Model):
    """The part of one payment that goes to one payee; all shares of a payment in a payout go in
    one request, whose number never changes.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("payout", "Waiting")
        SENT = "sent", _("On its way")
        PAID = "paid", pgettext_lazy("payout", "Paid")
        FAILED = "failed", _("Came back")

    batch = models.ForeignKey(PayoutBatch, models.CASCADE, related_name="shares")
    item = models.ForeignKey(PayoutItem, models.CASCADE, related_name="shares")
    fund = models.ForeignKey(SharingFund, models.PROTECT, related_name="shares")
    amount_fen = FenField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    # Written before a copy of the request goes out: which copy may be on its way.
    sent_at = models.DateTimeField(null=True)
    # Why it came back; of a share on its way: why the copy of then was refused, and no other goes.
    reason = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "fund"], name="share_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="share_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.fund_id}: {self.amount_fen}"

    @property
    def request_number(self) -> str:
        """What WeChat Pay knows the request under; the same at every try."""
        return f"PO{self.batch_id:06d}F{self.fund_id}"

"""Paying out what is available: payees' bank accounts, batches and their items."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import FenField
from settlement.models.ledger import Party
from settlement.models.period import StatementPeriod


class PayeeAccount(models.Model):
    """Where a payee's money goes; the number is sealed, four digits are shown."""

    party = models.OneToOneField(Party, models.PROTECT, related_name="bank_account")
    holder = models.CharField(_("Account holder"), max_length=80)
    bank = models.CharField(_("Bank and branch"), max_length=80)
    number_sealed = models.TextField()
    last_digits = models.CharField(max_length=4)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.bank} ···· {self.last_digits}"


class PayoutBatch(models.Model):
    """What is transferred together after a period was closed; approved by a second person."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        EXPORTED = "exported", _("At the bank")
        DONE = "done", _("Done")
        DISCARDED = "discarded", _("Discarded")

    class Way(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        WECHAT = "wechat", _("WeChat Pay profit sharing")

    period = models.ForeignKey(StatementPeriod, models.PROTECT, related_name="payouts")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.BANK)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Drafts of different periods would plan with the same balances and payments.
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state="draft"),
                name="payout_one_draft",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it."""
        return f"PO-{self.pk:06d}"


class PayoutItem(models.Model):
    """One payee's transfer; `number` goes to the bank and makes paying it twice visible."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("payout", "Waiting")
        TRANSIT = "transit", _("On its way")
        CONFIRMED = "confirmed", pgettext_lazy("payout", "Paid")
        FAILED = "failed", _("Came back")
        PARTLY = "partly", _("Partly paid")

    batch = models.ForeignKey(PayoutBatch, models.CASCADE, related_name="items")
    party = models.ForeignKey(Party, models.PROTECT, related_name="payout_items")
    amount_fen = FenField()
    # The payee's account as it was drafted and approved: a later change is for the next payout.
    holder = models.CharField(max_length=80, blank=True)
    bank = models.CharField(max_length=80, blank=True)
    number_sealed = models.TextField(blank=True)
    last_digits = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "party"], name="payout_item_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0), name="payout_item_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the bank's file and its answer call it."""
        return f"{self.batch_number}-{self.pk}"

    @property
    def batch_number(self) -> str:
        """What people call the payout it is part of."""
        return f"PO-{self.batch_id:06d}"

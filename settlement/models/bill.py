"""The platforms' bills: what they say they paid, line by line, and what was made of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import FenField
from network.models import OrgUnit
from settlement.models.ledger import JournalEntry
from workorders.models import ShopOrderLine


class PlatformBill(models.Model):
    """One delivery of a shop's bill: pulled, or a file; its lines are matched in the background."""

    class Source(models.TextChoices):
        PULL = "pull", _("Pulled from the platform")
        FILE = "file", _("File")

    class State(models.TextChoices):
        MATCHING = "matching", _("Being matched")
        DONE = "done", _("Reconciled")

    platform = models.CharField(max_length=20)
    shop_key = models.CharField(max_length=64)
    source = models.CharField(max_length=4, choices=Source.choices)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Lines that were new; the platform's other lines had come with an earlier delivery.
    total = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MATCHING)
    fetched_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "shop_key", "sha256"],
                condition=~models.Q(sha256=""),
                name="bill_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def share(self) -> int:
        """How much of it is matched, in percent."""
        return 100 * self.done // self.total if self.total else 100


class BillLine(models.Model):
    """One line as the platform wrote it, and the same in our words; append-only.

    `amount_fen` is what customers paid (refunds negative), `fee_fen` what the platform kept of it
    (given back with a refund: negative).
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")
        ADJUSTMENT = "adjustment", _("Adjustment")

    bill = models.ForeignKey(PlatformBill, models.PROTECT, related_name="lines")
    platform = models.CharField(max_length=20)
    shop_key = models.CharField(max_length=64)
    bill_line_id = models.CharField(max_length=64)
    order_number = models.CharField(max_length=64)
    # Empty where a bill names whole orders alone.
    line_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_fen = FenField()
    fee_fen = FenField()
    booked_on = models.DateField()
    raw = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "shop_key", "bill_line_id"], name="bill_line_once"
            )
        ]
        indexes = [models.Index(fields=["order_number"], name="bill_line_order")]

    def __str__(self) -> str:
        return self.bill_line_id


class BillPosition(models.Model):
    """What bill, books and payees say of one order line; judged anew whenever one of them moves."""

    class State(models.TextChoices):
        DIFFERING = "differing", _("Differs")
        MISSING_HERE = "missing_here", _("Not known here")
        MISSING_THERE = "missing_there", _("Not on the bill")
        DUPLICATE = "duplicate", _("Booked twice")
        DISPUTED = "disputed", _("With the platform")
        PROPOSED = "proposed", _("Waits for approval")
        WAITING = "waiting", pgettext_lazy("bill", "Waiting")
        MATCHED = "matched", _("Matched")
        ACCEPTED = "accepted", _("Difference accepted")
        LINKED = "linked", _("Counted for another order")
        OUTSIDE = "outside", _("No service")

    platform = models.CharField(max_length=20)
    shop_key = models.CharField(max_length=64)
    order_number = models.CharField(max_length=64)
    line_id = models.CharField(max_length=64, blank=True)
    shop_line = models.ForeignKey(
        ShopOrderLine, models.SET_NULL, null=True, related_name="bill_positions"
    )
    linked_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="linked")
    state = models.CharField(max_length=14, choices=State.choices)
    cause = models.CharField(max_length=16, blank=True)
    bill_gross_fen = FenField(default=0)
    bill_fee_fen = FenField(default=0)
    bill_lines = models.PositiveIntegerField(default=0)
    own_gross_fen = FenField(default=0)
    # Unknown until the order is settled; a service within the goods' price has none of its own.
    own_fee_fen = FenField(null=True)
    payable_fen = FenField(null=True)
    accepted_gross_fen = FenField(default=0)
    accepted_fee_fen = FenField(default=0)
    difference_fen = FenField(default=0)
    at_stake_fen = FenField(default=0)
    belongs_on = models.DateField()
    hold = models.CharField(max_length=8, blank=True)
    wait_until = models.DateField(null=True)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "shop_key", "order_number", "line_id"],
                name="bill_position_once",
            )
        ]
        indexes = [
            models.Index(fields=["belongs_on"], name="bill_position_day"),
            models.Index(fields=["state", "-at_stake_fen"], name="bill_position_stake"),
        ]

    def __str__(self) -> str:
        return self.order_number

    @property
    def bill_net_fen(self) -> int:
        """What the platform paid."""
        return self.bill_gross_fen - self.bill_fee_fen

    @property
    def own_net_fen(self) -> int | None:
        """What it should have paid; unknown before the order is settled."""
        return None if self.own_fee_fen is None else self.own_gross_fen - self.own_fee_fen


class BillAction(models.Model):
    """What a person did about a position; append-only, taken back by another action alone."""

    class Kind(models.TextChoices):
        ACCEPT = "accept", _("Difference accepted")
        PROPOSE = "propose", _("Acceptance proposed")
        REFUSE = "refuse", _("Acceptance refused")
        TAKE_BACK = "take_back", _("Acceptance taken back")
        ASK_BACK = "ask_back", _("Taking back proposed")
        KEEP = "keep", _("Taking back refused")
        LINK = "link", _("Counted for another order")
        UNLINK = "unlink", _("Counted for itself again")
        WAIT = "wait", _("Waits until a day")
        DISPUTE = "dispute", _("Raised with the platform")
        RESUME = "resume", _("Taken up again")
        REFETCH = "refetch", _("Order asked for again")

    position = models.ForeignKey(BillPosition, models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    gross_fen = FenField(default=0)
    fee_fen = FenField(default=0)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="+")
    counters = models.OneToOneField("self", models.PROTECT, null=True, related_name="countered_by")
    # The acceptance that somebody wants taken back, or the wish that was refused.
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers")
    bearer = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    target = models.CharField(max_length=64, blank=True)
    until = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position_id}: {self.kind}"

    @property
    def is_proposal(self) -> bool:
        """Whether it only asks a second person."""
        return self.kind == self.Kind.PROPOSE


class BillLimit(models.Model):
    """Up to how much one person alone accepts of a difference; the last that came in force counts.

    A lower one counts at once, a higher one when a second person has confirmed it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        IN_FORCE = "in_force", _("In force")
        REFUSED = "refused", _("Refused")

    most_fen = FenField()
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.IN_FORCE, db_default=State.IN_FORCE
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.most_fen)

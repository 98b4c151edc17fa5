"""Extra charges: what a company allows beyond the order, and what was charged on one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from workorders.models.order import WorkOrder
from workorders.models.work import Evidence


class ChargeCode(models.TextChoices):
    """The ten types of the Tmall service centre, and the trip nobody opened the door for."""

    PARTS = "parts", _("Parts")
    NOT_AS_ORDERED = "not_as_ordered", _("Not as ordered")
    REMOVAL = "removal", _("Removal of the old device")
    SECOND_VISIT = "second_visit", _("Second visit")
    GLUE = "glue", _("Glue")
    DRILLING = "drilling", _("Drilling")
    FLOOR = "floor", _("Floor")
    DISTANCE = "distance", _("Distance fee")
    OFF_LIST = "off_list", _("Extra charge off the list")
    OTHER = "other", _("Other")
    TRIP = "trip", _("Empty trip fee")


class Bearer(models.TextChoices):
    """Who pays for an extra charge."""

    CUSTOMER = "customer", _("Customer")
    COMPANY = "company", _("Company")
    SHOP = "shop", _("Paid in the shop")


BEARERS = [(each.value, each.label) for each in (Bearer.CUSTOMER, Bearer.COMPANY)]
"""Who a tariff may ask; what was sold and paid with the order nobody owes."""


class ChargeTariff(models.Model):
    """What a company allows for one code; without `unit_fen` the amount is agreed on site."""

    code = models.CharField(max_length=20, choices=ChargeCode.choices)
    unit_fen = FenField[int | None, int | None](_("Price per unit"), null=True, blank=True)
    unit = models.CharField(_("Unit of measure"), max_length=10, blank=True)
    most_fen = FenField(_("At most, each"))
    most_times = models.PositiveSmallIntegerField(_("Times per order at most"), default=1)
    bearer = models.CharField(_("Paid by"), max_length=10, choices=BEARERS)
    installer_bp = models.PositiveSmallIntegerField(_("Installer's share"), default=10_000)
    needs_photo = models.BooleanField(_("Needs a photo"), default=True)
    needs_approval = models.BooleanField(_("Needs approval by the office"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="charge_tariff_once"),
            models.CheckConstraint(
                condition=models.Q(most_fen__gt=0), name="charge_tariff_has_a_cap"
            ),
            models.CheckConstraint(
                condition=models.Q(installer_bp__lte=10_000), name="charge_share_at_most_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class ChargeTerm(models.Model):
    """How many hours after the work charges may still be asked for; at most one row."""

    late_hours = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_charge_term")]

    def __str__(self) -> str:
        return f"{self.late_hours} h"


class ExtraCharge(models.Model):
    """One charge on one order, with the tariff's terms of the moment it was made."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Customer has not confirmed")
        WAITING = "waiting", _("Waits for approval")
        CONFIRMED = "confirmed", _("Confirmed charge")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    class Way(models.TextChoices):
        """How a customer answered; `word` is what the office heard on the telephone."""

        SIGNATURE = "signature", _("Signed on the phone")
        LINK = "link", _("By the link")
        WORD = "word", _("By telephone")

    work_order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="charges")
    code = models.CharField(max_length=20, choices=ChargeCode.choices)
    quantity = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=10, blank=True)
    amount_fen = FenField()
    bearer = models.CharField(max_length=10, choices=Bearer.choices)
    installer_bp = models.PositiveSmallIntegerField()
    needs_approval = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    """Asked for after the work was completed."""
    reason = models.CharField(max_length=200)
    photo = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    """When the customer answered; empty with a consent that is older than this field."""
    answer_way = models.CharField(max_length=10, choices=Way.choices, blank=True)
    answered_name = models.CharField(max_length=60, blank=True)
    """Whom the office spoke with, where the customer agreed by telephone."""
    state = models.CharField(max_length=12, choices=State.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0), name="extra_charge_of_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.code} {self.amount_fen}"

    @property
    def is_undecided(self) -> bool:
        """Whether the office decides: approval waits, or the customer left and did not answer."""
        unsigned = self.state == self.State.UNCONFIRMED and self.is_customer_gone
        return self.state == self.State.WAITING or unsigned

    @property
    def is_customer_gone(self) -> bool:
        """Whether the work is over: who pays can no longer be handed the phone to sign."""
        return self.is_late or self.work_order.completed_at is not None

    @property
    def answered_by(self) -> str:
        """The way the customer answered; empty while nobody has."""
        older = self.Way.LINK if self.answered_at else self.Way.SIGNATURE
        is_answered = self.answered_at is not None or self.consent_id is not None
        return self.answer_way or (older if is_answered else "")

    @property
    def answered_words(self) -> str:
        """The way the customer answered, in the reader's language."""
        return str(self.Way(self.answered_by).label) if self.answered_by else ""

    @property
    def is_declined(self) -> bool:
        """Whether the customer refused it, and not the office."""
        return self.state == self.State.REFUSED and self.decided_by_id is None

    @property
    def awaits_customer(self) -> bool:
        """Whether the customer has to agree and has not answered."""
        return self.state == self.State.UNCONFIRMED and self.bearer == Bearer.CUSTOMER

    @property
    def is_open(self) -> bool:
        """Whether it may still come to something or already has."""
        return self.state not in {self.State.REFUSED, self.State.CANCELLED}

"""Support between regions: what the company pays for it, and who is lent to whom on which day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common.fields import AmountField, FenField
from network.models import OrgUnit, Region


class SupportRule(models.Model):
    """What lending somebody costs, how far people are asked, and who has to agree; at most one row."""

    subsidy_fen = FenField(_("Subsidy for a day"), default=15_000)
    travel_fen_per_km = FenField(_("Way, for a kilometre"), default=100)
    reach_m = AmountField(_("Asked within metres"), default=300_000)
    asks_installer = models.BooleanField(_("The installer has to accept"), default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_support_rule"),
            models.CheckConstraint(
                condition=models.Q(
                    subsidy_fen__gte=0, travel_fen_per_km__gte=0, reach_m__gte=1_000
                ),
                name="support_rule_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subsidy_fen} + {self.travel_fen_per_km}/km"


class SupportRequest(models.Model):
    """Somebody asked for, for one day in another city, with the cost as it was quoted.

    `way_m` is one way by road, estimated. `margin_fen` is what the jobs they would do leave the
    company in the mean, None where nothing is known.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for the manager")
        APPROVED = "approved", _("Waits for the installer")
        LOCKED = "locked", _("Agreed")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        DECLINED = "declined", _("Declined by the installer")
        CANCELLED = "cancelled", _("Cancelled")

    HOLDING = (State.APPROVED.value, State.LOCKED.value, State.DONE.value)
    """States in which the day is the borrowing city's and nobody else's."""
    OPEN = (State.ASKED.value, State.APPROVED.value, State.LOCKED.value)

    day = models.DateField()
    installer = models.ForeignKey(Installer, models.PROTECT, related_name="supports")
    home = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    city = models.ForeignKey(Region, models.PROTECT, related_name="+")
    borrower = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    jobs = models.PositiveSmallIntegerField()
    way_m = AmountField()
    subsidy_fen = FenField()
    travel_fen_per_km = FenField()
    margin_fen = FenField(null=True)
    note = models.CharField(_("Note"), max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["installer", "day"],
                condition=models.Q(state__in=("approved", "locked", "done")),
                name="lent_to_one_a_day",
            ),
            models.UniqueConstraint(
                fields=["installer", "day", "borrower"],
                condition=models.Q(state="asked"),
                name="asked_once_for_support",
            ),
        ]
        indexes = [
            models.Index(fields=["day", "state"], name="support_on"),
            models.Index(fields=["installer", "day"], name="support_of"),
        ]

    def __str__(self) -> str:
        return f"{self.installer_id} {self.day} → {self.borrower_id} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether something may still become of it."""
        return self.state in self.OPEN

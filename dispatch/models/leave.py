"""Leave that is asked for, and wishes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer


class LeaveRequest(models.Model):
    """Days an installer asks to be away, both ends included, and the answer."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for the answer")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="leave_requests")
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    reason = models.CharField(_("Reason"), max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("Answer"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="asked_leave_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="leave_asked")]

    def __str__(self) -> str:
        return f"{self.installer_id} {self.starts_on}–{self.ends_on} {self.state}"


class RosterWish(models.Model):
    """What an installer would like on a day; a proposal looks at it, nobody is bound by it."""

    class Wants(models.TextChoices):
        OFF = "off", _("Would like the day off")
        EARLY = "early", _("Would rather not work late")
        LATE = "late", _("Would like to work late")

    installer = models.ForeignKey(Installer, models.CASCADE, related_name="roster_wishes")
    day = models.DateField()
    wants = models.CharField(max_length=5, choices=Wants.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["installer", "day"], name="one_wish_a_day")]

    def __str__(self) -> str:
        return f"{self.installer_id} {self.day} {self.wants}"

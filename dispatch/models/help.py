"""Help on a running visit: who was asked, by whom, why, and what they answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common import clock
from common.fields import AmountField
from workorders.models import WorkOrder


class HelpRequest(models.Model):
    """One colleague asked to come and help; a request to the nearest goes on to the next one.

    `colleague` is empty where nobody could be asked. `distance_m` is by road, estimated, from where
    the colleague was; `jobs_done` how much of this item they had finished.
    """

    class Reason(models.TextChoices):
        LIFTING = "lifting", _("Too heavy or too high for one person")
        FAULT = "fault", _("A fault I cannot find")
        SKILL = "skill", _("Needs somebody with more experience")
        TOOL = "tool", _("A tool or a part is missing")
        TIME = "time", _("Will not be done in time")
        OTHER = "other", _("Other reason")

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the answer")
        ACCEPTED = "accepted", _("Comes")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("No answer")
        WITHDRAWN = "withdrawn", _("Taken back")
        NOBODY = "nobody", _("Nobody near could be asked")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="help_requests")
    asker = models.ForeignKey(Installer, models.PROTECT, related_name="help_asked")
    colleague = models.ForeignKey(
        Installer, models.PROTECT, null=True, related_name="help_wanted_of"
    )
    reason = models.CharField(_("Reason"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("In your words"), max_length=150, blank=True)
    is_automatic = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    distance_m = AmountField(null=True)
    jobs_done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"], condition=models.Q(state="open"), name="one_open_help"
            ),
            models.UniqueConstraint(
                fields=["colleague"], condition=models.Q(state="open"), name="asked_by_one"
            ),
        ]
        indexes = [
            models.Index(
                fields=["colleague", "expires_at"],
                name="open_help",
                condition=models.Q(state="open"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.asker_id} → {self.colleague_id} {self.state}"

    @property
    def waits(self) -> bool:
        """Whether the colleague may still answer."""
        return self.state == self.State.OPEN and self.expires_at > clock.now()

    @property
    def comes(self) -> bool:
        """Whether the colleague said yes, and may."""
        return self.state == self.State.ACCEPTED


class HelpRule(models.Model):
    """Whose people may be asked for help; at most one row."""

    class Reach(models.TextChoices):
        OUTLET = "outlet", _("People of the same outlet")
        BRANCH = "branch", _("People of all units of the same branch")
        NEAR = "near", _("People of every outlet that serves this place or lies near it")

    reach = models.CharField(_("Who may be asked"), max_length=10, choices=Reach.choices)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_help_rule")]

    def __str__(self) -> str:
        return self.reach

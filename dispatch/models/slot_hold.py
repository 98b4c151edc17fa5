"""The places customers hold while they book."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import OrgUnit
from workorders.models import WorkOrder


class SlotHold(models.Model):
    """A slot kept for an order while its customer decides; it ends by itself."""

    class State(models.TextChoices):
        HELD = "held", _("Held")
        BOOKED = "booked", _("Booked")
        RELEASED = "released", _("Given back")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="slot_holds")
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    held_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"], condition=models.Q(state="held"), name="one_held_slot"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="held_slot_has_length"
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "starts_at"],
                name="slots_held",
                condition=models.Q(state="held"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.starts_at:%F %R} {self.state}"

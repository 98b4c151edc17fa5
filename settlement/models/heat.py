"""Business areas that were busy in a month, and what was decided about their price."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Region


class AreaHeat(models.Model):
    """A business area that passed the limit in a month; asked once, decided once."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for a decision")
        KEPT = "kept", _("Price kept")
        RAISED = "raised", _("Price to be raised")

    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    month = models.DateField()
    orders = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_on = models.DateField()
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "month"], name="area_heat_once")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.month:%Y-%m}: {self.orders}"

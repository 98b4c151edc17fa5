"""How many jobs an outlet takes on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import OrgUnit


class CapacityLimit(models.Model):
    """Jobs of a type an outlet takes on in a part of a day; `reserve` of them are for emergencies.

    An empty order type means jobs of every type together. One with days takes the place of the
    usual one on these days, both ends included; of several the one that begins last.
    """

    class Part(models.TextChoices):
        DAY = "day", _("Whole day")
        MORNING = "am", _("Morning (before 12:00)")
        AFTERNOON = "pm", _("Afternoon (from 12:00)")

    unit = models.ForeignKey(
        OrgUnit, models.CASCADE, related_name="capacity_limits", verbose_name=_("Service outlet")
    )
    order_type = models.CharField(_("Order type"), max_length=20, blank=True)
    part = models.CharField(_("Part of the day"), max_length=3, choices=Part.choices)
    most = models.PositiveSmallIntegerField(_("Jobs at most"))
    reserve = models.PositiveSmallIntegerField(_("Of these kept for emergencies"), default=0)

    first_on = models.DateField(_("Only from"), null=True, blank=True)
    last_on = models.DateField(_("Only until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "order_type", "part"],
                condition=models.Q(first_on=None),
                name="one_usual_limit_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["unit", "order_type", "part", "first_on"],
                name="one_limit_of_a_kind_from_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(first_on=None, last_on=None)
                | models.Q(first_on__lte=models.F("last_on")),
                name="limit_days",
            ),
            models.CheckConstraint(
                condition=models.Q(reserve__lte=models.F("most")), name="reserve_within_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.order_type} {self.part}: {self.most}"

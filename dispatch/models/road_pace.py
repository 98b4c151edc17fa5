"""How fast people get along in a city, learned from their finished trips."""

from __future__ import annotations

from django.db import models

from common.fields import AmountField
from network.models import Region


class RoadPace(models.Model):
    """What the last night's look at a city's trips said; none for a city with too few of them.

    `metres_per_hour` of road metres as the engine estimates them, door to door without parking.
    """

    region = models.OneToOneField(Region, models.CASCADE, related_name="+")
    metres_per_hour = AmountField()
    trips = models.PositiveIntegerField()
    learned_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(metres_per_hour__gte=5_000, metres_per_hour__lte=90_000),
                name="road_pace_sane",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.metres_per_hour} m/h"

    @property
    def km_per_hour(self) -> int:
        """Whole kilometres an hour, as people say it."""
        return round(self.metres_per_hour / 1_000)

"""What customers pay on top of the price list, or less than it: a company's own rows, in order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from network.models import Region


class PriceSurcharge(models.Model):
    """One row: when it counts, and what it adds to the price of a job.

    A rate below 0 is a discount. For `distance` and `floor` what is added counts for every started
    `step` beyond `free`, at most `most` times; lengths in whole kilometres, floors as they are
    counted. Offers keep what they were computed from, so rows may change.
    """

    class Occasion(models.TextChoices):
        ALWAYS = "always", _("Every job")
        URGENT = "urgent", _("Urgent")
        NIGHT = "night", _("At night")
        HIGH_WORK = "high_work", _("Work at height")
        DISTANCE = "distance", _("Distance beyond")
        FLOOR = "floor", _("Floors beyond")
        HIGHWAY = "highway", _("Motorway service area")
        REMOTE = "remote", _("Remote")

    class Way(models.TextChoices):
        OF_SERVICE = "service", _("Percent of the service price")
        OF_SO_FAR = "so_far", _("Percent of the price so far")
        ONCE = "once", _("Amount, once a job")
        EACH = "each", _("Amount per piece")

    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name on the offer"), max_length=40)
    occasion = models.CharField(_("Counts for"), max_length=10, choices=Occasion.choices)
    way = models.CharField(_("How it counts"), max_length=10, choices=Way.choices)
    rate_bp = models.IntegerField(default=0)
    amount_fen = FenField(default=0)
    free = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=20)
    most_fen = FenField[int | None, int | None](null=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(_("Channel"), max_length=20, blank=True)
    member_level = models.CharField(_("Member level"), max_length=40, blank=True)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(step__gt=0, most__gt=0), name="surcharge_step_of_something"
            ),
            models.CheckConstraint(
                condition=models.Q(rate_bp__gte=-10_000), name="surcharge_discount_at_most_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_rate(self) -> bool:
        """Whether it adds a percentage; otherwise an amount."""
        return self.way in {self.Way.OF_SERVICE, self.Way.OF_SO_FAR}

    @property
    def is_stepped(self) -> bool:
        """Whether it counts steps of something measured."""
        return self.occasion in {self.Occasion.DISTANCE, self.Occasion.FLOOR}

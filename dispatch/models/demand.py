"""How much work the coming days bring: what the last night foretold, and how far off it was."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.demand.series import Method
from network.models import Region


class DemandNight(models.Model):
    """The last night's forecast as a whole; at most one row.

    `history_days` is how many full days, up to and with `last_day`, there were to learn from.
    """

    last_day = models.DateField()
    made_at = models.DateTimeField()
    history_days = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_demand_night")]

    def __str__(self) -> str:
        return str(self.last_day)


class DemandSeries(models.Model):
    """A city and a trade, or all trades of a city together: by how much forecasts were off.

    Sums over the days tried, in tenths of jobs. Of a sum it is what was shown that is measured, of
    a trade what was learned, shown or not. No region: the site's city is unknown.
    """

    class How(models.TextChoices):
        LEARNED = Method.LEARNED.value, _("Learned from the history")
        LAST_WEEK = Method.LAST_WEEK.value, _("The same day of last week")
        USUAL = Method.USUAL.value, _("The mean of four weeks")

    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+")
    trade = models.CharField(max_length=30, blank=True)
    is_sum = models.BooleanField(default=False)
    method = models.CharField(max_length=10, choices=How.choices)
    tried = models.PositiveIntegerField(default=0)
    ours_x10 = models.PositiveIntegerField(default=0)
    last_week_x10 = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "trade", "is_sum"],
                name="demand_series_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.trade or '*'}"

    @property
    def is_better(self) -> bool:
        """Whether the forecast was nearer to what came than last week's same day."""
        return self.tried > 0 and self.ours_x10 < self.last_week_x10


class DemandDay(models.Model):
    """What a city and trade are expected to bring on a day, in tenths of jobs, as it is shown.

    A day that is over keeps what the last night before it said.
    """

    series = models.ForeignKey(DemandSeries, models.CASCADE, related_name="days")
    day = models.DateField()
    jobs_x10 = models.PositiveIntegerField()
    last_week_x10 = models.PositiveIntegerField()
    usual_x10 = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="demand_day_once")]
        indexes = [models.Index(fields=["day"], name="demand_on")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.day}: {self.jobs_x10}"

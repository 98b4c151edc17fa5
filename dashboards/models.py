"""Roll-ups kept by events (never the source of a figure, always rebuildable), and resting alerts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from catalog.models import ServiceItem
from common.fields import FenField
from network.models import OrgUnit, Region


class RevenueRollup(models.Model):
    """Settled money by day × site region × service item × branch × outlet.

    An order whose site could not be placed has no region; its money counts all the same. Money
    without an order (bonuses of periods, accepted bills) has no item and the place of its unit.
    """

    day = models.DateField()
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="rollups")
    item = models.ForeignKey(ServiceItem, models.CASCADE, null=True, related_name="rollups")
    branch = models.ForeignKey(OrgUnit, models.CASCADE, null=True, related_name="branch_rollups")
    outlet = models.ForeignKey(OrgUnit, models.CASCADE, null=True, related_name="outlet_rollups")
    orders = models.IntegerField(default=0)
    revenue_fen = FenField(default=0)
    installer_fen = FenField(default=0)
    channel_fen = FenField(default=0)
    tax_fen = FenField(default=0)
    outside_fen = FenField(default=0)  # dealers and suppliers
    margin_fen = FenField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "region", "item", "branch", "outlet"],
                nulls_distinct=False,
                name="rollup_cell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.region_id} {self.item_id}"


class RollupApplied(models.Model):
    """Which events are already inside the roll-up, so a repeat changes nothing.

    The cell stays noted: an order that moves before its settlement is taken back must give up its
    figures where they were added.
    """

    source_key = models.CharField(max_length=60)
    cell = models.ForeignKey(RevenueRollup, models.CASCADE, null=True, related_name="+")
    applied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_key"], name="rollup_applied_once")]

    def __str__(self) -> str:
        return self.source_key


class RollupCheck(models.Model):
    """A night's comparison of the roll-up with a rebuild, month by month; the newest row is shown.

    `off` cells had other sums than a rebuild and `missed` bookings no event brought: both were put
    right. `waiting` bookings had their event still on its way, and count where they will. `ledger_off`
    are months whose sums are not those of the postings, which no rebuild mends.
    """

    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_month = models.DateField(null=True)
    cells = models.PositiveIntegerField(default=0)
    off = models.PositiveIntegerField(default=0)
    off_fen = FenField(default=0)
    missed = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    ledger_off = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d} {self.cells}"


class AlertRest(models.Model):
    """An alert that somebody is done with, or wants to see again from a moment on.

    Alerts are derived; `key` says which one it is. Without `until` somebody is done with it: it
    comes back when it counts something newer than `newest`, or more than `size`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    until = models.DateTimeField(null=True)
    newest = models.BigIntegerField()
    size = models.BigIntegerField()
    rested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="alert_rests_once_for_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key}"

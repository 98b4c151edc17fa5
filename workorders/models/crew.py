"""Who works on an order beside the installer who has it, and the parts chosen for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from workorders.models.order import WorkOrder


class CrewMember(models.Model):
    """Somebody who helps on an order, or had it before; `left_at` is when they left it."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="crew")
    installer = models.ForeignKey("accounts.Installer", models.PROTECT, related_name="crew_places")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order", "installer"],
                condition=models.Q(left_at=None),
                name="helps_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}+{self.installer_id}"


class ChosenShare(models.Model):
    """The part of the pay chosen for one person, in hundredths of a percent.

    An order has such rows for everybody on it, together 10,000, or none: then the finished steps
    divide its pay.
    """

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="chosen_shares")
    installer = models.ForeignKey("accounts.Installer", models.PROTECT, related_name="+")
    share_bp = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "installer"], name="share_chosen_once"),
            models.CheckConstraint(
                condition=models.Q(share_bp__lte=10_000), name="share_is_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}/{self.installer_id}: {self.share_bp}"

"""What an installer has to be told: a work order left their hands without their doing."""

from __future__ import annotations

from django.db import models

from workorders.models.order import WorkOrder


class InstallerNotice(models.Model):
    """An order was cancelled, refunded or given to somebody else; shown until it was seen.

    It was theirs from `since` to `at`; `since` is None where nobody wrote it down.
    """

    installer = models.ForeignKey("accounts.Installer", models.CASCADE, related_name="notices")
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="notices")
    reason = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["installer", "-at"],
                name="notices_unseen",
                condition=models.Q(seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}→{self.installer_id}"

"""What a customer sent with a repair request beside words."""

from __future__ import annotations

from django.db import models

from common.fields import AmountField
from workorders.models.shop import ShopOrder


class RequestPhoto(models.Model):
    """A photo of what is broken, re-encoded and without position data."""

    order = models.ForeignKey(ShopOrder, models.CASCADE, related_name="request_photos")
    file = models.FileField(upload_to="requests")
    sha256 = models.CharField(max_length=64)
    size_bytes = AmountField()
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="request_photo_sha")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.sha256[:8]}"


class RequestRule(models.Model):
    """Whether customers may ask for repairs without an account; at most one row, without it: yes."""

    is_open = models.BooleanField()
    hint = models.CharField(max_length=200, blank=True)
    """What is said instead while they may not."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_request_rule")]

    def __str__(self) -> str:
        return "open" if self.is_open else "closed"

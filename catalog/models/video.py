"""Videos of steps that the company keeps itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from common.fields import AmountField


class StepVideo(models.Model):
    """An MP4; versions of items name it for good, so rows are never changed."""

    file = models.FileField(upload_to="videos")
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    size_bytes = AmountField()
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="video_once")]

    def __str__(self) -> str:
        return self.name

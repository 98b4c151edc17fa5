"""Pictures of how a good photo looks, named by the fields of flows' forms."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from common.fields import AmountField


class ExamplePicture(models.Model):
    """An example, made small; versions of flows name it for good, so rows are never changed."""

    file = models.FileField(upload_to="examples")
    sha256 = models.CharField(max_length=64)
    size_bytes = AmountField()
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="example_once")]

    def __str__(self) -> str:
        return self.sha256[:12]

"""Which industry packs were imported, and in which version."""

from __future__ import annotations

from django.db import models


class ImportedPack(models.Model):
    """One confirmed import of a pack."""

    code = models.CharField(max_length=30)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    created_items = models.PositiveIntegerField()
    changed_items = models.PositiveIntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "-imported_at"], name="pack_latest")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

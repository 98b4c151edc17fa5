"""Example pictures as they are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders.models import ExamplePicture

if TYPE_CHECKING:
    from django.db.models import QuerySet


def examples() -> QuerySet[ExamplePicture]:
    """Return all example pictures of the company."""
    return ExamplePicture.objects.all()

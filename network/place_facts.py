"""Questions about what is recorded for places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from network.models import PlaceFact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from network.models import Region


def place_facts() -> QuerySet[PlaceFact]:
    """Return what is recorded, the newest day first."""
    return PlaceFact.objects.select_related("region").order_by("-from_day", "-pk")


def known_for(kind: str, chain: Sequence[Region], day: date) -> PlaceFact | None:
    """Return the value that holds on a day in a region given by its chain, the widest first.

    The nearest region with a value counts before the company as a whole; of one place the latest
    day, and of one day what was recorded last.
    """
    of_place = Q(region=None) | Q(region__in=[step.pk for step in chain])
    rows = PlaceFact.objects.filter(of_place, kind=kind, from_day__lte=day)
    nearness = {step.pk: depth for depth, step in enumerate(chain, start=1)}
    return max(
        rows, key=lambda row: (nearness.get(row.region_id or 0, 0), row.from_day, row.pk),
        default=None,
    )  # fmt: skip

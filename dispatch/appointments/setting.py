"""Sets the limits of outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from common.journal import record
from dispatch.models import CapacityLimit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def visible_limits(*, actor: User) -> QuerySet[CapacityLimit]:
    """Return the limits of the actor's units."""
    rows = CapacityLimit.objects.select_related("unit").order_by(
        "unit__path", "order_type", "part", F("first_on").asc(nulls_first=True)
    )
    return rows if actor.sees_everything else rows.filter(unit__in=actor.units)


@transaction.atomic
def save_limit(*, limit: CapacityLimit, actor: User) -> None:
    """Keep a limit; what is booked beyond it already stays."""
    limit.save()
    record(actor, "capacity.set", limit, unit=limit.unit_id, most=limit.most, part=limit.part)


@transaction.atomic
def remove_limit(*, limit: CapacityLimit, actor: User) -> None:
    """Take a limit away."""
    record(actor, "capacity.removed", limit, unit=limit.unit_id, part=limit.part)
    limit.delete()

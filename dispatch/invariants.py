"""What must always be true of assignments."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from common.invariants import invariant
from dispatch.models import Assignment


@invariant("I13", "An order has at most one active assignment")
def one_assignee() -> Iterator[str]:
    """Active assignments grouped by order."""
    active = Assignment.objects.filter(active=True).values("work_order_id")
    for row in active.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"order {row['work_order_id']} has {row['n']} active assignments"

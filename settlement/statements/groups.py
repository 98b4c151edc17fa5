"""What each kind of payee gets in a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from common.formatting import money
from common.svg import Segment
from network.models import OrgUnit
from settlement.models import (
    Party,
    Statement,
)


class GroupTotal(NamedTuple):
    """What one kind of payee gets in the run."""

    label: str
    payees: int
    total_fen: int


def group_totals(statements: QuerySet[Statement, Any]) -> list[GroupTotal]:
    """Totals by kind of payee (units by their kind) in the order of the biggest; one query."""
    rows = (
        statements.order_by()
        .values_list("party__kind", "party__unit__kind")
        .annotate(payees=Count("pk"), total=Sum("total_fen"))
    )
    found = [
        GroupTotal(_group_label(kind, unit_kind), payees, int(total))
        for kind, unit_kind, payees, total in rows
    ]
    return sorted(found, key=lambda group: -group.total_fen)


def _group_label(kind: str, unit_kind: str | None) -> str:
    label = OrgUnit.Kind(unit_kind).label if unit_kind else Party.Kind(kind).label
    return str(label)


def segments(groups: Sequence[GroupTotal]) -> list[Segment]:
    """The groups as parts of a bar; a group that owes has no width."""
    return [
        Segment(group.label, max(0, group.total_fen), money(group.total_fen), f"{group.payees:,}")
        for group in groups
    ]


def sum_fen(groups: Sequence[GroupTotal]) -> int:
    """Return the sum of all groups."""
    return sum(group.total_fen for group in groups)

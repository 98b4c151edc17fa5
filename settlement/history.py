"""What was known of an order's money at any moment of the past, from rows that never change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery

from settlement.adjustments.selectors import adjustments_of
from settlement.disputes.selectors import visible_disputes
from settlement.models import (
    Dispute,
    DisputeStep,
    JournalEntry,
    Settlement,
    SettlementAdjustment,
)
from settlement.recompute.posting import DIFFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from accounts.models import User
    from workorders.models import WorkOrder

_OF_A_SETTLEMENT = ("settlement", DIFFERENCE)


@dataclass(frozen=True, slots=True)
class KnownDispute:
    """A dispute filed by then and the state it was in, whatever became of it later."""

    dispute: Dispute
    state: Dispute.State


@dataclass(frozen=True, slots=True)
class Known:
    """The settlement that counted at a moment, and what people had claimed and decided by then.

    An upheld dispute stands in both: its answer among `disputes`, its money in `adjustments`.
    """

    at: datetime
    settlement: Settlement | None
    disputes: tuple[KnownDispute, ...]
    adjustments: tuple[SettlementAdjustment, ...]


def as_known(order: WorkOrder, at: datetime, *, actor: User) -> Known:
    """Return what counted for an order at a moment, as far as the reader may see.

    Without a settlement before the first one.

    A settlement counts from its own moment until the entry that takes it back was posted; its
    lines, version and facts are as they were stored then.
    """
    rows = list(
        Settlement.objects.filter(work_order=order)
        .select_related(
            "version__rule_set", "estimate__version", "period", "work_order__settled_by",
            "work_order__item_version", "work_order__site_region", "installer__user",
        )
        .order_by("pk")
    )  # fmt: skip
    ends = _taken_back_at(order)
    counted = [
        row
        for run, row in enumerate(rows, start=1)
        if row.settled_at <= at and (run not in ends or ends[run] > at)
    ]
    return Known(
        at=at,
        settlement=counted[-1] if counted else None,
        disputes=tuple(_disputes_then(order, at, actor)),
        adjustments=tuple(adjustments_of(order, actor=actor, until=at)),
    )


def _disputes_then(order: WorkOrder, at: datetime, actor: User) -> Iterator[KnownDispute]:
    """Yield what was claimed by then, oldest first, each in the state its last step had left it."""
    steps = DisputeStep.objects.filter(dispute=OuterRef("pk"), at__lte=at).order_by("-at", "-pk")
    filed = visible_disputes(actor=actor).filter(work_order=order, filed_at__lte=at)
    for dispute in filed.annotate(state_then=Subquery(steps.values("to_state")[:1])).order_by(
        "filed_at", "pk"
    ):
        yield KnownDispute(dispute, Dispute.State(dispute.state_then or Dispute.State.SUBMITTED))


def _taken_back_at(order: WorkOrder) -> dict[int, datetime]:
    """When each settlement of an order was taken back, by its place among the order's settlements.

    Each of them was posted by one entry of its own, in the same order.
    """
    own = JournalEntry.objects.filter(work_order=order, kind__in=_OF_A_SETTLEMENT)
    reversals = JournalEntry.objects.filter(work_order=order, kind="reversal")
    taken_back = dict(reversals.values_list("corrects_id", "posted_at"))
    entries = own.order_by("pk").values_list("pk", flat=True)
    return {run: taken_back[pk] for run, pk in enumerate(entries, start=1) if pk in taken_back}

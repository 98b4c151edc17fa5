"""Posts approved differences: a new active settlement per order, and one entry of what changes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse

from common import clock
from common.outbox import announce
from common.remembering import remembering
from common.transactions import transactional
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.models import RecomputeDifference, RecomputeRun, Settlement
from settlement.recompute.bonuses import post_bonus_differences
from settlement.recompute.correcting import correction_of
from settlement.recompute.disputed import open_disputes_of
from settlement.recompute.events import RecomputeApplied, RecomputePosted
from settlement.recompute.posting import (
    DIFFERENCE,
    MONEY,
    Worth,
    payees_again,
    post_differences,
)
from settlement.recompute.spread import KEPT, counted, posted
from settlement.services.rules_in_force import compiled
from settlement.services.settling import locked_orders
from settlement.shadow import Correction, corrected
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from workorders.models import WorkOrder

CHUNK = 200
GONE, NEWER, MOVED, DISPUTED = "gone", "newer", "moved", "disputed"
"""Why an approved order is left alone: not settled any more, settled anew, worth another sum, or
a line of it or an earlier correction is being disputed."""


@transactional
def apply_chunk(*, run_id: int, after: int) -> RecomputeRun:
    """Post the next approved orders and announce the next chunk, or finish; safe to repeat."""
    run = RecomputeRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state != RecomputeRun.State.APPLYING:
        return run
    waiting = run.differences.filter(settlement_id__gt=after, entry=None, skipped="")
    ids = list(
        waiting.order_by("settlement_id").values_list("settlement_id", flat=True).distinct()[:CHUNK]
    )
    rows: dict[int, list[RecomputeDifference]] = defaultdict(list)
    # The body is large, and compiled before in most steps.
    chosen = waiting.filter(settlement_id__in=ids).select_related("version").defer("version__body")
    for row in chosen:
        rows[row.settlement_id].append(row)
    with remembering():
        _apply(run, list(rows.values()))
    run.done += len(ids)
    run.moved_at = clock.now()
    if len(ids) < CHUNK:
        post_bonus_differences(run)
        run.state = RecomputeRun.State.APPLIED
        left = run.differences.exclude(skipped="").values("settlement_id").distinct().count()
        # What the page says of a posted run is what the books hold of it.
        run.totals = run.totals | {"skipped": left, "posted": posted(run), KEPT: counted(run)}
        if left:
            _tell(run, left)
        announce(RecomputeApplied(run.pk), key=f"recompute-applied:{run.pk}")
    else:
        announce(RecomputePosted(run.pk, ids[-1]), key=f"recompute-posted:{run.pk}:{ids[-1]}")
    run.save(update_fields=["done", "moved_at", "state", "totals"])
    return run


def _tell(run: RecomputeRun, left: int) -> None:
    """Tell who proposed and who approved that not all of it was posted: what they saw is not done."""
    people = [each for each in (run.started_by, run.approved_by) if each is not None]
    page = reverse("settlement:recompute-detail", args=[run.pk])
    tell_staff(
        run.work_order, people, code="recompute_left", page=page, what=run.reason, count=left
    )


def _apply(run: RecomputeRun, chunk: list[list[RecomputeDifference]]) -> None:
    """Post differences order by order, or note why not; the orders stay locked until the commit."""
    orders = locked_orders(rows[0].work_order_id for rows in chunk)
    found = Settlement.objects.filter(work_order__in=orders, status=Settlement.Status.ACTIVE)
    active = {
        each.work_order_id: each
        for each in found.select_related("installer__user").prefetch_related(*MONEY)
    }
    disputes = open_disputes_of(active.values())
    disputed = set(disputes.values_list("work_order_id", flat=True))
    correct = correction_of(run)
    taken: list[tuple[Worth, list[RecomputeDifference]]] = []
    for rows in chunk:
        order_id = rows[0].work_order_id
        worth = _worth(correct, rows, orders[order_id], active.get(order_id), disputed)
        if isinstance(worth, Worth):
            taken.append((worth, rows))
        else:
            for row in rows:
                row.skipped = worth
    entries = post_differences([worth for worth, _rows in taken])
    for entry, (_worth_of, rows) in zip(entries, taken, strict=True):
        for row in rows:
            row.entry = entry
    every = [row for rows in chunk for row in rows]
    RecomputeDifference.objects.bulk_update(every, ["entry", "skipped"])


def _worth(
    correct: Correction | None,
    rows: list[RecomputeDifference],
    order: WorkOrder,
    active: Settlement | None,
    disputed: set[int],
) -> Worth | str:
    """What the order is worth now, or why it is left alone."""
    if active is None or order.installer is None:
        return GONE
    if active.pk != rows[0].settlement_id:
        return NEWER
    if active.work_order_id in disputed:
        return DISPUTED
    version = rows[0].version
    outcome = settle(compiled(version), corrected(restored(active.facts), correct))
    to = payees_again(order, active, outcome)
    fen: dict[int | None, int] = defaultdict(int)
    for role, amount in outcome.payees.items():
        fen[to[role].pk] += amount
    if any(fen[row.party_id] != row.new_fen for row in rows):
        return MOVED
    key = f"{DIFFERENCE}:{rows[0].run_id}:{order.pk}"
    return Worth(order, active, version, outcome, to, key)

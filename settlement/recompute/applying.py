"""Posts approved differences: a new active settlement per order, and one entry of what changes."""

from __future__ import annotations

from collections import defaultdict

from common import clock
from common.outbox import announce
from common.transactions import transactional
from settlement.disputes.flow import OPEN
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.models import Dispute, RecomputeDifference, RecomputeRun
from settlement.recompute.comparing import changed_facts
from settlement.recompute.events import RecomputePosted
from settlement.recompute.posting import DIFFERENCE, payees_again, post_difference
from settlement.services.rules_in_force import compiled
from settlement.services.settling import active_settlement, locked_order
from settlement.shadow import with_changes

CHUNK = 50
GONE, NEWER, MOVED, DISPUTED = "gone", "newer", "moved", "disputed"
"""Why an approved order is left alone: not settled any more, settled anew, worth another sum, or
a line of it is being disputed."""


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
    for row in waiting.filter(settlement_id__in=ids).select_related("version"):
        rows[row.settlement_id].append(row)
    # Orders are locked in one order everywhere, so that two runs never wait for each other.
    for settlement_id in sorted(rows, key=lambda pk: rows[pk][0].work_order_id):
        _apply(run, rows[settlement_id])
    run.done += len(ids)
    run.moved_at = clock.now()
    if len(ids) < CHUNK:
        run.state = RecomputeRun.State.APPLIED
        left = run.differences.exclude(skipped="").values("settlement_id").distinct().count()
        run.totals = run.totals | {"skipped": left}
    else:
        announce(RecomputePosted(run.pk, ids[-1]), key=f"recompute-posted:{run.pk}:{ids[-1]}")
    run.save(update_fields=["done", "moved_at", "state", "totals"])
    return run


def _apply(run: RecomputeRun, rows: list[RecomputeDifference]) -> None:
    """Post one order's differences, or note why not; the order stays locked until the commit."""
    order = locked_order(rows[0].work_order_id)
    active = active_settlement(order)
    if active is None or order.installer is None:
        _skip(rows, GONE)
        return
    if active.pk != rows[0].settlement_id:
        _skip(rows, NEWER)
        return
    if Dispute.objects.filter(line__settlement=active, state__in=OPEN).exists():
        _skip(rows, DISPUTED)
        return
    version = rows[0].version
    outcome = settle(compiled(version), with_changes(restored(active.facts), changed_facts(run)))
    to = payees_again(order, active, outcome)
    worth: dict[int | None, int] = defaultdict(int)
    for role, fen in outcome.payees.items():
        worth[to[role].pk] += fen
    if any(worth[row.party_id] != row.new_fen for row in rows):
        _skip(rows, MOVED)
        return
    entry = post_difference(
        order=order,
        active=active,
        version=version,
        outcome=outcome,
        to=to,
        source_key=f"{DIFFERENCE}:{run.pk}:{order.pk}",
    )
    for row in rows:
        row.entry = entry
    RecomputeDifference.objects.bulk_update(rows, ["entry"])


def _skip(rows: list[RecomputeDifference], why: str) -> None:
    for row in rows:
        row.skipped = why
    RecomputeDifference.objects.bulk_update(rows, ["skipped"])

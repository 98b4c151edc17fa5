"""Starting, cancelling and approving a recompute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from settlement.headquarters import refuse_outsiders
from settlement.models import RecomputeRun, RuleSetVersion
from settlement.recompute.comparing import settlement_count
from settlement.recompute.events import RecomputeAdvanced, RecomputePosted
from settlement.recompute.facts import write_facts
from settlement.recompute.selection import narrow

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder

State = RecomputeRun.State


@transactional
def start_recompute(
    *,
    reason: str,
    actor: User,
    version: RuleSetVersion | None = None,
    work_order: WorkOrder | None = None,
    asked: dict[str, Any] | None = None,
) -> RecomputeRun:
    """Start a shadow run; nothing is posted before somebody else approves it.

    Over the reach of a version, over one order with corrected facts, or over the orders `asked` for.

    Refused without a reason, for people who do not see the whole company, and when no settled order
    is concerned.
    """
    refuse_outsiders(actor)
    refuse_unless(reason.strip(), "recompute.reason", _("Say why the money is computed again"))
    now = clock.now()
    run = RecomputeRun(
        cause=_cause(version, work_order),
        version=version,
        work_order=work_order,
        asked=asked or {},
        reason=reason.strip()[:200],
        known_at=now,
        started_by=actor,
        started_at=now,
        moved_at=now,
    )
    narrow(run)
    run.total, run.upto = settlement_count(run)
    refuse_unless(
        run.total,
        "recompute.nothing",
        _("No settled order fits; there is nothing to compute again"),
    )
    run.save()
    record(actor, "recompute.started", run, cause=run.cause, orders=run.total, reason=run.reason)
    announce(RecomputeAdvanced(run.pk, 0), key=f"recompute:{run.pk}:0")
    return run


def _cause(version: RuleSetVersion | None, work_order: WorkOrder | None) -> RecomputeRun.Cause:
    if version is not None:
        return RecomputeRun.Cause.VERSION
    return RecomputeRun.Cause.FILTER if work_order is None else RecomputeRun.Cause.FACT


@transactional
def cancel_recompute(*, run_id: int, actor: User) -> RecomputeRun:
    """Stop a run that is computing or waits for approval; nothing was posted. Again: no change."""
    run = _held(run_id, actor)
    if run.state == State.CANCELLED:
        return run
    if run.state not in {State.COMPUTING, State.REVIEW}:
        raise Conflict("recompute.approved", _approved_words(run))
    run.state = State.CANCELLED
    run.save(update_fields=["state"])
    record(actor, "recompute.cancelled", run)
    return run


@transactional
def approve_recompute(*, run_id: int, actor: User) -> RecomputeRun:
    """Let a reviewed run's differences be posted; by another person than who started it.

    The same person again: no change. Conflict names who was faster.
    """
    run = _held(run_id, actor)
    if run.approved_by_id == actor.pk:
        return run
    if run.approved_by_id is not None:
        raise Conflict("recompute.approved", _approved_words(run))
    if run.state == State.CANCELLED:
        raise Conflict("recompute.cancelled", _("This run was cancelled; nothing is posted"))
    if run.state != State.REVIEW:
        raise Conflict("recompute.computing", _("The differences are still being computed"))
    refuse_unless(
        run.started_by_id != actor.pk,
        "recompute.second_person",
        _("A second person approves: you started this run yourself"),
    )
    refuse_unless(
        run.totals.get("orders"), "recompute.zero", _("There is no difference to be posted")
    )
    write_facts(run)
    run.state, run.approved_by, run.approved_at = State.APPLYING, actor, clock.now()
    run.done, run.total = 0, run.totals["orders"]
    run.moved_at = clock.now()
    run.save()
    record(actor, "recompute.approved", run, **{k: v for k, v in run.totals.items() if k != "at"})
    announce(RecomputePosted(run.pk, 0), key=f"recompute-posted:{run.pk}:0")
    return run


def _held(run_id: int, actor: User) -> RecomputeRun:
    refuse_outsiders(actor)
    return RecomputeRun.objects.select_for_update(of=("self",)).get(pk=run_id)


def _approved_words(run: RecomputeRun) -> str:
    who = run.approved_by.display_name if run.approved_by else "—"
    return _("%(who)s has approved this run already") % {"who": who}

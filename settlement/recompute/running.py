"""Starting, cancelling, approving and rejecting a recompute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.access import Perm
from common.errors import Conflict, See, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from settlement.headquarters import refuse_outsiders
from settlement.models import (
    RecomputeDifference,
    RecomputeRun,
    RuleSetVersion,
    Settlement,
)
from settlement.recompute.bonuses import ROWS
from settlement.recompute.comparing import settlement_count
from settlement.recompute.disputed import open_disputes_of
from settlement.recompute.events import RecomputeAdvanced, RecomputePosted
from settlement.recompute.facts import write_facts
from settlement.recompute.others import in_the_way
from settlement.recompute.rates import OPEN, hold_rate
from settlement.recompute.selection import RATE, narrow
from workorders.services.locking import lock_order
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

State = RecomputeRun.State


@transactional
def start_recompute(
    *,
    reason: str,
    actor: User,
    version: RuleSetVersion | None = None,
    corrects: Settlement | None = None,
    asked: dict[str, Any] | None = None,
) -> RecomputeRun:
    """Start a shadow run; nothing is posted before somebody else approves it.

    Over the reach of a version, over the one order a settlement `corrects` facts of, or over the
    orders `asked` for.

    Refused without a reason, for people who do not see the whole company, and when no settled order
    is concerned. Conflict when the order was settled anew, or somebody else is correcting the same.
    """
    refuse_outsiders(actor)
    if corrects is not None:
        _hold(corrects, (asked or {}).get("kind", ""))
    if asked and RATE in asked:
        hold_rate(asked[RATE])
    refuse_unless(reason.strip(), "recompute.reason", _("Say why the money is computed again"))
    now = clock.now()
    run = RecomputeRun(
        cause=_cause(version, corrects, asked or {}),
        version=version,
        work_order=corrects.work_order if corrects else None,
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


def _cause(
    version: RuleSetVersion | None, corrects: Settlement | None, asked: dict[str, Any]
) -> RecomputeRun.Cause:
    if version is not None:
        return RecomputeRun.Cause.VERSION
    is_fact = corrects is not None or RATE in asked
    return RecomputeRun.Cause.FACT if is_fact else RecomputeRun.Cause.FILTER


def _hold(corrects: Settlement, kind: str) -> None:
    """Lock the order of a settlement: one correction of a kind at a time, of what counts."""
    _hold_settled(corrects.work_order_id, Settlement.objects.filter(pk=corrects.pk))
    runs = RecomputeRun.objects.filter(state__in=OPEN, work_order=corrects.work_order_id)
    other = runs.filter(asked__kind=kind).select_related("started_by").first()
    if other is not None:
        words = {"who": other.started_by.display_name, "what": other.fact_words}
        sentence = _(
            "%(who)s has proposed a correction of this already: %(what)s. Approve or reject that"
            " one first."
        )
        raise in_the_way(other, "recompute.open", sentence % words)


def _hold_settled(order_id: int, compared: QuerySet[Settlement]) -> None:
    """Lock an order; Conflict when none of what was compared counts any more."""
    lock_order(order_id)
    if not compared.filter(status=Settlement.Status.ACTIVE).exists():
        sentence = _(
            "The order was settled anew meanwhile. Look at what counts now, and correct that."
        )
        raise Conflict("recompute.stale", sentence)


def _refuse_busy(run: RecomputeRun, compared: QuerySet[Settlement], actor: User) -> None:
    """Conflict while posting would leave the order alone, whose fact would be recorded all the same."""
    waiting = RecomputeDifference.objects.filter(settlement__in=compared, entry=None, skipped="")
    posting = waiting.filter(run__state=State.APPLYING).exclude(run=run).select_related("run")
    if row := posting.first():
        sentence = _(
            "Another computation of this order is just being posted; approve once it is done"
        )
        raise in_the_way(row.run, "recompute.busy", sentence)
    if dispute := open_disputes_of(compared).first():
        sentence = _("A line of this order is being disputed; decide the dispute first")
        url = reverse("settlement:dispute-detail", args=[dispute.number])
        see = See(_("Dispute %(number)s") % {"number": dispute.number}, url)
        allowed = actor.has(Perm.DISPUTE_REVIEW)
        raise Conflict("recompute.disputed", sentence, see=see if allowed else None)


@transactional
def cancel_recompute(*, run_id: int, actor: User) -> RecomputeRun:
    """Stop a run that is computing, or withdraw one's own proposal. Again: no change.

    Nothing was posted. What somebody else proposes is rejected with a reason.
    """
    run = _held(run_id, actor)
    if run.state == State.CANCELLED:
        return run
    _refuse_rejected(run)
    if run.state not in {State.COMPUTING, State.REVIEW}:
        raise Conflict("recompute.approved", _approved_words(run))
    refuse_unless(
        run.state == State.COMPUTING or run.started_by_id == actor.pk,
        "recompute.not_own",
        _("Somebody else proposes this: reject it with a reason"),
    )
    run.state = State.CANCELLED
    run.save(update_fields=["state"])
    record(actor, "recompute.cancelled", run)
    return run


@transactional
def reject_recompute(*, run_id: int, reason: str, actor: User) -> RecomputeRun:
    """Turn a proposal down with a reason, which who made it is told; by another person.

    Conflict when somebody was faster.
    """
    run = _held(run_id, actor)
    _refuse_decided(run)
    refuse_unless(
        run.started_by_id != actor.pk,
        "recompute.second_person",
        _("You started this run yourself: cancel it"),
    )
    why = reason.strip()[:200]
    refuse_unless(why, "recompute.rejection", _("Say why it is rejected"))
    run.state, run.rejection = State.REJECTED, why
    run.rejected_by, run.rejected_at = actor, clock.now()
    run.save(update_fields=["state", "rejection", "rejected_by", "rejected_at"])
    record(actor, "recompute.rejected", run, reason=why)
    tell_staff(
        run.work_order,
        [run.started_by],
        code="recompute_rejected",
        sender=actor,
        page=reverse("settlement:recompute-detail", args=[run.pk]),
        what=run.reason,
        reason=why,
    )
    return run


@transactional
def approve_recompute(*, run_id: int, actor: User) -> RecomputeRun:
    """Let a reviewed run's differences be posted; by another person than who started it.

    The same person again: no change. Conflict names who was faster.
    """
    run = _held(run_id, actor)
    if run.approved_by_id == actor.pk:
        return run
    _refuse_decided(run)
    refuse_unless(
        run.started_by_id != actor.pk,
        "recompute.second_person",
        _("A second person approves: you started this run yourself"),
    )
    differs = run.totals.get("orders") or run.totals.get(ROWS)
    refuse_unless(differs, "recompute.zero", _("There is no difference to be posted"))
    if run.work_order_id is not None:
        # Or the fact would be recorded and the difference, which is none any more, left alone.
        compared = Settlement.objects.filter(pk__in=run.differences.values("settlement"))
        _hold_settled(run.work_order_id, compared)
        _refuse_busy(run, compared, actor)
    write_facts(run)
    run.state, run.approved_by, run.approved_at = State.APPLYING, actor, clock.now()
    run.totals["compared"] = run.total
    run.done, run.total = 0, run.totals["orders"]
    run.moved_at = clock.now()
    run.save()
    record(actor, "recompute.approved", run, **_told(run))
    announce(RecomputePosted(run.pk, 0), key=f"recompute-posted:{run.pk}:0")
    return run


def _told(run: RecomputeRun) -> dict[str, int]:
    """What the journal keeps of a run's totals."""
    kept = {key: run.totals[key] for key in ("orders", "up_fen", "down_fen", "skipped")}
    return kept | {"bonuses": len(run.totals.get(ROWS, []))}


def _held(run_id: int, actor: User) -> RecomputeRun:
    refuse_outsiders(actor)
    return RecomputeRun.objects.select_for_update(of=("self",)).get(pk=run_id)


def _refuse_decided(run: RecomputeRun) -> None:
    """Conflict for a run nobody can decide on: it was decided already, or still computes."""
    _refuse_rejected(run)
    if run.approved_by_id is not None:
        raise Conflict("recompute.approved", _approved_words(run))
    if run.state == State.CANCELLED:
        raise Conflict("recompute.cancelled", _("This run was cancelled; nothing is posted"))
    if run.state != State.REVIEW:
        raise Conflict("recompute.computing", _("The differences are still being computed"))


def _refuse_rejected(run: RecomputeRun) -> None:
    if run.state == State.REJECTED:
        who = run.rejected_by.display_name if run.rejected_by else "—"
        sentence = _("%(who)s has rejected this run; nothing is posted")
        raise Conflict("recompute.rejected", sentence % {"who": who})


def _approved_words(run: RecomputeRun) -> str:
    who = run.approved_by.display_name if run.approved_by else "—"
    return _("%(who)s has approved this run already") % {"who": who}

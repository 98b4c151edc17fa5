"""Locking a period: asked by one person, made ready in chunks, with statements that equal the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from settlement.bonuses.selectors import bonus_outlook
from settlement.headquarters import refuse_outsiders
from settlement.models import Party, StatementPeriod, StatementRun
from settlement.services.periods import closing_alone
from settlement.statements.checks import Findings, find
from settlement.statements.events import PeriodLockAdvanced
from settlement.statements.final import lock_now, outdated, refuse_blocked
from settlement.statements.run import (
    CHUNK,
    lock_is_stuck,
    make_statement,
    refuse_locked,
    refuse_locking,
)

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def lock_period(*, period_id: int, typed: str, actor: User) -> StatementPeriod:
    """Lock an open period whose latest run was reviewed; the same person again: no change.

    `typed` is the period's name, such as 2026-11. The period's row is locked first: postings on
    their way (they hold it shared) come in, later ones go into the next period. With every
    statement current it is locked at once; otherwise it stays open, and the background makes anew
    what is behind and then locks it. Conflict names who was faster; Refused for a wrong name, an
    earlier period still open, no reviewed run, or a finding that forbids it.
    """
    refuse_outsiders(actor)
    closing_alone()
    period = StatementPeriod.objects.select_for_update().get(pk=period_id)
    if period.state != StatementPeriod.State.OPEN and period.locked_by_id == actor.pk:
        return period
    refuse_locked(period)
    refuse_unless(
        typed.strip() == str(period),
        "period.typed",
        _("To lock it, type the period as it is written here: %(period)s") % {"period": period},
    )
    _refuse_out_of_order(period)
    run = _reviewed_run(period)
    if run.is_locking and not lock_is_stuck(run):
        if run.lock_asked_by_id != actor.pk:
            refuse_locking(run)
        return period
    behind = len(outdated(run))
    if behind or bonus_outlook(period).payees:
        _ask(run, behind, actor)
        return period
    lock_now(period, run, actor=actor)
    period.refresh_from_db()
    return period


def _ask(run: StatementRun, behind: int, actor: User) -> None:
    """Keep who wants the lock, and let the background begin; refused for what forbids it already."""
    findings = Findings.read(run.checks)
    findings.checks = find(run.period, findings)
    refuse_blocked(findings)
    run.checks = findings.plain()
    run.lock_asked_by, run.lock_asked_at = actor, clock.now()
    run.lock_turn += 1
    run.lock_total, run.lock_done, run.lock_stopped = behind, 0, ""
    run.lock_moved_at = run.lock_asked_at
    run.save()
    record(actor, "period.lock_asked", run.period, run=run.pk, behind=behind)
    _announce(run, 0)


@transaction.atomic
def advance_lock(*, run_id: int, turn: int, after_party_id: int) -> StatementRun:
    """Make anew the next chunk of statements that are behind; after the last chunk, lock.

    Safe to repeat: a statement that is current is not behind. What comes in meanwhile is made in
    the last step, which holds the period. Does nothing for a turn before the last request.
    """
    run = StatementRun.objects.select_related("period").get(pk=run_id)
    chosen = sorted(pk for pk in outdated(run) if pk > after_party_id)[:CHUNK]
    if not chosen:
        return _finish(run, turn)
    run = StatementRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if not run.is_locking or run.lock_turn != turn:
        return run
    findings = Findings.read(run.checks)
    for party in Party.objects.filter(pk__in=chosen).order_by("pk"):
        make_statement(run, party, findings)
    run.checks = findings.plain()
    run.lock_done += len(chosen)
    # Postings that came in after the request make more work than was counted then.
    run.lock_total = max(run.lock_total, run.lock_done)
    run.lock_moved_at = clock.now()
    run.save(update_fields=["checks", "lock_done", "lock_total", "lock_moved_at"])
    _announce(run, chosen[-1])
    return run


def _finish(run: StatementRun, turn: int) -> StatementRun:
    """Lock the period for who asked, or keep why that stopped, for the page."""
    closing_alone()
    period = StatementPeriod.objects.select_for_update().get(pk=run.period_id)
    run = StatementRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not run.is_locking or run.lock_turn != turn or run.lock_asked_by is None:
        return run
    run.period = period
    try:
        with transaction.atomic():
            _refuse_out_of_order(period)
            lock_now(period, run, actor=run.lock_asked_by)
    except Refused as refused:
        stopped = StatementRun.objects.filter(pk=run.pk)
        stopped.update(lock_stopped=refused.code)
        record(run.lock_asked_by, "period.lock_stopped", period, code=refused.code)
        run.refresh_from_db()
    return run


def _announce(run: StatementRun, after: int) -> None:
    step = PeriodLockAdvanced(run.pk, run.lock_turn, after)
    announce(step, key=f"period-lock:{run.pk}:{run.lock_turn}:{after}")


def _refuse_out_of_order(period: StatementPeriod) -> None:
    earlier = StatementPeriod.objects.filter(
        starts_on__lt=period.starts_on, state=StatementPeriod.State.OPEN
    )
    if first := earlier.order_by("starts_on").first():
        sentence = _("Periods are locked in order: %(period)s is still open")
        raise Refused("period.order", sentence % {"period": first})


def _reviewed_run(period: StatementPeriod) -> StatementRun:
    run = period.runs.select_for_update(of=("self",)).order_by("pk").last()
    if run is None or run.state != StatementRun.State.REVIEW:
        raise Refused("period.not_reviewed", _("Compute the statements first, then look at them"))
    run.period = period
    return run

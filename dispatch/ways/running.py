"""Leads an order through its rule: one step after another, until somebody has it or a person decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused
from common.gathering import attempt
from common.journal import record
from common.outbox import announce_all
from common.transactions import transactional
from dispatch.events import AssignmentRunDue
from dispatch.models import Assignment, AssignmentRule, AssignmentRun, JobOffer
from dispatch.services.assigning import assign
from dispatch.services.candidates import ranked_candidates
from dispatch.services.offers import put_in_pool, withdraw_offer
from dispatch.ways.declining import declined_by, has_declined, most_declined
from dispatch.ways.matching import drawn_of, rule_for, rules_in_use, share_on
from dispatch.ways.reaching import reached, refusals
from dispatch.ways.steps import BY_DISTANCE, How, Step, Whom, read
from dispatch.ways.telling import tell_left, tell_on_call
from workorders import timeline
from workorders.flow import Meaning
from workorders.models import WorkOrder
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from dispatch.services.candidates import Ranked

AT_ONCE = 200
"""Orders that are looked at in one minute; the rest the next one."""
RECENT = timedelta(days=7)
_BEST_TRIED = 5
"""So many are tried one after another when who was best has just got something else."""
_RUNNING = AssignmentRun.State.RUNNING


@transactional
def begin_run(*, order_id: int) -> AssignmentRun | None:
    """Take up a waiting order by the first rule it fits; None where no rule does, or it ran already."""
    order = lock_order(order_id)
    if order.meaning != Meaning.WAITING.value or order.installer_id is not None:
        return None
    if AssignmentRun.objects.filter(work_order=order).exists():
        return None
    rule = rule_for(order)
    if rule is None or order.stage_since < rule.applies_from:
        return None
    share = share_on(rule, clock.business_day())
    run = AssignmentRun.objects.create(
        work_order=order,
        rule=rule,
        rule_name=rule.name,
        steps=rule.steps,
        drawn=drawn_of(order.number),
        share_pct=share,
        began_at=clock.now(),
    )
    if run.drawn >= share:
        words = _("outside the share of %(share)s %% (drawn %(drawn)s)")
        _leave(run, order, words % {"share": share, "drawn": run.drawn})
        return run
    _go_through(run, order)
    return run


@transactional
def go_on(*, order_id: int) -> AssignmentRun | None:
    """Take the next step of an order whose step is over; nothing where it is not."""
    order = lock_order(order_id)
    run = _run_of(order)
    if run is None or run.step_ends_at is None or run.step_ends_at > clock.now():
        return run
    if order.meaning != Meaning.WAITING.value or order.installer_id is not None:
        _end(run, AssignmentRun.State.STOPPED)
        return run
    _close_offer(order)
    run.position += 1
    _go_through(run, order)
    return run


@transactional
def resume_run(*, order_id: int) -> AssignmentRun | None:
    """Go on with a rule whose choice was declined: the same step again, without who declined.

    Nothing happens where a dispatcher took the order back, or who had it was not the rule's choice.
    After `MOST_DECLINED` of them a dispatcher decides.
    """
    order = lock_order(order_id)
    if order.meaning != Meaning.WAITING.value or order.installer_id is not None:
        return None
    rows = AssignmentRun.objects.select_for_update(no_key=True)
    run = rows.filter(work_order=order, state=AssignmentRun.State.GIVEN).first()
    person = has_declined(order, run) if run is not None else None
    if run is None or person is None:
        return None
    run.state, run.ended_at = _RUNNING, None
    step = read(run.steps)[min(run.position, len(run.steps) - 1)]
    _tried(run, step, "declined", name=person.user.display_name, installer=person.pk)
    if most_declined(run):
        _leave(run, order, _("several have declined it"))
    else:
        _go_through(run, order)
    return run


@transactional
def confirm_suggestion(*, order_id: int, actor: User) -> Assignment:
    """Give the order to whom the rule suggests now. Conflict where it suggests nobody any more."""
    order = lock_order(order_id)
    run = _run_of(order)
    last = run.tries[-1] if run is not None and run.tries else {}
    if last.get("code") != "suggested":
        raise Conflict("run.over", _("No rule is at work on this order any more"))
    made = assign(
        order_id=order.pk,
        installer_id=last["installer"],
        actor=actor,
        way=Assignment.Way.SUGGESTED,
    )
    record(actor, "run.confirmed", order, installer=last["installer"])
    return made


@transactional
def end_run(*, order_id: int, state: str) -> None:
    """End an order's run because somebody has the order, or nobody needs it; again: no effect."""
    order = lock_order(order_id)
    run = _run_of(order)
    if run is not None:
        _end(run, state)


@transactional
def stop_run(*, order_id: int, actor: User) -> None:
    """Let a dispatcher decide instead of the rule: its open offer is taken back too."""
    order = lock_order(order_id)
    run = _run_of(order)
    if run is None:
        raise Conflict("run.over", _("No rule is at work on this order any more"))
    withdraw_offer(order_id=order.pk, actor=actor)
    _end(run, AssignmentRun.State.STOPPED)
    words = _("stopped by %(name)s") % {"name": actor.display_name}
    timeline.note(order, "auto_left", name=run.rule_name, text=words, actor=actor)
    record(actor, "run.stopped", order, rule=run.rule_name)


@transactional
def look_for_work() -> int:
    """Have the orders taken up that wait without a run, and those led on whose step is over."""
    due = AssignmentRun.objects.filter(state=_RUNNING, step_ends_at__lte=clock.now())
    ids = list(due.order_by("step_ends_at").values_list("work_order_id", flat=True)[:AT_ONCE])
    if rules_in_use(on=clock.business_day()).exists():
        ids += list(_new_orders().values_list("pk", flat=True)[: AT_ONCE - len(ids)])
    announce_all(AssignmentRunDue(pk) for pk in ids)
    return len(ids)


@transactional
def lead_on(*, order_id: int) -> None:
    """Take an order up, or lead it on."""
    if AssignmentRun.objects.filter(work_order=order_id).exists():
        go_on(order_id=order_id)
    else:
        begin_run(order_id=order_id)


def _new_orders() -> Any:
    first = AssignmentRule.objects.filter(is_active=True).order_by("applies_from").first()
    since = max(first.applies_from if first else clock.now(), clock.now() - RECENT)
    return WorkOrder.objects.filter(
        meaning=Meaning.WAITING.value,
        installer=None,
        assignment_run=None,
        stage_since__gte=since,
    ).order_by("-urgent", "stage_since")


def _run_of(order: WorkOrder) -> AssignmentRun | None:
    rows = AssignmentRun.objects.select_for_update(no_key=True)
    return rows.filter(work_order=order, state=_RUNNING).first()


def _go_through(run: AssignmentRun, order: WorkOrder) -> None:
    """Take the steps from the present one on until one of them has taken effect."""
    gone = declined_by(run)
    everybody = ranked_candidates(order=order, limit=200)
    ranking = [each for each in everybody if each.installer.pk not in gone]
    steps = read(run.steps)
    for place in range(run.position, len(steps)):
        step = steps[place]
        run.position = place
        found = reached(order, ranking, step)
        if not found:
            _note_nobody(run, order, step, ranking)
        elif step.how == How.OFFER:
            _offer(run, order, step, found)
            return
        elif step.how == How.SUGGEST:
            _suggest(run, order, step, found[0])
            return
        elif _assign(run, order, step, found):
            return
    run.position = len(steps)
    _leave(run, order, _("all steps are over"))


def _assign(run: AssignmentRun, order: WorkOrder, step: Step, found: Sequence[Ranked]) -> bool:
    lost = ""
    for best in found[:_BEST_TRIED]:
        try:
            with attempt():
                assign(
                    order_id=order.pk,
                    installer_id=best.installer.pk,
                    actor=None,
                    way=Assignment.Way.AUTOMATIC,
                )
        except (Conflict, Refused) as refused:
            lost = str(refused)
            order.refresh_from_db()
            continue
        why = "；".join([step.words, *(each.words for each in best.reasons)])
        timeline.note(order, "auto_given", name=run.rule_name, text=why)
        _tried(run, step, "given", name=best.installer.user.display_name)
        _end(run, AssignmentRun.State.GIVEN)
        return True
    timeline.note(order, "auto_left", name=run.rule_name, text=lost)
    _tried(run, step, "refused", text=lost)
    return False


def _offer(run: AssignmentRun, order: WorkOrder, step: Step, found: list[Ranked]) -> None:
    ends_at = clock.now() + timedelta(minutes=step.minutes)
    reach = step.km * 1000 if step.whom in BY_DISTANCE else _farthest(found)
    put_in_pool(order, found, actor=None, radius_m=reach, ends_at=ends_at)
    timeline.note(
        order,
        "auto_offered",
        name=run.rule_name,
        value=len(found),
        moment=ends_at.isoformat(),
        text=step.words,
    )
    _tried(run, step, "offered", people=len(found), until=ends_at.isoformat())
    if step.whom == Whom.ON_CALL:
        tell_on_call(order, [each.installer for each in found], ends_at)
    _wait(run, ends_at)


def _suggest(run: AssignmentRun, order: WorkOrder, step: Step, best: Ranked) -> None:
    ends_at = clock.now() + timedelta(minutes=step.minutes)
    name = best.installer.user.display_name
    why = "；".join([name, *(each.words for each in best.reasons)])
    timeline.note(order, "auto_suggested", name=run.rule_name, text=why, moment=ends_at.isoformat())
    _tried(run, step, "suggested", name=name, installer=best.installer.pk, text=why)
    _wait(run, ends_at)


def _wait(run: AssignmentRun, ends_at: datetime) -> None:
    run.step_ends_at = ends_at
    run.save(update_fields=["state", "position", "tries", "step_ends_at", "ended_at"])


def _farthest(found: Sequence[Ranked]) -> int:
    return max((each.distance_m or 0 for each in found), default=0)


def _note_nobody(
    run: AssignmentRun, order: WorkOrder, step: Step, ranking: Sequence[Ranked]
) -> None:
    why = refusals(ranking) or _("nobody of those who can is among them")
    timeline.note(
        order, "auto_nobody", name=run.rule_name, text=step.words, why=why, kind=timeline.Kind.ALERT
    )
    _tried(run, step, "nobody", text=why)


def _tried(run: AssignmentRun, step: Step, code: str, **params: Any) -> None:
    run.tries = [*run.tries, {"code": code, "step": step.words, **params}]


def _leave(run: AssignmentRun, order: WorkOrder, why: str) -> None:
    timeline.note(order, "auto_left", name=run.rule_name, text=why)
    run.tries = [*run.tries, {"code": "left", "text": why}]
    if order.urgent:
        tell_left(order, why)
    _end(run, AssignmentRun.State.LEFT)


def _end(run: AssignmentRun, state: str) -> None:
    run.state, run.step_ends_at, run.ended_at = state, None, clock.now()
    run.save(update_fields=["state", "step_ends_at", "ended_at", "position", "tries"])


def _close_offer(order: WorkOrder) -> None:
    mine = JobOffer.objects.filter(work_order=order, state=JobOffer.State.OPEN)
    mine.update(state=JobOffer.State.EXPIRED)

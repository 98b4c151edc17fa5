"""The only place that changes a work order's stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.utils.translation import gettext as _

from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.events import InstallerAskedAgain
from workorders.flow import Flow, Meaning, Stage, Transition, allowed, chosen, main_way, open_ways
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.happened import happened
from workorders.services.answers import NO_ANSWERS, Answers
from workorders.services.approving import agree, void_outdated
from workorders.services.beliefs import check_belief
from workorders.services.effects import drop_appointment, keep_answers, run_effects
from workorders.services.entering import enter_stage, give_to, take_from
from workorders.services.locking import lock_order
from workorders.services.move_checks import check_answers, check_role
from workorders.visit_path import first_stage

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User
    from workorders.models import WorkOrder

__all__ = [
    "Answers",
    "approve_work",
    "assign_installer",
    "end_by_shop",
    "find_transition",
    "open_transitions",
    "release_installer",
    "take_transition",
]


@transactional
def take_transition(
    *, order_id: int, key: str, actor: User | None, answers: Answers = NO_ANSWERS
) -> WorkOrder:
    """Take a transition of the order's own flow and return the order in its new stage.

    `actor` None is the system. Raises Conflict when the order has left the stages the transition
    starts from (somebody was faster), Refused("transition.role") for a role the flow does not
    name, Refused("transition.missing") with a sentence for each thing that is missing. A way that
    several people must agree to is taken by the last of them; until then the order stays.
    """
    order = lock_order(order_id)
    flow = flow_of(order)
    stage = flow.stage(order.stage)
    check_belief(flow, stage.key, answers.towards, answers)
    way = _find(flow, order, key, answers)
    check_belief(flow, stage.key, way.target, answers)
    check_role(order, way, actor, answers)
    target = flow.stage(way.target)
    previous = order.installer
    check_answers(order, stage, target, way, answers, actor)
    if way.approvals > 1 and not agree(order, way, actor, answers):
        return order
    if answers.installer is not None:
        give_to(order, answers.installer, actor=actor, reason=answers.reason)
    keep_answers(order, way, answers, actor)
    timeline.note(
        order,
        "moved",
        kind=timeline.Kind.PEOPLE if actor else timeline.Kind.SYSTEM,
        actor=actor,
        transition=way.name,
        key=key,
        via=answers.via,
        meaning=target.meaning.value,
        **{"from": stage.name, "to": target.name},
    )
    if answers.reason:
        timeline.note(order, "reason", kind=timeline.Kind.PEOPLE, actor=actor, text=answers.reason)
    run_effects(order, way.effects, actor=actor, reason=answers.reason)
    holder = order.installer
    counts_from = _counts_from(order, answers, is_new_holder=holder != previous)
    enter_stage(
        order,
        target,
        came_from=stage,
        reason=answers.reason,
        actor=actor,
        counts_from=counts_from,
    )
    if target == stage:
        void_outdated(order, by=actor)
    if holder is not None and holder == previous and _asks_anew(flow, stage, target):
        announce(InstallerAskedAgain(order.pk, holder.pk, int(order.stage_since.timestamp())))
    record(
        actor,
        "workorder.moved",
        order,
        transition=key,
        stage=target.key,
        installer=order.installer_id,
        previous=previous.pk if previous else None,
        reason=answers.reason,
    )
    return order


@transactional
def assign_installer(
    *,
    order_id: int,
    installer: Installer,
    actor: User | None,
    window: tuple[datetime, datetime] | None = None,
    claimed: bool = False,
    reason: str = "",
) -> WorkOrder:
    """Give the order to an installer: assign or claim from the pool, else reassign with a reason.

    Raises Conflict naming the present installer when the caller believed the order to be free
    (claimed it, or gave no reason for taking it away), Refused for an inactive installer.
    """
    order = lock_order(order_id)
    waiting = order.meaning == Meaning.WAITING.value
    if not waiting and order.installer is not None and (claimed or not reason):
        raise Conflict(
            "order.taken",
            _("%(name)s was faster and has this work order now")
            % {"name": order.installer.user.display_name},
        )
    answers = Answers(
        installer=installer, appointment=window, reason=reason, via="phone" if claimed else "desk"
    )
    key = ("claim" if claimed else "assign") if waiting else "reassign"
    return take_transition(order_id=order_id, key=key, actor=actor, answers=answers)


@transactional
def release_installer(
    *, order_id: int, actor: User | None, key: str, reason: str, via: str = "desk"
) -> WorkOrder:
    """Take the order back from its installer by decline, withdraw, requeue or another such key."""
    answers = Answers(reason=reason, via=via)
    return take_transition(order_id=order_id, key=key, actor=actor, answers=answers)


@transactional
def approve_work(*, order_id: int, actor: User | None) -> WorkOrder:
    """Say yes to work that is in review: take the way of the order's flow towards done.

    That is the way to done, or the planned one to what else looks at the work before. Raises
    Conflict when none leads on from the present stage.
    """
    order = lock_order(order_id)
    flow, facts = flow_of(order), OrderFacts(order)
    done = {stage.key for stage in flow.stages_meaning(Meaning.DONE)}
    ways = (way for way in open_ways(flow, order.stage, facts) if way.target in done)
    way = next(ways, None)
    if way is None and order.meaning == Meaning.IN_REVIEW:
        way = main_way(flow, order.stage, facts)
    key = (way or _too_late(flow, order)).key
    return take_transition(order_id=order.pk, key=key, actor=actor)


@transactional
def end_by_shop(*, order_id: int, reason: str) -> WorkOrder:
    """Cancel an order because its line was refunded, closed or taken away, whatever its stage.

    The shop's refund is a fact and no request: it also ends work that was done. Again: no effect.
    """
    order = lock_order(order_id)
    if order.meaning == Meaning.CANCELLED.value:
        return order
    flow = flow_of(order)
    target = flow.stages_meaning(Meaning.CANCELLED)[0]
    timeline.note(order, "shop_cancelled", kind=timeline.Kind.ALERT, reason=reason)
    take_from(order, actor=None, reason=reason)
    drop_appointment(order, None, reason)
    here = flow.stage(order.stage)
    enter_stage(order, target, came_from=here, reason=reason, actor=None)
    record(None, "workorder.ended_by_shop", order, reason=reason)
    return order


def open_transitions(order: WorkOrder, actor: User) -> tuple[Transition, ...]:
    """Return the transitions out of the present stage that this person may take.

    An installer who does not have the order may take none: claiming goes through its offer.
    """
    if actor.is_installer and (order.installer is None or order.installer.user_id != actor.pk):
        return ()
    return allowed(flow_of(order), order.stage, actor.role, OrderFacts(order))


def find_transition(order: WorkOrder, key: str) -> Transition | None:
    """Return the transition this key is for the order as it is; None when unknown.

    One that is not open now is returned all the same: who asks for it reads why it is not.
    """
    flow = flow_of(order)
    named = [each for each in flow.transitions if each.key == key]
    return chosen(flow, order.stage, key, OrderFacts(order)) or next(iter(named), None)


def _find(flow: Flow, order: WorkOrder, key: str, answers: Answers) -> Transition:
    named = [each for each in flow.transitions if each.key == key]
    refuse_unless(named, "transition.unknown", _("This work order's flow has no such action"))
    # A quotation leads where it leads by its own amount, not by the one before.
    asks = any("quote" in each.asks for each in named)
    facts = OrderFacts(order, quote_fen=answers.quote_fen if asks else None)
    way = chosen(flow, order.stage, key, facts)
    if way is None and (here := [each for each in named if order.stage in each.sources]):
        sentence = _("“%(name)s” is not for this work order: its conditions do not hold")
        raise Refused("transition.condition", sentence % {"name": here[0].name})
    return way or _too_late(flow, order)


def _too_late(flow: Flow, order: WorkOrder) -> NoReturn:
    name = flow.stage(order.stage).name
    if order.installer is not None:
        holder = order.installer.user.display_name
        sentence = _("The work order is already “%(stage)s” with %(name)s; please look again")
        raise Conflict("order.stage_changed", sentence % {"stage": name, "name": holder})
    sentence = _("The work order is already “%(stage)s”; please look again")
    raise Conflict("order.stage_changed", sentence % {"stage": name})


def _counts_from(order: WorkOrder, answers: Answers, *, is_new_holder: bool) -> datetime | None:
    """From when the limit of a stage counts that the order does not leave; None: as before.

    An appointment in the future moves it, and somebody else who got the order has the whole time.
    """
    now = happened(order).at
    starts_at = answers.appointment[0] if answers.appointment else now
    return starts_at if starts_at > now else now if is_new_holder else None


def _asks_anew(flow: Flow, stage: Stage, target: Stage) -> bool:
    """Whether who has the order has to say yes (again) in the stage it came to."""
    return target.key == first_stage(flow) != stage.key

"""Walks a work order through its flow as people would."""

from __future__ import annotations

from accounts.models import Installer, User
from tests.workorders.world import World, photo, signature, tomorrow
from workorders.models import WorkOrder
from workorders.services.check_ins import check_in
from workorders.services.evidence import mark_step
from workorders.services.follow_ups import record_follow_up
from workorders.services.photos import add_photo
from workorders.services.progress import Answers, assign_installer, take_transition
from workorders.services.signatures import add_signature


def step(order: WorkOrder, key: str, actor: User | None, **answers: object) -> WorkOrder:
    """Take one transition."""
    return take_transition(order_id=order.pk, key=key, actor=actor, answers=Answers(**answers))


def assign(order: WorkOrder, world: World, installer: Installer | None = None) -> WorkOrder:
    """Let the dispatcher assign the order."""
    return assign_installer(
        order_id=order.pk, installer=installer or world.installer, actor=world.dispatcher
    )


def arrive(order: WorkOrder, world: World) -> WorkOrder:
    """Assigned, accepted, booked, set out, checked in, on site."""
    order, me = assign(order, world), world.installer.user
    step(order, "accept", me)
    step(order, "book", me, appointment=tomorrow())
    step(order, "set_out", me)
    check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
    return step(order, "arrive", me)


def prove(order: WorkOrder, world: World) -> None:
    """Do the steps, take the photos and let the customer sign."""
    me = world.installer.user
    for seq in (1, 2):
        mark_step(order_id=order.pk, seq=seq, actor=me)
    add_photo(order_id=order.pk, upload=photo(10), actor=me, seq=1, label="铭牌照")
    add_photo(order_id=order.pk, upload=photo(90), actor=me, seq=2, label="完工照")
    add_photo(order_id=order.pk, upload=photo(200), actor=me, seq=2, label="完工照")
    add_signature(order_id=order.pk, upload=signature(), actor=me)


def complete(order: WorkOrder, world: World) -> WorkOrder:
    """From the pool to waiting for the follow-up."""
    return leave(arrive(order, world), world)


def leave(order: WorkOrder, world: World) -> WorkOrder:
    """From being on site to waiting for the follow-up."""
    prove(order, world)
    return step(order, "complete", world.installer.user)


def finish(order: WorkOrder, world: World) -> WorkOrder:
    """From the pool to done."""
    order = complete(order, world)
    record_follow_up(
        order_id=order.pk, passed=True, rating_x10=48, remark="", actor=world.dispatcher
    )
    return step(order, "approve", world.dispatcher)

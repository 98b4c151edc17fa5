"""What was done on site: steps and materials, and whose work it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Refused, refuse_unless
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.crew import helper_place
from workorders.events import WorkOrderChanged
from workorders.guards import body_of
from workorders.models import MaterialUsed, StepDone, WorkOrder
from workorders.quantities import milli_text
from workorders.services.locking import lock_open_order
from workorders.services.times import time_of

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from catalog.models import Material

_MOST_MILLI = 1_000_000


@transactional
def mark_step(*, order_id: int, seq: int, actor: User, done: bool = True, note: str = "") -> bool:
    """Mark a step of the item done or not done after all; returns whether that changed anything.

    Raises Refused("step.unknown") for a number the item version does not have.
    """
    order = lock_open_order(order_id)
    installer = worker_of(order, actor)
    step = next((each for each in body_of(order).steps if each.seq == seq), None)
    if step is None:
        raise Refused("step.unknown", _("This work order has no step %(seq)s") % {"seq": seq})
    if not done:
        return bool(StepDone.objects.filter(work_order=order, seq=seq).delete()[0])
    # The order's lock is held: nobody else marks the step between the question and the answer.
    there = StepDone.objects.filter(work_order=order, seq=seq).first()
    when = time_of(order)
    if there is not None:
        if there.received_at is not None and there.installer_id != installer.pk:
            # Who had the order before told of it first: the office sees that two say so.
            timeline.note(
                order,
                "late_step_twice",
                kind=timeline.Kind.ALERT,
                actor=actor,
                installer=installer.user.display_name,
                seq=seq,
                name=step.name,
                moment=when.at.isoformat(),
            )
        return False
    StepDone.objects.create(
        work_order=order,
        seq=seq,
        installer=installer,
        note=note[:200],
        done_at=when.at,
        received_at=when.received_at,
    )
    timeline.note(
        order, "step_done", kind=timeline.Kind.PEOPLE, actor=actor, seq=seq, name=step.name
    )
    if order.completed_at is not None:
        who = installer.user.display_name
        timeline.note(order, "step_late", kind=timeline.Kind.ALERT, seq=seq, installer=who)
    return True


@transactional
def use_material(
    *, order_id: int, material: Material, quantity_milli: int, actor: User
) -> MaterialUsed | None:
    """Set how much of a material was used, in thousandths of its unit; 0 takes it off the list.

    The price is that of the moment. Raises Refused for a negative or absurd quantity. What is
    handed in late, after the completion, is told to those who count money with it.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    if order.completed_at is not None:
        announce(WorkOrderChanged(order.pk, "facts"))
    refuse_unless(
        0 <= quantity_milli <= _MOST_MILLI,
        "material.quantity",
        _("The quantity must lie between 0 and 1,000"),
    )
    if quantity_milli == 0:
        removed, _rows = MaterialUsed.objects.filter(work_order=order, material=material).delete()
        if removed:
            timeline.note(
                order,
                "material_removed",
                kind=timeline.Kind.PEOPLE,
                actor=actor,
                material=material.name,
            )
        return None
    when = time_of(order)
    used = MaterialUsed(
        work_order=order,
        material=material,
        quantity_milli=quantity_milli,
        unit_price_fen=material.unit_price_fen,
        recorded_at=when.at,
        received_at=when.received_at,
    )
    MaterialUsed.objects.bulk_create(
        [used],
        update_conflicts=True,
        unique_fields=["work_order", "material"],
        update_fields=["quantity_milli", "unit_price_fen", "recorded_at", "received_at"],
    )
    timeline.note(
        order,
        "material",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        material=material.name,
        quantity=milli_text(quantity_milli),
        unit=material.unit,
    )
    return used


def worker_of(order: WorkOrder, actor: User) -> Installer:
    """Who does it: the person on the phone when they help on the order, else its installer."""
    place = helper_place(order, actor=actor) if actor.is_installer else None
    return place.installer if place is not None else holder_of(order, actor)


def holder_of(order: WorkOrder, actor: User) -> Installer:
    """The order's installer; an installer may only work on what is theirs."""
    holder = order.installer
    if holder is None:
        raise Refused("order.no_installer", _("No installer has this work order"))
    refuse_unless(
        holder.user_id == actor.pk or not actor.is_installer,
        "order.not_yours",
        _("This work order is with another installer now"),
    )
    return holder

"""Takes in what an earlier holder did before an order was taken from them; it moves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.transactions import transactional
from workorders import timeline
from workorders.guards import body_of
from workorders.happened import Happened
from workorders.models import CrewMember, MaterialUsed, StepDone, WorkOrder
from workorders.quantities import milli_text
from workorders.services.late_notes import note_late
from workorders.services.locking import lock_open_order
from workorders.services.photos import say_what_is_odd, take_photo
from workorders.taking import UNSAID, Taking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.base import File

    from catalog.models import Material
    from workorders.late_work import LateWork


@transactional
def take_late_step(*, work: LateWork, seq: int, done: bool = True) -> WorkOrder:
    """Keep a step as the earlier holder's, unless somebody else did it meanwhile.

    One that was not done after all (`done` False) is theirs to take back as long as it is theirs.

    Their part of the pay follows from it as from any step; of work that is settled the office
    corrects the parts. Raises Refused("step.unknown") for a number the item does not have.
    """
    order = lock_open_order(work.order_id)
    name = next((step.name for step in body_of(order).steps if step.seq == seq), None)
    if name is None:
        raise Refused("step.unknown", _("This work order has no step %(seq)s") % {"seq": seq})
    there = StepDone.objects.filter(work_order=order, seq=seq).first()
    is_theirs = there is not None and there.installer_id == work.installer.pk
    if not done and is_theirs and there is not None:
        there.delete()
    if not done or is_theirs:
        return order
    if there is None:
        StepDone.objects.create(
            work_order=order,
            seq=seq,
            installer=work.installer,
            done_at=work.at,
            received_at=work.received_at,
        )
        _give_place(order, work)
    note_late(order, work, "late_step" if there is None else "late_step_twice", seq=seq, name=name)
    return order


@transactional
def take_late_photo(
    *, work: LateWork, upload: File[Any], seq: int = 0, label: str = "", said: Taking = UNSAID
) -> WorkOrder:
    """Keep a photo as the earlier holder's; the same one again changes nothing.

    It is judged as any photo is: what is odd of it, or known of another order, is written down.
    """
    order = lock_open_order(work.order_id)
    me, when = work.installer.user, Happened(work.at, work.received_at)
    kept, is_new = take_photo(
        order, upload=upload, actor=me, seq=seq, label=label, said=said, when=when
    )
    if is_new:
        note_late(
            order,
            work,
            "late_photo",
            kind=timeline.Kind.PHOTO,
            label=kept.label,
            evidence=kept.pk,
        )
        say_what_is_odd(order, kept)
    return order


@transactional
def take_late_materials(*, work: LateWork, quantities: Mapping[Material, int]) -> WorkOrder:
    """Keep materials the order has no quantity of yet; others, and all after the work, are told."""
    order = lock_open_order(work.order_id)
    known = MaterialUsed.objects.filter(work_order=order)
    before = dict(known.values_list("material_id", "quantity_milli"))
    for material, milli in quantities.items():
        if milli <= 0 or before.get(material.pk) == milli:
            continue
        is_new = material.pk not in before and order.completed_at is None
        if is_new:
            MaterialUsed.objects.create(
                work_order=order,
                material=material,
                quantity_milli=milli,
                unit_price_fen=material.unit_price_fen,
                recorded_at=work.at,
                received_at=work.received_at,
            )
        note_late(
            order,
            work,
            "late_material" if is_new else "late_material_open",
            material=material.name,
            quantity=milli_text(milli),
            unit=material.unit,
        )
    return order


def _give_place(order: WorkOrder, work: LateWork) -> None:
    """Who has a part of an order finds it among their jobs, as others who worked on it do."""
    places = CrewMember.objects.filter(work_order=order, installer=work.installer)
    if not places.exists():
        CrewMember.objects.create(
            work_order=order,
            installer=work.installer,
            joined_at=work.at,
            left_at=work.received_at,
        )

"""What could not be finished goes on with an order of its own: its steps, and the part it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.guards import body_of
from workorders.models import ExpectedMaterial, StepDone, WorkOrder
from workorders.own_steps import BEGUN
from workorders.services.bringing import bring_order
from workorders.services.evidence import holder_of
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep_photo
from workorders.taking import UNSAID, Taking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.base import File

    from accounts.models import User
    from catalog.models import Material


@transactional
def go_on_with_another(
    *,
    order_id: int,
    steps: Sequence[int],
    reason: str,
    actor: User,
    part: tuple[Material, int] | None = None,
    photo: File[Any] | None = None,
    said: Taking = UNSAID,
) -> WorkOrder:
    """Open an order for the steps that are left, and let this one be completed without them.

    `part` is the material they wait for with its thousandths. Raises Refused where nothing was
    begun, nothing would be left of this order, or a step is done already; and where an installer
    does it who has not got the order, or without the photo of what is left.
    """
    order = lock_open_order(order_id)
    if actor.is_installer:
        holder_of(order, actor)
        refuse_unless(photo is not None, "follow_on.photo", _("Take a photo of what is left"))
    mine = [step.seq for step in body_of(order).steps]
    done = set(StepDone.objects.filter(work_order=order).values_list("seq", flat=True))
    left = [seq for seq in mine if seq in set(steps)]
    refuse_unless(
        order.meaning in BEGUN,
        "follow_on.stage",
        _("Only work that was begun on site goes on with another work order"),
    )
    refuse_unless(left, "follow_on.nothing", _("Choose the steps that are left to do"))
    refuse_unless(
        not done.intersection(left), "follow_on.done", _("A step you chose is done already")
    )
    kept = [seq for seq in mine if seq not in left]
    refuse_unless(
        kept,
        "follow_on.all",
        _("Nothing would be left of this work order: agree another appointment instead"),
    )
    refuse_unless(reason.strip(), "follow_on.reason", _("Say why it could not be finished"))
    made = bring_order(
        order,
        item=order.item_version.item,
        version=order.item_version,
        steps=left,
        reason=reason.strip()[:200],
        actor=actor,
    )
    if part is not None:
        material, milli = part
        ExpectedMaterial.objects.create(
            work_order=made, material=material, quantity_milli=milli, reason=reason.strip()[:60]
        )
    if photo is not None:
        label = _("What is left")
        keep_photo(order, upload=photo, actor=actor, label=label, said=said)
    order.only_steps = kept
    order.save(update_fields=["only_steps"])
    values = {"number": made.number, "item": made.item_version.name}
    timeline.note(order, "order_brought", kind=timeline.Kind.PEOPLE, actor=actor, **values)
    timeline.note(order, "reason", kind=timeline.Kind.PEOPLE, actor=actor, text=reason.strip())
    announce(WorkOrderChanged(order.pk, "facts"))
    return made

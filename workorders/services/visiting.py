"""What the phone does in one go: arrive, hand in all materials, look a number up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.transactions import transactional
from customers.services.contacts import reveal_phone
from workorders import timeline
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.models import CheckIn, MaterialUsed, WorkOrder
from workorders.services.answers import Answers
from workorders.services.charges import propose_second_visit
from workorders.services.check_ins import check_in
from workorders.services.evidence import use_material
from workorders.services.locking import lock_open_order
from workorders.services.progress import take_transition
from workorders.taking import UNSAID, Taking
from workorders.visit_path import is_undecided

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User
    from catalog.models import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where the phone says it is (WGS-84 degrees, metres), or the customer's code, or a reason."""

    lon: float | None = None
    lat: float | None = None
    accuracy_m: int | None = None
    code: str = ""
    reason: str = ""
    photo: File[Any] | None = None
    said: Taking = UNSAID


@transactional
def arrive(*, order_id: int, key: str, arrival: Arrival, actor: User) -> WorkOrder:
    """Check in and take the move that needs it, both or neither; refuses as those two do."""
    join_in(order_id=order_id, arrival=arrival, actor=actor)
    propose_second_visit(order_id=order_id, actor=actor)
    return take_transition(order_id=order_id, key=key, actor=actor, answers=Answers(via="phone"))


@transactional
def join_in(*, order_id: int, arrival: Arrival, actor: User) -> CheckIn:
    """Check in without moving the order, as who helps on it does; refuses as `check_in`."""
    return check_in(
        order_id=order_id,
        actor=actor,
        lon=arrival.lon,
        lat=arrival.lat,
        accuracy_m=arrival.accuracy_m,
        code=arrival.code,
        reason=arrival.reason,
        photo=arrival.photo,
        said=arrival.said,
    )


@transactional
def hand_in_materials(
    *, order_id: int, quantities: Mapping[Material, int], actor: User
) -> WorkOrder:
    """Set the used quantities in thousandths of each unit; what is not named stays as it is."""
    order = lock_open_order(order_id)
    used = MaterialUsed.objects.filter(work_order=order)
    before = dict(used.values_list("material_id", "quantity_milli"))
    for material, milli in quantities.items():
        if before.get(material.pk, 0) != milli:
            use_material(order_id=order_id, material=material, quantity_milli=milli, actor=actor)
    return order


@transactional
def show_number(*, order_id: int, actor: User) -> str:
    """Return the customer's number to the installer who accepted the order; each look is noted.

    Raises Refused before the order was accepted, and as `reveal_phone`.
    """
    order = lock_open_order(order_id)
    refuse_unless(
        not is_undecided(flow_of(order), order.stage, OrderFacts(order)),
        "contact.not_accepted",
        _("Accept the work order first; then the number is shown"),
    )
    number = reveal_phone(contact=order.contact, actor=actor, work_order=order)
    timeline.note(order, "number_shown", kind=timeline.Kind.PEOPLE, actor=actor)
    return number

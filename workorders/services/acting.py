"""Does what a flow's trigger wants of this package, each action in its own transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.models import Material, ServiceItem
from common.errors import Refused, refuse_unless
from common.gathering import attempt
from common.outbox import announce
from common.transactions import transactional
from workorders.concerned import people_concerned
from workorders.events import InstallerTold, MilestoneReached, WorkOrderChanged
from workorders.fired_actions import action_of
from workorders.flow.numbers import milli_of
from workorders.flow.words import ROLE_NAMES
from workorders.models import ExpectedMaterial, FiredAction
from workorders.quantities import milli_text
from workorders.services.asking import ask_customer
from workorders.services.bringing import bring_order
from workorders.services.fired_actions import action_in_hand, fail_action, settle_action
from workorders.services.staff_notices import tell_staff
from workorders.services.stage_notices import responsible
from workorders.tags import MOST_TAGS, as_tag

if TYPE_CHECKING:
    from typing import Any

    from workorders.flow import Action
    from workorders.models import WorkOrder

Noted = tuple[str, dict[str, "Any"]]
"""A code of the timeline with its values."""


@transactional
def act(*, action_id: int) -> None:
    """Do an action once; what the order's state forbids is noted as failed, and undone alone."""
    order, action = action_in_hand(action_id)
    if action.state == FiredAction.State.DONE:
        return
    try:
        wanted = action_of(action)
        with attempt():
            code, params = _doing(wanted.kind)(order, action, wanted)
    except Refused as refused:
        fail_action(action_id=action_id, reason=str(refused))
        return
    settle_action(action_id=action_id, code=code, **params)


def _notify(order: WorkOrder, action: FiredAction, wanted: Action) -> Noted:
    to, text = wanted.value("to"), wanted.value("text").replace("{number}", order.number)[:300]
    if to == "customer":
        people = responsible(order, "")
        tell_staff(order, people, code="tell_customer", text=text)
        return "told_staff", {"who": _named(people), "text": text}
    if to == "installer":
        holder = order.installer
        if holder is None:
            raise Refused("notify.nobody", _("Nobody has this work order"))
        tell_staff(order, [holder.user], text=text)
        announce(InstallerTold(order.pk, holder.pk, action.pk, text))
        return "told_installer", {"installer": holder.user.display_name, "text": text}
    people = people_concerned(order, {to}).get(to) or responsible(order, to)
    refuse_unless(people, "notify.nobody", _("Nobody has this role"))
    tell_staff(order, people, text=text)
    return "told_staff", {"who": str(ROLE_NAMES[to]), "text": text}


def _named(people: list[Any]) -> str:
    refuse_unless(people, "notify.nobody", _("Nobody has this role"))
    return "、".join(person.display_name for person in people[:3])


def _create_order(order: WorkOrder, action: FiredAction, wanted: Action) -> Noted:
    item = ServiceItem.objects.filter(code=wanted.value("item")).first()
    if item is None:
        words = _("There is no service item %(code)s") % {"code": wanted.value("item")}
        raise Refused("item.unknown", words)
    note = wanted.value("note") or action.fired.stay.name
    made = bring_order(order, item=item, reason=note)
    return "order_brought", {"number": made.number, "item": made.item_version.name}


def _attach_material(order: WorkOrder, action: FiredAction, wanted: Action) -> Noted:
    material = Material.objects.filter(code=wanted.value("material"), is_active=True).first()
    milli = milli_of(wanted.value("quantity"))
    if material is None or not milli or not 0 < milli <= 1_000_000:
        words = _("Material %(code)s × %(quantity)s cannot be planned")
        values = {"code": wanted.value("material"), "quantity": wanted.value("quantity")}
        raise Refused("material.unknown", words % values)
    planned, _is_new = ExpectedMaterial.objects.get_or_create(
        work_order=order,
        material=material,
        defaults={"quantity_milli": 0, "reason": action.fired.stay.name},
    )
    planned.quantity_milli += milli
    planned.save(update_fields=["quantity_milli"])
    values = {"material": material.name, "quantity": milli_text(milli), "unit": material.unit}
    return "material_planned", values


def _ask_customer(order: WorkOrder, action: FiredAction, wanted: Action) -> Noted:
    text = wanted.value("text").replace("{number}", order.number)
    question = ask_customer(order, action.fired.stay, text)
    people = responsible(order, action.fired.stay.role)
    tell_staff(order, people, code="ask_customer", text=question.text)
    return "told_staff", {"who": _named(people), "text": question.text}


def _release_milestone(order: WorkOrder, action: FiredAction, wanted: Action) -> Noted:
    name = wanted.value("milestone")
    announce(MilestoneReached(order.pk, name))
    return "milestone", {"name": name}


def _add_tag(order: WorkOrder, action: FiredAction, wanted: Action) -> Noted:
    tag = as_tag(wanted.value("tag"))
    if tag not in order.tags:
        full = _("A work order has at most %(n)d tags") % {"n": MOST_TAGS}
        refuse_unless(len(order.tags) < MOST_TAGS, "tags.full", full)
        order.tags = [*order.tags, tag]
        order.save(update_fields=["tags"])
        announce(WorkOrderChanged(order.pk, "facts"))
    return "tag_added", {"text": tag}


_ACTIONS: Mapping[str, Callable[[WorkOrder, FiredAction, Action], Noted]] = {
    "notify": _notify,
    "create_order": _create_order,
    "attach_material": _attach_material,
    "ask_customer": _ask_customer,
    "release_milestone": _release_milestone,
    "add_tag": _add_tag,
}


def _doing(kind: str) -> Callable[[WorkOrder, FiredAction, Action], Noted]:
    """Return how a kind of action is done; Refused for one that this package does not do."""
    doing = _ACTIONS.get(kind)
    if doing is None:
        raise Refused("action.kind", _("Nobody knows how to do this any more"))
    return doing

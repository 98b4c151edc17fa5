"""Opens the one work order of a service line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from common.public_copies import note_for_public
from workorders import sla, timeline
from workorders.events import WorkOrderOpened
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import read_version
from workorders.models import ShopOrderLine, WorkOrder
from workorders.places import site_of
from workorders.services.choosing import flow_key_of, flow_version_for, order_type_of
from workorders.services.numbering import take_number
from workorders.services.rework import link_original, note_original
from workorders.services.stays import begin_stay
from workorders.services.triggers import entered

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import ServiceItem, ServiceItemVersion
    from workorders.flow import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a person knows of a job that no shop says."""

    urgent: bool = False
    high_work: bool = False
    warehouse_direct: bool = False
    site_kind: str = WorkOrder.SiteKind.URBAN.value
    tags: tuple[str, ...] = ()
    order_type: str = ""
    """What kind of order it is, where a person knows better than item and region."""


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Origin:
    """The order that brings this one, and the steps that are left to do for it; none: all."""

    order: WorkOrder
    steps: tuple[int, ...] = ()


def open_work_order(
    *,
    line: ShopOrderLine,
    version: ServiceItemVersion,
    price_included: bool,
    actor: User | None = None,
    marks: Marks = NO_MARKS,
    origin: Origin | None = None,
) -> WorkOrder:
    """Open the work order of a line whose shop order is locked; it keeps item and flow version.

    Where installation is included in the goods its revenue is the price list's: paid stays 0.
    IntegrityError when the line has one already; Refused("flow.unknown") for an item whose flow is
    not published.
    """
    now = clock.now()
    shop = line.order
    site = site_of(shop.address)
    order = WorkOrder(
        line=line,
        item_version=version,
        order_type=marks.order_type or order_type_of(version, site.region),
        customer=shop.customer,
        contact=shop.contact,
        address=shop.address,
        site_region=site.region,
        sold_by=shop.sold_by,
        settled_by=site.branch,
        quantity=line.quantity,
        paid_fen=0 if price_included else line.paid_fen,
        price_included=price_included,
        urgent=marks.urgent,
        high_work=marks.high_work,
        warehouse_direct=marks.warehouse_direct,
        site_kind=marks.site_kind,
        tags=list(marks.tags),
        stage_since=now,
        created_at=now,
        comes_from=origin.order if origin else None,
        only_steps=list(origin.steps) if origin else [],
    )
    # What another order brings goes on with its work: nobody does it a second time.
    original = None if origin else link_original(order)
    stage = _begin(order, marks.order_type)
    order.number = take_number(clock.business_day(now))
    order.save(force_insert=True)
    if original is not None:
        note_original(order, original)
    timeline.note(
        order,
        "entered" if actor else "opened",
        kind=timeline.Kind.PEOPLE if actor else timeline.Kind.SYSTEM,
        actor=actor,
        shop_number=shop.number,
        item=version.name,
        quantity=line.quantity,
    )
    entered(order, begin_stay(order, stage, at=now))
    # Counted once per work order, in the month it was opened: a repeat has the same key.
    month = f"{clock.business_day(now):%Y-%m}"
    note_for_public("usage", f"order:{order.pk}", {"month": month})
    announce(WorkOrderOpened(order.pk))
    return order


def _begin(order: WorkOrder, chosen_type: str) -> Stage:
    """Give a new order, not stored yet, its flow and put it into that one's first stage."""
    key = flow_key_of(order.item_version, order.order_type, is_chosen=bool(chosen_type))
    day = clock.business_day(order.created_at)
    facts = OrderFacts(order)
    order.flow_version = flow_version_for(key, facts, day, facts.region_depth)
    flow = read_version(order.flow_version)
    stage = flow.stage(flow.initial)
    order.stage, order.meaning = stage.key, stage.meaning.value
    order.due_at = sla.due_at(stage, order.created_at)
    return stage


def current_version(item: ServiceItem) -> ServiceItemVersion | None:
    """Return the version new orders get; None for an item that is retired or never published."""
    return item.current if item.is_active else None

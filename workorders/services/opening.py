"""Opens the one work order of a service line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from common.outbox import announce
from common.public_copies import note_for_public
from workorders import sla, timeline
from workorders.events import WorkOrderOpened
from workorders.flow_versions import read_version
from workorders.models import ShopOrderLine, WorkOrder
from workorders.places import site_of
from workorders.services.flows import flow_version_for
from workorders.services.numbering import take_number
from workorders.services.rework import flag_rework
from workorders.services.stays import begin_stay

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import ServiceItem, ServiceItemVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a person knows of a job that no shop says."""

    urgent: bool = False
    high_work: bool = False
    warehouse_direct: bool = False
    site_kind: str = WorkOrder.SiteKind.URBAN.value
    tags: tuple[str, ...] = ()


NO_MARKS = Marks()


def open_work_order(
    *,
    line: ShopOrderLine,
    version: ServiceItemVersion,
    price_included: bool,
    actor: User | None = None,
    marks: Marks = NO_MARKS,
) -> WorkOrder:
    """Open the work order of a line whose shop order is locked; it keeps item and flow version.

    Where installation is included in the goods its revenue is the price list's: paid stays 0.
    IntegrityError when the line has one already.
    """
    now = clock.now()
    flow_version = flow_version_for(version.flow_key)
    stage = read_version(flow_version).stage(read_version(flow_version).initial)
    shop = line.order
    site = site_of(shop.address)
    order = WorkOrder.objects.create(
        number=take_number(clock.business_day(now)),
        line=line,
        item_version=version,
        flow_version=flow_version,
        stage=stage.key,
        meaning=stage.meaning.value,
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
        due_at=sla.due_at(stage, now),
        created_at=now,
    )
    flag_rework(order)
    if order.looks_like_rework:
        order.save(update_fields=["rework_of", "suspected_rework_of"])
    timeline.note(
        order,
        "entered" if actor else "opened",
        kind=timeline.Kind.PEOPLE if actor else timeline.Kind.SYSTEM,
        actor=actor,
        shop_number=shop.number,
        item=version.name,
        quantity=line.quantity,
    )
    begin_stay(order, stage, at=now)
    # Counted once per work order, in the month it was opened: a repeat has the same key.
    month = f"{clock.business_day(now):%Y-%m}"
    note_for_public("usage", f"order:{order.pk}", {"month": month})
    announce(WorkOrderOpened(order.pk))
    return order


def current_version(item: ServiceItem) -> ServiceItemVersion | None:
    """Return the version new orders get; None for an item that is retired or never published."""
    return item.current if item.is_active else None

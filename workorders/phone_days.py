"""What an installer's day shows: the next stop, the rest of today, tomorrow, and what was lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Prefetch

from common import clock, formatting
from network.geo import Datum, from_wgs84
from workorders import sla
from workorders.flow import Meaning
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.models import InstallerNotice, LateEntry, WorkOrder
from workorders.selectors import installer_ahead, installer_day
from workorders.staff_notices import NoticeView, messages_for
from workorders.visit_path import is_undecided, moves_ahead

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import Installer, User
    from customers.models import Address

# The web address of AMap opens its app when it is installed: lbs.amap.com/api/uri-api.
_MAPS = "https://uri.amap.com"
_STARTED = (Meaning.ON_SITE.value, Meaning.EN_ROUTE.value)
_SHOWN_NOTICES = 5
_DAYS_AHEAD = 14
_NOTICES_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stop:
    """A work order as the day shows it; `next_move` is empty when the installer can only wait.

    `message` is what the buyer wrote to the shop, empty until somebody has accepted the order.
    """

    number: str
    item: str
    customer: str
    address: str
    site_note: str
    window: tuple[datetime | None, datetime | None]
    distance_m: int | None
    is_estimated: bool
    meaning: str
    stage: str
    is_overdue: bool
    is_urgent: bool
    is_rework: bool
    masked_number: str
    is_undecided: bool
    next_move: str
    maps_url: str
    lead: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The page "today"; `stamp` changes with anything shown.

    `fresh` waits for an answer, whatever its window; `ahead` is what comes after tomorrow.
    """

    date: date
    fresh: list[Stop]
    next: Stop | None
    later: list[Stop]
    waiting: list[Stop]
    finished: list[Stop]
    tomorrow: list[Stop]
    ahead: list[Stop]
    notices: list[InstallerNotice]
    messages: list[NoticeView]
    stamp: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do today and tomorrow."""
        return not (
            self.fresh or self.next or self.later or self.waiting or self.finished or self.tomorrow
        )


def unseen_notices(*, actor: User) -> QuerySet[InstallerNotice]:
    """Return what the installer has not read yet of the last days, the newest first.

    `work_order.late_mine` holds what they sent of it afterwards.
    """
    since = clock.now() - _NOTICES_KEPT
    mine = InstallerNotice.objects.filter(installer__user=actor, seen_at=None, at__gte=since)
    return _with_late(mine, actor=actor).order_by("-at")


def lost_order(*, actor: User, number: str) -> InstallerNotice | None:
    """Return why an order is no longer the installer's; None when it never was or still is."""
    return losses(actor=actor, number=number).first()


def losses(*, actor: User, number: str) -> QuerySet[InstallerNotice]:
    """Return each time an order was taken from an installer, the last first; as `unseen_notices`."""
    lost = InstallerNotice.objects.filter(installer__user=actor, work_order__number=number)
    return _with_late(lost, actor=actor).order_by("-at", "-pk")


def _with_late(notices: QuerySet[InstallerNotice], *, actor: User) -> QuerySet[InstallerNotice]:
    mine = LateEntry.objects.filter(installer__user=actor).order_by("at", "pk")
    late = Prefetch("work_order__late_entries", mine, to_attr="late_mine")
    return notices.select_related("work_order__item_version").prefetch_related(late)


def _late_count(notice: InstallerNotice) -> int:
    order: Any = notice.work_order
    return len(order.late_mine)


def day_of(*, installer: Installer) -> Day:
    """Return today, tomorrow and the days ahead of an installer on the Chinese calendar."""
    today = clock.business_day()
    now = clock.now()
    orders = list(_with_flows(installer_day(installer=installer, day=today)))
    coming = list(_with_flows(installer_ahead(installer=installer, day=today)))
    notices = list(unseen_notices(actor=installer.user)[:_SHOWN_NOTICES])
    messages = messages_for(actor=installer.user)
    stops = {order.pk: stop_of(order, now, viewer=installer) for order in [*orders, *coming]}
    fresh = [stop for stop in stops.values() if stop.is_undecided]
    decided_ahead = [order for order in coming if not stops[order.pk].is_undecided]
    ends = [clock.day_span(today + timedelta(days=days))[1] for days in (1, _DAYS_AHEAD)]
    next_day = [order for order in decided_ahead if (due := _due(order)) and due < ends[0]]
    ahead = [
        order
        for order in decided_ahead
        if order not in next_day and ((due := _due(order)) is None or due < ends[1])
    ]
    decided = [order for order in orders if not stops[order.pk].is_undecided]
    active = [o for o in decided if not o.completed_at and o.meaning != Meaning.ON_HOLD.value]
    active.sort(key=lambda order: order.meaning not in _STARTED)
    return Day(
        date=today,
        fresh=fresh,
        next=stops[active[0].pk] if active else None,
        later=[stops[order.pk] for order in active[1:]],
        waiting=[stops[o.pk] for o in orders if o.meaning == Meaning.ON_HOLD.value],
        finished=[stops[order.pk] for order in orders if order.completed_at],
        tomorrow=[stops[order.pk] for order in next_day],
        ahead=[stops[order.pk] for order in ahead],
        notices=notices,
        messages=messages,
        stamp=_stamp(
            [*fresh, *(stops[order.pk] for order in [*decided, *next_day, *ahead])],
            [(notice.pk, _late_count(notice)) for notice in notices]
            + [each.notice.pk for each in messages],
        ),
    )


def _due(order: WorkOrder) -> datetime | None:
    """When the installer has to see to it; None for what is on hold without a date."""
    on_hold = order.meaning == Meaning.ON_HOLD.value
    return order.next_contact_at if on_hold else order.window_starts_at


def _with_flows(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Each stop asks its flow; the steps of its item are read when the visit is opened."""
    return orders.defer(None).defer("item_version__body")


def stop_of(order: WorkOrder, now: datetime, *, viewer: Installer) -> Stop:
    """Return one order as the day shows it at an aware moment; `lead` is whom the viewer helps."""
    flow = flow_of(order)
    lead = order.installer if order.installer_id != viewer.pk else None
    facts = OrderFacts(order)
    ahead = moves_ahead(flow, order.stage, facts) if lead is None else ()
    undecided = lead is None and is_undecided(flow, order.stage, facts)
    return Stop(
        number=order.number,
        item=order.item_version.name,
        customer=order.contact.name,
        address=str(order.address),
        site_note=order.address.note,
        window=(order.window_starts_at, order.window_ends_at),
        distance_m=order.distance_m,
        is_estimated=order.distance_estimated,
        meaning=order.meaning,
        stage=flow.stage(order.stage).name,
        is_overdue=sla.is_overdue(order, now),
        is_urgent=order.urgent,
        is_rework=order.rework_of_id is not None,
        masked_number=formatting.masked_phone(order.contact.phone),
        is_undecided=undecided,
        next_move=ahead[0].name if ahead else "",
        maps_url=maps_url(order.address),
        lead=lead.user.display_name if lead else "",
        message="" if undecided else order.line.order.buyer_message,
    )


def maps_url(address: Address) -> str:
    """Return the address of a map: the way there, or a search where the place is only estimated."""
    if address.precision == address.Precision.EXACT and address.lon and address.lat:
        lon, lat = from_wgs84((float(address.lon), float(address.lat)), Datum.GCJ02)
        place = urlencode({"to": f"{lon:.6f},{lat:.6f},{address.detail[:40]}", "mode": "car"})
        return f"{_MAPS}/navigation?{place}&coordinate=gaode&callnative=1"
    return f"{_MAPS}/search?{urlencode({'keyword': str(address)[:80]})}&callnative=1"


def _stamp(stops: list[Stop], notices: list[object]) -> str:
    shown = repr((stops, notices, clock.business_day()))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]

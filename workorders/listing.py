"""The list of work orders: filters, search, and pages whose cost does not grow with the table."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from common import clock
from customers.models import Contact
from network.models import Region
from network.scope import subtree_ids
from workorders.flow import Meaning
from workorders.flow_versions import read_version
from workorders.models import FlowVersion, ShopOrder, StageStay, WorkOrder
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import visible_work_orders
from workorders.sla import TimeLeft, time_left

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import OrgUnit

PAGE_SIZE = 50
_MOST_MATCHES = 300
_LAST_FOUR = re.compile(r"\d{4}")
_MOBILE = re.compile(r"1\d{10}")
_NUMBER = re.compile(r"[A-Za-z0-9-]{5,64}")
_TOKEN = re.compile(r"(\d{1,17})-(\d{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """What is asked for; `state` is a Meaning, "open", "overdue", "held" or "" for all.

    `difficulty` is "height", a SiteKind, "tagged", "any" of them or "" for all. `flow` is the key of
    one, `stage` the name under which orders stand in a stage now, of that `department`.
    """

    text: str = ""
    state: str = ""
    region: Region | None = None
    unit: OrgUnit | None = None
    since: date | None = None
    until: date | None = None
    urgent: bool = False
    difficulty: str = ""
    flow: str = ""
    stage: str = ""
    department: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order made ready for a list; `role` is that of its stage, "" for none."""

    order: WorkOrder
    stage_name: str
    left: TimeLeft | None
    role: str

    @property
    def is_overdue(self) -> bool:
        """Whether the stage's time is used up."""
        return self.left is not None and self.left.is_overdue


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of the list; `next` is the token of the following one, "" at the end."""

    rows: list[OrderRow]
    next: str
    stamp: str


def order_page(*, actor: User, query: OrderQuery) -> OrderPage:
    """Return a page of the actor's orders, the newest first, in six queries at most."""
    found = _after(filtered_orders(actor=actor, query=query), query.after)
    orders = list(found.order_by("-created_at", "-pk")[: PAGE_SIZE + 1])
    rows = order_rows(orders[:PAGE_SIZE])
    more = orders[PAGE_SIZE - 1] if len(orders) > PAGE_SIZE else None
    return OrderPage(rows, _token(more) if more else "", _stamp(rows))


def order_rows(orders: list[WorkOrder]) -> list[OrderRow]:
    """Return orders with the names their own flows give their stages, in one more query."""
    flows = {
        pk: read_version(version)
        for pk, version in FlowVersion.objects.in_bulk(
            {order.flow_version_id for order in orders}
        ).items()
    }
    now = clock.now()
    return [
        OrderRow(order, stage.name, time_left(order, now), stage.role)
        for order in orders
        for stage in [flows[order.flow_version_id].stage(order.stage)]
    ]


def filtered_orders(*, actor: User, query: OrderQuery) -> QuerySet[WorkOrder]:
    """Return the actor's orders that fit, unordered and unpaged."""
    orders = visible_work_orders(actor=actor).filter(_state(query.state))
    # By ids and not by joined paths: only those have indexes on the orders themselves.
    if query.region is not None:
        below = Region.objects.filter(path__startswith=query.region.path)
        orders = orders.filter(site_region__in=list(below.values_list("pk", flat=True)))
    if query.unit is not None:
        units = subtree_ids(query.unit)
        orders = orders.filter(
            Q(sold_by__in=units) | Q(served_by__in=units) | Q(settled_by__in=units)
        )
    if query.since is not None:
        orders = orders.filter(created_at__gte=clock.day_span(query.since)[0])
    if query.until is not None:
        orders = orders.filter(created_at__lt=clock.day_span(query.until)[1])
    if query.urgent:
        orders = orders.filter(urgent=True)
    orders = orders.filter(_difficulty(query.difficulty))
    if query.flow:
        orders = orders.filter(flow_version__key=query.flow)
    if query.stage:
        stays = StageStay.objects.filter(left_at=None, name=query.stage)
        here = stays.filter(department=query.department)
        orders = orders.filter(pk__in=here.values("work_order"))
    return _matching(orders, query.text.strip())


def _state(state: str) -> Q:
    if state == "open":
        return Q(meaning__in=OPEN_MEANINGS)
    if state == "overdue":
        return Q(meaning__in=OPEN_MEANINGS, due_at__lt=clock.now())
    return Q(meaning=state) if state in Meaning.__members__ else Q()


def _difficulty(wanted: str) -> Q:
    hard_site, tagged = ~Q(site_kind=WorkOrder.SiteKind.URBAN), Q(tags__len__gt=0)
    if wanted in WorkOrder.SiteKind.values:
        return Q(site_kind=wanted)
    known = {
        "height": Q(high_work=True),
        "tagged": tagged,
        "any": Q(high_work=True) | hard_site | tagged,
    }
    return known.get(wanted, Q())


def _matching(orders: QuerySet[WorkOrder], text: str) -> QuerySet[WorkOrder]:
    """Search by what the text looks like, so that each search has an index of its own."""
    if not text:
        return orders
    if _NUMBER.fullmatch(text) and not _LAST_FOUR.fullmatch(text) and not _MOBILE.fullmatch(text):
        return orders.filter(pk__in=_by_number(text))
    people = _people(text)
    few = list(people.values_list("pk", flat=True)[: _MOST_MATCHES + 1])
    # Few people are looked up by themselves; many are met soon on the way down the newest orders.
    if len(few) <= _MOST_MATCHES:
        return orders.filter(contact__in=few)
    return orders.filter(contact__in=people)


def _people(text: str) -> QuerySet[Contact]:
    if _LAST_FOUR.fullmatch(text):
        return Contact.objects.filter(phone_last4=text)
    if _MOBILE.fullmatch(text):
        return Contact.objects.filter(phone_last4=text[-4:], phone=text)
    return Contact.objects.filter(name__startswith=text)


def _by_number(text: str) -> list[int]:
    """Ids of orders whose own or shop number begins so; bounded, a longer list helps nobody."""
    number = text.upper()
    own = WorkOrder.objects.filter(
        Q(number__startswith=number) | Q(number__startswith=f"WO-{number}")
    )
    shops = ShopOrder.objects.filter(number__startswith=text).values_list("pk", flat=True)
    theirs = WorkOrder.objects.filter(line__order__in=list(shops[:_MOST_MATCHES]))
    return [
        *own.values_list("pk", flat=True)[:_MOST_MATCHES],
        *theirs.values_list("pk", flat=True)[:_MOST_MATCHES],
    ]


def _after(orders: QuerySet[WorkOrder], token: str) -> QuerySet[WorkOrder]:
    """Go on behind the last row shown; a broken token starts at the front."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return orders
    try:
        at = datetime.fromtimestamp(int(parts[1]) / 1_000_000, UTC)
    except (OverflowError, OSError, ValueError):
        return orders
    same_moment = Q(created_at=at, pk__lt=int(parts[2]))
    return orders.filter(created_at__lte=at).filter(Q(created_at__lt=at) | same_moment)


def _token(order: WorkOrder) -> str:
    at = order.created_at
    return f"{int(at.timestamp()) * 1_000_000 + at.microsecond}-{order.pk}"


def _stamp(rows: list[OrderRow]) -> str:
    shown = [
        (row.order.pk, row.order.stage_since, row.order.installer_id, row.is_overdue,
         row.order.urgent, row.order.difficulties, row.order.looks_like_rework, row.order.address_id, row.order.window_starts_at)
        for row in rows
    ]  # fmt: skip
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]

"""The code on a sticker: leads installers to the job or the appliance's past, customers to a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.core.signing import BadSignature
from django.urls import reverse

from catalog.models import ServiceItem
from common.schema import current_schema
from common.signing import sign, unsign
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.crew import on_the_job
from workorders.flow import Meaning
from workorders.models import WorkOrder
from workorders.selectors import work_orders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from network.models import OrgUnit

_PURPOSE = "sticker"
_MOST_PAST = 20


class Sticker(NamedTuple):
    """What a sticker tells anybody: the appliance's name, nothing of whoever owns it."""

    order_id: int
    number: str
    product: str
    repair_item: int | None
    sold_by: OrgUnit


@dataclass(frozen=True, slots=True)
class Past:
    """What was done at the place of a sticker, the newest first."""

    sticker: Sticker
    orders: Sequence[WorkOrder]


def sticker_url(order: WorkOrder) -> str:
    """Return the full address on an order's sticker: it never ends, an appliance lasts for years."""
    host = tenant_url(Tenant.objects.get(schema_name=current_schema())).rstrip("/")
    return host + reverse("workorders-public:sticker", args=[sticker_token(order)])


def sticker_token(order: WorkOrder) -> str:
    """Return the token of a sticker: worth nothing at another company."""
    return sign(_PURPOSE, [order.pk])


def read_sticker(token: str) -> Sticker | None:
    """Return what a sticker stands on; None for a code that is not ours."""
    try:
        [order_id] = unsign(_PURPOSE, token)
        found = work_orders().filter(pk=int(order_id)).first()
    except (BadSignature, ValueError, TypeError):
        return None
    if found is None:
        return None
    product = found.line.title or found.item_version.name
    return Sticker(found.pk, found.number, product[:80], _repair_of(found), found.sold_by)


def _repair_of(order: WorkOrder) -> int | None:
    """The item that repairs this kind of appliance, when there is exactly one."""
    same = ServiceItem.objects.filter(is_active=True, category=order.item_version.item.category)
    ids = list(same.filter(current__flow_key="repair").values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def job_at(sticker: Sticker, *, actor: User) -> WorkOrder | None:
    """Return the order an installer works on at a sticker's place: its own, else the latest there."""
    here = work_orders().filter(on_the_job(actor=actor))
    own = here.filter(pk=sticker.order_id).first()
    open_ones = here.exclude(meaning__in=[Meaning.DONE.value, Meaning.CANCELLED.value])
    same_place = WorkOrder.objects.filter(pk=sticker.order_id).values("address")
    return own or open_ones.filter(address__in=same_place).order_by("-pk").first()


def past_of(sticker: Sticker) -> Past:
    """Return the finished work at a sticker's place, at most twenty."""
    same_place = WorkOrder.objects.filter(pk=sticker.order_id).values("address")
    done = work_orders().filter(address__in=same_place).exclude(completed_at=None)
    return Past(sticker, list(done.order_by("-completed_at")[:_MOST_PAST]))

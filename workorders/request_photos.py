"""The photos a customer sent with a repair request, as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from workorders.inboxes import unmapped_lines
from workorders.models import RequestPhoto
from workorders.selectors import visible_work_orders
from workorders.services.requests import CHANNEL

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from workorders.models import WorkOrder


class SentPhoto(NamedTuple):
    """A photo with its protected address."""

    url: str
    label: str
    at: datetime


def request_photos(order: WorkOrder) -> list[SentPhoto]:
    """Return what came with an order's request; one query, none for orders of other channels."""
    if order.line.order.platform != CHANNEL:
        return []
    rows = RequestPhoto.objects.filter(order=order.line.order_id).order_by("pk")
    label = _("Photo of the customer")
    return [
        SentPhoto(reverse("workorders:request-photo", args=[row.pk]), label, row.kept_at)
        for row in rows
    ]


def visible_request_photos(*, actor: User) -> QuerySet[RequestPhoto]:
    """Return the photos of requests whose work order, or waiting line, the actor sees."""
    orders = visible_work_orders(actor=actor).order_by().values("line__order")
    waiting = Q() if actor.is_installer else Q(order__lines__in=unmapped_lines(actor=actor))
    mine = Q(order__in=orders) | waiting if waiting else Q(order__in=orders)
    return RequestPhoto.objects.filter(mine).distinct()

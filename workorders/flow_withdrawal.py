"""What follows when a flow or variant is withdrawn: what new orders follow then, and why it may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import ServiceItem
from common import clock
from network.order_types import ORDER_TYPES
from workorders.flow_list import newest_version
from workorders.models import FlowSwitch, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from workorders.models import FlowVersion

LAST_FLOW = "installation"
"""The flow of every order type that has none of its own: without it nothing would be left."""
_NAMED = 3


def why_not_withdrawn(version: FlowVersion) -> str:
    """Return why a flow or variant may not be withdrawn, as a sentence; "" where it may."""
    if version.variant:
        now = clock.now()
        on = FlowSwitch.objects.filter(key=version.key, variant=version.variant)
        if on.filter(starts_at__lte=now, ends_at__gt=now).exists():
            return _("“%(name)s” is switched on: switch it off first") % {"name": version.name}
        return ""
    if version.key == LAST_FLOW:
        return _(
            "Every order without a flow of its own follows “%(name)s”: without it there would be none"
        ) % {"name": version.name}
    items = ServiceItem.objects.filter(is_active=True, current__flow_key=version.key)
    names = list(items.order_by("code").values_list("name", flat=True)[: _NAMED + 1])
    if names:
        shown = "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
        sentence = _("Service items name this flow: give them another one first: %(items)s")
        return sentence % {"items": shown}
    return ""


def what_follows(version: FlowVersion) -> str:
    """Return in words which flow new orders follow once a flow or variant is withdrawn."""
    orders = WorkOrder.objects.filter(
        flow_version__key=version.key,
        flow_version__variant=version.variant,
        meaning__in=OPEN_MEANINGS,
    ).count()
    kept = ngettext(
        "%(n)d order under way keeps its version.",
        "%(n)d orders under way keep their versions.",
        orders,
    ) % {"n": orders}
    return f"{kept} {_new_orders(version)}"


def _new_orders(version: FlowVersion) -> str:
    if version.variant:
        base = newest_version(version.key)
        sentence = _("New orders follow “%(name)s”, or another variant that fits them.")
        return sentence % {"name": base.name if base else version.key}
    if version.key in ORDER_TYPES:
        last = newest_version(LAST_FLOW)
        sentence = _("New orders of this type follow “%(name)s”; the variants rest too.")
        return sentence % {"name": last.name if last else LAST_FLOW}
    return _(
        "No service item names it: no new order would follow it anyway; the variants rest too."
    )

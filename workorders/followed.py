"""Which flow an order follows, and why that one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import formatting
from network.order_types import order_type_names
from workorders.condition_words import condition_words
from workorders.flow.overlays import read_applies
from workorders.flow_switches import switch_for
from workorders.models import FlowVersion

if TYPE_CHECKING:
    from workorders.flow.overlays import Applies
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Followed:
    """An order's flow by name and number; of a variant also its own name and why it was chosen."""

    name: str
    number: int
    variant: str
    reasons: tuple[str, ...]
    order_type: str


def followed(order: WorkOrder) -> Followed:
    """Return what an order follows; for one of a variant in two queries at most, else in none."""
    version = order.flow_version
    order_type = order.order_type or order.item_version.flow_key
    words = order_type_names().get(order_type, order_type)
    if not version.variant:
        return Followed(version.name, version.number, "", (), words)
    rows = FlowVersion.objects.filter(key=version.key, variant="").order_by("-number")
    base = rows.values_list("name", flat=True).first() or version.key
    reasons = tuple(_reasons(order, read_applies(version.applies)))
    return Followed(base, version.number, version.name, reasons, words)


def _reasons(order: WorkOrder, applies: Applies) -> list[str]:
    version = order.flow_version
    found = [condition_words(each) for each in applies.when]
    if applies.months:
        months = _(", ").join(str(month) for month in applies.months)
        found.append(_("Month: %(months)s") % {"months": months})
    if not applies.on_demand:
        return found
    switch = switch_for(version.key, version.variant, order.created_at)
    if switch is None:
        return found
    words = _("Switched on by %(who)s until %(until)s") % {
        "who": switch.switched_by.display_name,
        "until": formatting.full_time(switch.ends_at),
    }
    return [f"{words}: {switch.reason}" if switch.reason else words, *found]

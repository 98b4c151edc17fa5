"""What the placeholders of a flow's texts stand for, of one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.formatting import EDGE_ZONE, day_text
from workorders.flow.placeholders import filled

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import StageStay, WorkOrder


def message(text: str, order: WorkOrder, stay: StageStay) -> str:
    """Return a text of a flow for an order in a stay, with its placeholders filled."""
    if "{" not in text:
        return text
    start, end = order.window_starts_at, order.window_ends_at
    window = _("an appointment not agreed yet")
    if start is not None and end is not None:
        window = f"{_moment(start)}–{end.astimezone(EDGE_ZONE):%H:%M}"
    values = {
        "order": order.number,
        "customer": order.contact.name,
        "installer": order.installer.user.display_name if order.installer else _("nobody yet"),
        "appointment": window,
        "stage": stay.name,
        "due": _moment(stay.due_at) if stay.due_at else _("no limit"),
        "item": order.item_version.name,
    }
    return filled(text, values)


def _moment(moment: datetime) -> str:
    """A moment whose words stay true tomorrow: with its day."""
    local = moment.astimezone(EDGE_ZONE)
    day = day_text(local.date(), today=clock.business_day(), weekday=True)
    return f"{day} {local:%H:%M}"

"""Holds an assignment against the limits of the outlet: a warning that needs a reason to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from dispatch.appointments.limits import limits_for, lock_units, over_words
from dispatch.models import CapacityLimit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from accounts.models import Installer
    from dispatch.services.candidates import Ranked
    from workorders.models import WorkOrder


def refuse_beyond_limit(
    order: WorkOrder,
    installer: Installer,
    at: datetime | None,
    *,
    over_reason: str = "",
    is_persons_word: bool = False,
) -> None:
    """Raise Refused("capacity.full") when the installer's outlet is full then and no reason is given.

    The same for whoever gives an order, however they do: a dispatcher (`is_persons_word`), a plan,
    a rule, a flow, or somebody who claims it. Of two who give the last place at once the second is refused. An outlet without limits costs
    one query.
    """
    unit = installer.outlet_id
    if over_reason.strip() or not CapacityLimit.objects.filter(unit=unit).exists():
        return
    lock_units([unit])
    moment = order.window_starts_at or at or clock.now()
    day = clock.business_day(moment)
    over = limits_for([unit], day, day, without=order.pk).over(unit, order, moment)
    if over is not None:
        words = (
            _("%(full)s. Give a reason to send somebody all the same.")
            if is_persons_word
            else _("%(full)s. A dispatcher can send somebody all the same.")
        )
        raise Refused("capacity.full", words % {"full": over_words(over)})


def full_outlets(order: WorkOrder, ranking: Sequence[Ranked]) -> Mapping[int, str]:
    """Return by installer id which limit of their outlet this order would break; "" is left out.

    One query where no outlet has a limit.
    """
    when = {each.pk: order.window_starts_at or each.start_at for each in ranking}
    days = [clock.business_day(at) for at in when.values() if at is not None]
    if not days:
        return {}
    units = {each.worker.outlet_id for each in ranking}
    limits = limits_for(units, min(days), max(days), without=order.pk)
    found = {}
    for each in ranking:
        at = when[each.pk]
        over = limits.over(each.worker.outlet_id, order, at) if at is not None else None
        if over is not None:
            found[each.pk] = over_words(over)
    return found

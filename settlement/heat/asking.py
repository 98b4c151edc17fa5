"""Counts the orders of business areas, asks once a month, records what managers decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused
from common.journal import record
from common.outbox import scheduled
from settlement.heat.selectors import LIMIT, orders_by_area
from settlement.models import AreaHeat
from settlement.quotations.surcharges import draft_surcharge

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

DAY_S = 86_400
USUAL_PERCENT = 5


@scheduled("settlement.area-heat", every_s=DAY_S)
def ask_today() -> None:
    """Look at the month so far."""
    ask_managers(on=clock.business_day())


@transaction.atomic
def ask_managers(*, on: date) -> list[AreaHeat]:
    """Note every business area with more than 100 completed orders this month; return new ones.

    A later look brings the number up to date, also of what is decided, and asks nobody twice.
    """
    month = on.replace(day=1)
    known = {heat.area_id: heat for heat in AreaHeat.objects.filter(month=month)}
    asked = []
    for area_id, orders in orders_by_area(month).items():
        heat = known.get(area_id)
        if heat is None and orders > LIMIT:
            asked.append(AreaHeat(area_id=area_id, month=month, orders=orders, asked_on=on))
        elif heat is not None and heat.orders != orders:
            heat.orders = orders
            heat.save(update_fields=["orders"])
    return AreaHeat.objects.bulk_create(asked)


@transaction.atomic
def decide_heat(
    *, heat_id: int, raises: bool, reason: str, actor: User, percent: int = USUAL_PERCENT
) -> AreaHeat:
    """Record that the price is kept, or put its raise as a drafted row into the surcharges.

    Nobody pays more before that row is put in use. Refused without a reason or beyond a usual
    percentage; Conflict when somebody decided before.
    """
    heat = AreaHeat.objects.select_for_update(of=("self",)).select_related("area").get(pk=heat_id)
    if heat.state != AreaHeat.State.ASKED:
        words = {"name": heat.decided_by.display_name if heat.decided_by else ""}
        raise Conflict("heat.decided", _("%(name)s has decided this already") % words)
    if not reason.strip():
        raise Refused("heat.reason", _("Say why: the next manager will want to know"))
    heat.state = AreaHeat.State.RAISED if raises else AreaHeat.State.KEPT
    heat.reason = reason.strip()[:300]
    heat.decided_by, heat.decided_at = actor, clock.now()
    heat.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    if raises:
        draft_surcharge(region=heat.area, percent=percent, reason=heat.reason, actor=actor)
    record(actor, "area_heat.decided", heat, state=heat.state)
    return heat

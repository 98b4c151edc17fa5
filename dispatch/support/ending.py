"""Closes support whose day is over: what was agreed is paid, what nobody answered ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from common.journal import record
from dispatch.models import SupportRequest
from dispatch.support.asking import locked_request, source_of
from dispatch.support.costs import quote_of
from settlement.allowances.granting import Part, grant_allowance
from settlement.models import Allowance, AllowanceLine

if TYPE_CHECKING:
    from settlement.models import Allowance as Granted

State = SupportRequest.State


def finish_supports() -> int:
    """Close everything whose day is over; return how many. A second time finds nothing."""
    today = clock.business_day()
    over = SupportRequest.objects.filter(day__lt=today, state__in=SupportRequest.OPEN)
    ids = list(over.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        finish_support(request_id=pk)
    return len(ids)


@transaction.atomic
def finish_support(*, request_id: int) -> SupportRequest:
    """Close one whose day is over: done and paid when it was agreed, else cancelled."""
    asked = locked_request(request_id)
    if not asked.is_open or asked.day >= clock.business_day():
        return asked
    was = asked.state
    asked.state = State.DONE if was == State.LOCKED else State.CANCELLED
    asked.ended_at = clock.now()
    asked.save(update_fields=["state", "ended_at"])
    if asked.state == State.DONE and quote_of(asked).cost_fen:
        _pay(asked)
    record(None, "support.ended", asked, was=was)
    return asked


def _pay(asked: SupportRequest) -> Granted:
    return grant_allowance(
        source=source_of(asked),
        kind=Allowance.Kind.SUPPORT,
        installer=asked.installer,
        borrower=asked.borrower,
        on=asked.day,
        parts=[
            Part(AllowanceLine.Code.SUBSIDY, asked.subsidy_fen),
            Part(AllowanceLine.Code.TRAVEL, asked.travel_fen_per_km, 2 * asked.way_m, 1_000),
        ],
        because={"from": asked.home.name, "to": asked.city.name, "request": asked.pk},
        actor=None,
    )

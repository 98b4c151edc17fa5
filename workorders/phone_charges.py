"""The extra charges of a visit as the phone shows them: what was charged, what may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from workorders.charge_links import charge_rows
from workorders.charges import charges_of, late_until, tariffs
from workorders.flow import Meaning
from workorders.models import ExtraCharge

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.charge_links import ChargeRow
    from workorders.models import ChargeTariff, WorkOrder


@dataclass(frozen=True, slots=True)
class VisitCharges:
    """What was charged on an order, and the tariffs an installer may choose from.

    `until` is set after the work: how long more may be asked for; `may_ask` whether that is now.
    """

    rows: tuple[ChargeRow, ...]
    choices: tuple[ChargeTariff, ...]
    total_fen: int
    unsigned: int
    until: datetime | None
    may_ask: bool

    @property
    def is_waiting(self) -> bool:
        """Whether the customer or the office has yet to answer for one of them."""
        waiting = (ExtraCharge.State.UNCONFIRMED, ExtraCharge.State.WAITING)
        return any(row.charge.state in waiting for row in self.rows)


def visit_charges(order: WorkOrder) -> VisitCharges:
    """Return an order's charges; two queries, three after the work, two more for links."""
    until = late_until(order)
    found = tuple(charges_of(order))
    state = ExtraCharge.State
    return VisitCharges(
        rows=charge_rows(found),
        choices=tuple(each for each in tariffs() if each.is_active),
        total_fen=sum(each.amount_fen for each in found if each.state == state.CONFIRMED),
        unsigned=sum(each.state == state.UNCONFIRMED for each in found),
        until=until,
        may_ask=order.meaning != Meaning.CANCELLED and (until is None or clock.now() <= until),
    )

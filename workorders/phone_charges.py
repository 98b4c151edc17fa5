"""The extra charges of a visit as the phone shows them: what was charged, what may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workorders.charges import charges_of, tariffs
from workorders.models import ExtraCharge

if TYPE_CHECKING:
    from workorders.models import ChargeTariff, WorkOrder


@dataclass(frozen=True, slots=True)
class VisitCharges:
    """What was charged on an order, and the tariffs an installer may choose from."""

    rows: tuple[ExtraCharge, ...]
    choices: tuple[ChargeTariff, ...]
    total_fen: int
    unsigned: int


def visit_charges(order: WorkOrder) -> VisitCharges:
    """Return an order's charges; two queries."""
    rows = tuple(charges_of(order))
    state = ExtraCharge.State
    return VisitCharges(
        rows=rows,
        choices=tuple(each for each in tariffs() if each.is_active),
        total_fen=sum(each.amount_fen for each in rows if each.state == state.CONFIRMED),
        unsigned=sum(each.state == state.UNCONFIRMED for each in rows),
    )

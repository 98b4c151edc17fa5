"""The extra charges of an order as the desk shows them: how, when and from where they were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from common.journal.selectors import records_of
from workorders.charge_links import charge_rows
from workorders.charges import charges_of
from workorders.models import ExtraCharge

if TYPE_CHECKING:
    from workorders.charge_links import ConsentLink
    from workorders.models import WorkOrder

Way = ExtraCharge.Way
_ANSWERS = ("charge.agreed_by_link", "charge.declined_by_link", "charge.agreed", "charge.added")


class DeskCharge(NamedTuple):
    """A charge, its link while the customer is waited for, and where their answer came from."""

    charge: ExtraCharge
    link: ConsentLink | None
    address: str


def desk_charges(order: WorkOrder, *, with_addresses: bool) -> tuple[DeskCharge, ...]:
    """Return an order's charges; network addresses only for who decides about charges.

    The address is the journal's: of the customer's own device for an answer by the link, of the
    installer's phone for a signature drawn on it. A call has none.
    """
    rows = charge_rows(charges_of(order))
    known = _addresses(order) if rows and with_addresses else {}
    return tuple(
        DeskCharge(charge, link, known.get(charge.pk, "") if _came_by_network(charge) else "")
        for charge, link in rows
    )


def _came_by_network(charge: ExtraCharge) -> bool:
    return charge.answered_by in {Way.LINK, Way.SIGNATURE}


def _addresses(order: WorkOrder) -> dict[int, str]:
    """The newest address of each charge; records of before did not name theirs."""
    found: dict[int, str] = {}
    for kept in records_of(order).filter(action__in=_ANSWERS, ip__isnull=False):
        if isinstance(pk := kept.details.get("charge"), int):
            found.setdefault(pk, str(kept.ip))
    return found

"""Extra charges as they are read: the tariff of each code, and what one order was charged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet, Sum

from workorders.models import Bearer, ChargeCode, ChargeTariff, ChargeTerm, ExtraCharge

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder

_CUSTOMER, _COMPANY = Bearer.CUSTOMER, Bearer.COMPANY
FIRST_TARIFFS: Mapping[ChargeCode, Mapping[str, Any]] = {
    ChargeCode.PARTS: {"most_fen": 30_000, "most_times": 3, "installer_bp": 8_000},
    ChargeCode.NOT_AS_ORDERED: {
        "most_fen": 10_000, "bearer": _COMPANY, "needs_approval": True,
    },
    ChargeCode.REMOVAL: {"unit_fen": 5_000, "unit": "台", "most_fen": 15_000},
    ChargeCode.SECOND_VISIT: {"unit_fen": 3_000, "unit": "次", "most_fen": 3_000, "most_times": 2},
    ChargeCode.GLUE: {"unit_fen": 2_000, "unit": "支", "most_fen": 10_000},
    ChargeCode.DRILLING: {"unit_fen": 5_000, "unit": "孔", "most_fen": 20_000},
    ChargeCode.FLOOR: {"unit_fen": 1_000, "unit": "层", "most_fen": 10_000},
    ChargeCode.DISTANCE: {"unit_fen": 200, "unit": "公里", "most_fen": 20_000},
    ChargeCode.OFF_LIST: {
        "most_fen": 20_000, "most_times": 3, "installer_bp": 9_000, "needs_approval": True,
    },
    ChargeCode.OTHER: {"most_fen": 10_000, "most_times": 3, "needs_approval": True},
    ChargeCode.TRIP: {
        "unit_fen": 3_000, "unit": "次", "most_fen": 3_000, "bearer": _COMPANY,
    },
}  # fmt: skip
"""What a new company starts with; a code nobody has changed yet has these terms."""
LATE_HOURS = 24
"""The hours after the work of a company that has not set its own."""


def first_tariff(code: str) -> ChargeTariff:
    """Return the unsaved tariff a company starts with."""
    terms = {"bearer": _CUSTOMER} | dict(FIRST_TARIFFS[ChargeCode(code)])
    return ChargeTariff(code=code, **terms)


def tariffs() -> list[ChargeTariff]:
    """Return one tariff for every code, in the order of the codes; one query."""
    kept = {row.code: row for row in ChargeTariff.objects.all()}
    return [kept.get(code) or first_tariff(code) for code in ChargeCode.values]


def tariff_of(code: str) -> ChargeTariff | None:
    """Return the tariff of a code, None for a code that does not exist."""
    if code not in ChargeCode.values:
        return None
    return ChargeTariff.objects.filter(code=code).first() or first_tariff(code)


def late_hours() -> int:
    """Return for how many hours after the work charges may be asked for."""
    own = ChargeTerm.objects.filter(pk=1).values_list("late_hours", flat=True).first()
    return LATE_HOURS if own is None else own


def late_until(order: WorkOrder) -> datetime | None:
    """Return until when charges may be asked for after the work; None while it goes on."""
    if order.completed_at is None:
        return None
    return order.completed_at + timedelta(hours=late_hours())


def charges_of(order: WorkOrder) -> QuerySet[ExtraCharge]:
    """Return all charges of an order, the oldest first."""
    return order.charges.select_related("made_by", "decided_by").order_by("pk")


def open_charges(order: WorkOrder) -> QuerySet[ExtraCharge]:
    """Return the charges that were neither refused nor cancelled."""
    over = [ExtraCharge.State.REFUSED, ExtraCharge.State.CANCELLED]
    return order.charges.exclude(state__in=over)


def confirmed_charges(order: WorkOrder) -> QuerySet[ExtraCharge]:
    """Return what is paid: the confirmed charges, the oldest first."""
    return order.charges.filter(state=ExtraCharge.State.CONFIRMED).order_by("pk")


def confirmed_on(order_ids: Collection[int]) -> QuerySet[ExtraCharge]:
    """Return the confirmed charges of many orders."""
    return ExtraCharge.objects.filter(
        work_order__in=order_ids, state=ExtraCharge.State.CONFIRMED
    ).order_by("pk")


def customer_owes_fen(order: WorkOrder) -> int:
    """Return what the customer pays for confirmed charges, by QR to the company."""
    mine = confirmed_charges(order).filter(Q(bearer=Bearer.CUSTOMER))
    return int(mine.aggregate(total=Sum("amount_fen"))["total"] or 0)

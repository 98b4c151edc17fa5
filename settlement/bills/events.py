"""Steps of reconciling, and what is asked of the platforms' connections."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class BillTaken(Event):
    """Lines of a bill are stored and matched up to `after`; the next chunk may start."""

    bill_id: int
    after: int


@dataclass(frozen=True)
class SilenceSought(Event):
    """Settled orders of a shop up to `after` were looked for on its bills."""

    platform: str
    shop_key: str
    after: int


@dataclass(frozen=True)
class BillWanted(Event):
    """Somebody asks for a shop's bill of some days (ISO) from the platform."""

    platform: str
    shop_key: str
    starts_on: str
    ends_on: str


@dataclass(frozen=True)
class ShopOrderWanted(Event):
    """Somebody asks for an order as its shop has it now."""

    platform: str
    shop_key: str
    order_number: str

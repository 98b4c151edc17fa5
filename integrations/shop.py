"""What intake needs of any shop platform, whatever it calls its orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from integrations.strict_json import JsonObject
    from workorders.intake_facts import ShopOrderFacts


@dataclass(frozen=True, slots=True)
class Payload:
    """An order as its platform wrote it, with the refunds that belong to it."""

    order: JsonObject
    refunds: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An order in a list: its number, its version (grows with every change), and, when the list
    already says everything, the payload.
    """

    number: str
    version: int
    payload: Payload | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """A receiver in clear; empty texts where the platform gave none."""

    name: str = ""
    phone: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ciphers:
    """The handles of one receiver; `order_number` as some platforms ask for it."""

    order_number: str
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    detail: str = field(default="", repr=False)


class Shop(Protocol):
    """One connected shop; every call may raise PlatformError, `facts` raises MappingError."""

    def changed(self, start: datetime, end: datetime, *, thorough: bool) -> Iterator[Listed]:
        """Each order changed in start..end, once; `thorough` allows wider and fewer calls, and
        asks for refunds besides, should an order not say itself that one was given.
        """

    def order(self, number: str) -> Payload:
        """One order as it is now."""

    def facts(self, payload: Payload) -> ShopOrderFacts:
        """The order in neutral words."""

    def decrypt(self, ciphers: Ciphers) -> Addressee | None:
        """The receiver in clear; None when the handles are outdated and the order must be
        fetched again.
        """

    def finish(self) -> None:
        """Keep what the calls brought for the next ones; to be called after the last call."""


def with_refunds(orders: Iterable[Listed], refunds: Iterable[Listed]) -> Iterator[Listed]:
    """Each order once, in the version of its refund where that is the newer one.

    Such an order is to be fetched anew: what the list wrote of it is older than the refund.
    """
    newest: dict[str, int] = {}
    for refund in refunds:
        newest[refund.number] = max(refund.version, newest.get(refund.number, 0))
    for order in orders:
        version = newest.pop(order.number, 0)
        yield order if version <= order.version else Listed(order.number, version)
    yield from (Listed(number, version) for number, version in newest.items())


def payload_of(stored: JsonObject) -> Payload:
    """Read a stored payload back."""
    refunds: Sequence[JsonObject] = stored.get("refunds") or ()
    return Payload(order=stored.get("order") or {}, refunds=tuple(refunds))


def stored(payload: Payload) -> JsonObject:
    """Return what `payload_of` reads back."""
    return {"order": payload.order, "refunds": list(payload.refunds)}

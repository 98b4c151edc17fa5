"""What intake needs of any shop platform, whatever it calls its orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from integrations.errors import MappingError
from integrations.fields import id_text, needed_id

if TYPE_CHECKING:
    from datetime import datetime

    from integrations.earlier_refunds import Earlier
    from integrations.refunds import Refund
    from integrations.strict_json import JsonObject
    from workorders.intake_facts import ShopOrderFacts


@dataclass(frozen=True, slots=True)
class Payload:
    """An order as its platform wrote it, with the refunds that belong to it.

    `gone` are numbers of refunds heard of before that the platform does not know any more; one that
    was paid back stands among `refunds` as it was last taken in.
    """

    order: JsonObject
    refunds: tuple[JsonObject, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An order in a list: its number, its version (grows with every change), and, when the list
    already says everything, the payload.
    """

    number: str
    version: int
    payload: Payload | None = None


@dataclass(frozen=True, slots=True)
class ListedRefund:
    """A refund in a list and the order it is of; without `refund`, `error` says what is wrong."""

    number: str
    refund_id: str
    refund: Refund | None = None
    error: str = ""


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
        """Each order changed in start..end, once; `thorough` allows wider and fewer calls."""

    def refunds(self, start: datetime, end: datetime) -> Iterator[ListedRefund]:
        """Each refund changed in start..end, once: an order need not say itself that one was
        given. A row nobody can read is listed with its error.
        """

    def order(self, number: str, *, earlier: Earlier | None = None) -> Payload:
        """One order as it is now, with its refunds.

        `earlier` are those heard of before: a platform whose order names only the newest refund
        of a line gives them one by one.
        """

    def told_refunds(self, payload: Payload) -> list[Refund]:
        """Return the refunds a payload tells of."""

    def facts(self, payload: Payload) -> ShopOrderFacts:
        """The order in neutral words."""

    def decrypt(self, ciphers: Ciphers) -> Addressee | None:
        """The receiver in clear; None when the handles are outdated and the order must be
        fetched again.
        """

    def finish(self) -> None:
        """Keep what the calls brought for the next ones; to be called after the last call."""


def listed_refunds(
    found: Iterable[JsonObject], read: Callable[[JsonObject, str], Refund]
) -> Iterator[ListedRefund]:
    """Read the rows of a refund search; `read` makes a refund of a row and its order's number."""
    for row in found:
        number = refund_id = ""
        try:
            refund_id = id_text(row, "refund_id")
            number = needed_id(row, "tid")
            yield ListedRefund(number, refund_id, read(row, number))
        except MappingError as error:
            yield ListedRefund(number, refund_id, error=str(error))


def payload_of(stored: JsonObject) -> Payload:
    """Read a stored payload back."""
    refunds: Sequence[JsonObject] = stored.get("refunds") or ()
    return Payload(order=stored.get("order") or {}, refunds=tuple(refunds))


def stored(payload: Payload) -> JsonObject:
    """Return what `payload_of` reads back."""
    return {"order": payload.order, "refunds": list(payload.refunds)}

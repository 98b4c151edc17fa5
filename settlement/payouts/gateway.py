"""What paying through profit sharing needs of a payment platform; whoever speaks it registers here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class SharingRefusedError(Exception):
    """The platform understood and said no: trying again changes nothing. Others are tried again."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets a share; the account in clear, never shown in a log."""

    kind: str
    account: str = field(repr=False)
    name: str = field(repr=False)
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """Shares of one payment under a number that never changes."""

    number: str
    transaction_id: str
    receivers: Sequence[Receiver]
    words: str


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """What became of each account: "" for paid, else why not; accounts at work are left out."""

    results: dict[str, str] = field(repr=False)


class SharingGateway(Protocol):
    """A merchant at a payment platform; SharingRefusedError for a final no."""

    @property
    def merchant(self) -> str:
        """The merchant's number."""

    def bind(self, receiver: Receiver) -> None:
        """Make the account known as a receiver; again: no change."""

    def share(self, request: ShareRequest) -> ShareAnswer:
        """Ask for the shares; the same number again asks for nothing new."""

    def ask(self, request: ShareRequest) -> ShareAnswer | None:
        """Say what became of them; None when the number never arrived."""


_found: list[Callable[[], SharingGateway | None]] = []


def register_gateway(find: Callable[[], SharingGateway | None]) -> None:
    """Let `find` say which merchant pays in the active company; None when there is none."""
    _found[:] = [find]


def gateway() -> SharingGateway | None:
    """Return the active company's merchant."""
    return _found[0]() if _found else None

"""What a bank says of a transfer."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """`reason` says why it came back, empty when it was paid; only a return may follow a payment."""

    reason: str
    is_return: bool = False


PAID = Answer("")

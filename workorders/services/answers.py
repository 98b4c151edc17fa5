"""What a person says when a work order moves on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the person taking a transition said; moments are aware.

    `confirmed`: the customer agreed (to a quotation). `via` is desk, phone, wecom, system or
    booking: an appointment that a customer or a shop booked.
    `believed` and `towards` are the keys of the stages between which a phone without a network had
    to take this move to lead; "" where it was told.
    """

    installer: Installer | None = None
    appointment: tuple[datetime, datetime] | None = None
    reason: str = ""
    next_contact_at: datetime | None = None
    note: str = ""
    quote_fen: int | None = None
    confirmed: bool = False
    via: str = "desk"
    believed: str = ""
    towards: str = ""


NO_ANSWERS = Answers()
BOOKING = "booking"

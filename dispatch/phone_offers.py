"""What an installer sees of the grab pool: pay, way, time and skill, never the door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Skill
from common import clock
from dispatch.board.pool import skills_of, title_of
from dispatch.board.stamps import stamp_of
from dispatch.rewards import shows_points
from dispatch.selectors import offers_received
from dispatch.services.pool_limits import Standing, points_of, pool_rule, standing_of

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer
    from customers.models import Address
    from dispatch.models import OfferRecipient, PoolRule
    from workorders.models import WorkOrder

NEAR_M = 15_000
GONE_FOR = timedelta(seconds=12)
"""A job that was taken is seen to fade in one poll, then it is gone."""
_DOOR = re.compile(r"\s*\d.*$")


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A job to claim; `is_gone`: somebody was faster a moment ago, `is_part`: it was begun by others."""

    received: OfferRecipient
    order: WorkOrder
    title: str
    place: str
    skills: tuple[str, ...]
    begins: datetime | None
    ends: datetime | None
    is_gone: bool
    taken_by: str
    is_part: bool
    points: int


@dataclass(frozen=True, slots=True)
class Offers:
    """The cards, and how many jobs lie beyond the near radius and are not shown."""

    cards: list[OfferCard]
    farther: int
    far: bool
    stamp: str
    standing: Standing
    shows_points: bool = False


def offer_cards(*, installer: Installer, far: bool) -> Offers:
    """Return the cards in five queries; without `far` only those within fifteen kilometres."""
    now = clock.now()
    trades = dict(Skill.objects.values_list("code", "name"))
    found = list(offers_received(installer=installer, gone_since=now - GONE_FOR))
    shown = [row for row in found if far or row.travel_m is None or row.travel_m <= NEAR_M]
    rule, standing = pool_rule(), standing_of(installer)
    shows = shows_points(installer)
    cards = [_card(row, trades, rule if shows else None) for row in shown]
    stamp = stamp_of([standing, *((card.received.pk, card.is_gone, far) for card in cards)])
    return Offers(cards, len(found) - len(shown), far, stamp, standing, shows)


def street_without_door(address: Address) -> str:
    """The district and the street up to its first figure: where it is, not whose door it is."""
    return f"{address.district} {_DOOR.sub('', address.detail)}".strip() or address.city


def _card(row: OfferRecipient, trades: dict[str, str], rule: PoolRule | None) -> OfferCard:
    order, offer = row.offer.work_order, row.offer
    holder = offer.claimed_by
    return OfferCard(
        received=row,
        order=order,
        title=title_of(order),
        place=street_without_door(order.address),
        skills=skills_of(getattr(row, "needs", []), trades),
        begins=order.window_starts_at,
        ends=order.window_ends_at,
        is_gone=offer.state != offer.State.OPEN,
        taken_by=holder.user.display_name if holder else "",
        is_part=getattr(row, "is_begun", False),
        points=points_of(order, rule) if rule else 0,
    )

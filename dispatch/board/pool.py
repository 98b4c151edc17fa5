"""The waiting pool: what has to be given to somebody, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Skill
from common import clock
from common.formatting import duration, when
from dispatch.board.stamps import stamp_of
from dispatch.models import JobOffer
from dispatch.selectors import waiting_orders

if TYPE_CHECKING:
    from accounts.models import User
    from dispatch.board.filters import BoardFilter
    from workorders.models import WorkOrder

MOST_CARDS = 50
_SOON = timedelta(minutes=60)
_NEW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Card:
    """A waiting order; `limit` is late, soon or empty, `left` the words for the time that is left."""

    order: WorkOrder
    title: str
    place: str
    amount_fen: int | None
    limit: str
    left: str
    skills: tuple[str, ...]
    is_offered: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """The cards shown, and how many orders wait in all."""

    cards: list[Card]
    total: int
    stamp: str

    @property
    def hidden(self) -> int:
        """Orders beyond the cards."""
        return self.total - len(self.cards)


def waiting_pool(*, actor: User, chosen: BoardFilter) -> Pool:
    """Return the pool in three queries."""
    found = chosen.orders(waiting_orders(actor=actor))
    offered = JobOffer.objects.filter(work_order=OuterRef("pk"), state=JobOffer.State.OPEN)
    # Of an item's large body only the list of skills is read.
    wanted = found.annotate(is_offered=Exists(offered), needs=F("item_version__body__skills"))
    orders = list(wanted[: MOST_CARDS + 1])
    total = found.count() if len(orders) > MOST_CARDS else len(orders)
    trades = dict(Skill.objects.values_list("code", "name"))
    now = clock.now()
    cards = [_card(order, trades, now) for order in orders[:MOST_CARDS]]
    shown = [
        (
            card.order.pk,
            card.order.stage_since,
            card.order.due_at,
            card.place,
            card.amount_fen,
            card.is_offered,
            card.order.urgent,
            card.order.difficulties,
            card.order.looks_like_rework,
            card.is_new,
        )
        for card in cards
    ]
    return Pool(cards, total, stamp_of([total, *shown]))


def title_of(order: WorkOrder) -> str:
    """What is to be done: the item, and how often."""
    name = order.item_version.name
    return f"{name} × {order.quantity}" if order.quantity > 1 else name


def place_of(order: WorkOrder) -> str:
    """District and street, else the city."""
    address = order.address
    words = f"{address.district} {address.detail}".strip()
    return words or address.city or _("Address not placed")


def limit_of(order: WorkOrder, now: datetime) -> tuple[str, str]:
    """How pressing it is (late, soon or empty) and the words for it."""
    if order.due_at is None:
        return "", ""
    left = int((order.due_at - now).total_seconds()) // 60
    if order.due_at < now:
        return "late", _("%(time)s late") % {"time": duration(max(1, -left))}
    if order.due_at - now <= _SOON:
        return "soon", _("%(time)s left") % {"time": duration(left)}
    return "", when(order.due_at, now=now)


def _card(order: WorkOrder, trades: dict[str, str], now: datetime) -> Card:
    limit, left = limit_of(order, now)
    return Card(
        order=order,
        title=title_of(order),
        place=place_of(order),
        amount_fen=None if order.price_included else order.paid_fen,
        limit=limit,
        left=left,
        skills=skills_of(getattr(order, "needs", []), trades),
        is_offered=bool(getattr(order, "is_offered", False)),
        is_new=now - order.stage_since < _NEW,
    )


def skills_of(needs: list[dict[str, str]], trades: dict[str, str]) -> tuple[str, ...]:
    """The names of the trades an item's body asks for."""
    return tuple(trades.get(need["skill"], need["skill"]) for need in needs)

"""Questions about reconciling: positions a person may see, the queue of exceptions, deliveries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from common import clock
from settlement.bills.matching import EXCEPTIONS
from settlement.models import BillPosition, PlatformBill

if TYPE_CHECKING:
    from accounts.models import User


_RELATED = ("shop_line__order", "shop_line__work_order__item_version", "linked_to")


def visible_positions(*, actor: User) -> QuerySet[BillPosition]:
    """Positions with their orders; shops are the company's, so headquarters alone sees them."""
    found = BillPosition.objects.select_related(*_RELATED)
    return found if actor.sees_everything else found.none()


def queue(
    *,
    actor: User,
    state: str,
    shop: str,
    cause: str,
    month: date | None,
    least_fen: int,
    words: str,
) -> QuerySet[BillPosition]:
    """Return what fits the filters, most money at stake first; `state` may be `open`."""
    found = visible_positions(actor=actor)
    if state == "open":
        found = found.filter(state__in=EXCEPTIONS)
    elif state:
        found = found.filter(state=state)
    if shop:
        platform, _colon, shop_key = shop.partition(":")
        found = found.filter(platform=platform, shop_key=shop_key)
    if cause:
        found = found.filter(cause=cause)
    if month:
        found = found.filter(belongs_on__range=month_days(month))
    if least_fen:
        found = found.filter(at_stake_fen__gte=least_fen)
    if words:
        of_order = Q(shop_line__work_order__number__icontains=words)
        found = found.filter(of_order | Q(order_number__icontains=words))
    return found.order_by("-at_stake_fen", "pk")


def month_days(month: date) -> tuple[date, date]:
    """Return the first and last day of a month."""
    start = month.replace(day=1)
    following = (start + timedelta(days=31)).replace(day=1)
    return start, following - timedelta(days=1)


def next_open(position: BillPosition, *, actor: User) -> BillPosition | None:
    """Return the exception that follows in the queue; the first one after the last."""
    rest = visible_positions(actor=actor).filter(state__in=EXCEPTIONS).exclude(pk=position.pk)
    behind = Q(at_stake_fen__lt=position.at_stake_fen) | Q(
        at_stake_fen=position.at_stake_fen, pk__gt=position.pk
    )
    ordered = rest.order_by("-at_stake_fen", "pk")
    return ordered.filter(behind).first() or ordered.first()


def months() -> list[date]:
    """Return the months any position belongs to, the latest first."""
    days = BillPosition.objects.dates("belongs_on", "month", order="DESC")
    return list(days[:36])


def deliveries(*, actor: User) -> QuerySet[PlatformBill]:
    """Bills that came, the newest first."""
    found = PlatformBill.objects.select_related("taken_by").order_by("-pk")
    return found if actor.sees_everything else found.none()


def small_ones(*, most_fen: int, actor: User) -> QuerySet[BillPosition]:
    """Return differing positions with at most so much at stake, the smallest first."""
    found = visible_positions(actor=actor).filter(
        state=BillPosition.State.DIFFERING, at_stake_fen__lte=most_fen
    )
    return found.exclude(cause="payees").order_by("at_stake_fen", "pk")


def age_days(position: BillPosition) -> int:
    """Return how many days ago it began."""
    return max(0, (clock.business_day() - position.belongs_on).days)

"""Puts orders into the grab pool and takes them out again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.transactions import transactional
from dispatch.models import JobOffer, OfferRecipient
from dispatch.services.candidates import Ranked, ranked_candidates
from workorders.flow import Meaning
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.models import WorkOrder

LONGEST_H = 72
FARTHEST_M = 200_000


@transactional
def offer_job(
    *, order_id: int, actor: User | None, radius_m: int = 15_000, hours: int = 2
) -> JobOffer:
    """Offer a waiting order for some hours to everybody who can do it within the radius.

    Offered again, the offer is renewed with the new radius and end. Raises Conflict when somebody
    has the order already, Refused("offer.nobody") when nobody could take it.
    """
    refuse_unless(1 <= hours <= LONGEST_H, "offer.hours", _("An offer stands 1 to 72 hours"))
    refuse_unless(
        1_000 <= radius_m <= FARTHEST_M, "offer.radius", _("An offer reaches 1 to 200 kilometres")
    )
    order = lock_order(order_id)
    if order.meaning != Meaning.WAITING.value:
        raise Conflict("offer.not_waiting", _("This work order is no longer waiting"))
    able = within(ranked_candidates(order=order, limit=200), radius_m)
    refuse_unless(
        able,
        "offer.nobody",
        _("Nobody within %(km)s km could take this job now; widen the radius or assign it")
        % {"km": radius_m // 1000},
    )
    offer = put_in_pool(
        order, able, actor=actor, radius_m=radius_m, ends_at=clock.now() + timedelta(hours=hours)
    )
    record(actor, "job.offered", order, radius_m=radius_m, hours=hours, people=len(able))
    return offer


def put_in_pool(
    order: WorkOrder,
    able: list[Ranked],
    *,
    actor: User | None,
    radius_m: int,
    ends_at: datetime,
) -> JobOffer:
    """Show a locked order to these people alone until it is claimed or the time is over."""
    offer, _made = JobOffer.objects.update_or_create(
        work_order=order,
        state=JobOffer.State.OPEN,
        defaults={
            "radius_m": radius_m,
            "offered_by": actor,
            "offered_at": clock.now(),
            "expires_at": ends_at,
        },
    )
    offer.recipients.all().delete()
    OfferRecipient.objects.bulk_create(_recipient(offer, each) for each in able)
    return offer


@transactional
def withdraw_offer(*, order_id: int, actor: User | None) -> bool:
    """Take an order out of the pool; False when it was not in it any more."""
    order = lock_order(order_id)
    ended = _end(order)
    if ended:
        record(actor, "offer.withdrawn", order)
    return ended


@transactional
def expire_offers() -> int:
    """Close the offers whose time is over; returns how many."""
    over = JobOffer.objects.filter(state=JobOffer.State.OPEN, expires_at__lte=clock.now())
    return over.update(state=JobOffer.State.EXPIRED)


def within(ranking: list[Ranked], radius_m: int) -> list[Ranked]:
    """Those who can do it and are not farther from the site; unknown distances count as near."""
    return [
        each
        for each in ranking
        if each.is_feasible and (each.distance_m is None or each.distance_m <= radius_m)
    ]


def _end(order: WorkOrder) -> bool:
    mine = JobOffer.objects.filter(work_order=order, state=JobOffer.State.OPEN)
    return bool(mine.update(state=JobOffer.State.WITHDRAWN))


def _recipient(offer: JobOffer, each: Ranked) -> OfferRecipient:
    return OfferRecipient(
        offer=offer,
        installer_id=each.pk,
        travel_m=each.distance_m,
        earning_fen=each.earning.gross_fen if each.earning else None,
        is_provisional=each.earning.provisional if each.earning else False,
        start_at=each.start_at or offer.offered_at,
    )

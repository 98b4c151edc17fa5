"""Questions about dispatch; each begins with who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Exists, F, Q, QuerySet, When

from accounts.models import Installer
from common import clock
from dispatch.models import Assignment, HelpRequest, JobOffer, OfferRecipient, SupportRequest
from dispatch.services.candidates import Ranked, assignable_installers, ranked_candidates
from network.models import Region, ServiceTerritory
from workorders.crew import begun_by_others
from workorders.flow import Meaning
from workorders.guards import body_of
from workorders.selectors import visible_work_orders, work_orders

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.models import WorkOrder


def dispatchable_orders(*, actor: User) -> QuerySet[WorkOrder]:
    """Return the orders the actor may send somebody to: those they see, with their customers."""
    return visible_work_orders(actor=actor).select_related("customer")


def waiting_orders(*, actor: User) -> QuerySet[WorkOrder]:
    """Return the orders to be dispatched, the most pressing first."""
    waiting = dispatchable_orders(actor=actor).filter(meaning=Meaning.WAITING.value)
    return waiting.order_by(F("due_at").asc(nulls_last=True), "-urgent", "pk")


def candidates(*, order: WorkOrder, limit: int = 20) -> list[Ranked]:
    """Return who can take the order, the best first, then who cannot and why."""
    return ranked_candidates(order=order, limit=limit)


def dispatchable_installers(*, actor: User) -> QuerySet[Installer]:
    """Return the active installers of the actor's units, of outlets serving their regions, and who
    is lent to them from today on.
    """
    found = Installer.objects.filter(is_active=True, user__is_active=True)
    if actor.sees_everything:
        return found
    units = actor.units
    settled = Region.objects.filter(branch__in=units).values_list("path", flat=True)
    lent = SupportRequest.objects.filter(
        borrower__in=units, state=SupportRequest.State.LOCKED, day__gte=clock.business_day()
    )
    served = Q(outlet__in=units) | Q(pk__in=lent.values("installer"))
    if settled:
        here = Q()
        for path in settled:
            here |= Q(region__path__startswith=path)
        serving = ServiceTerritory.objects.filter(here).values("outlet")
        served |= Q(outlet__in=serving)
    return found.filter(served)


def assignable(*, actor: User, order: WorkOrder) -> QuerySet[Installer]:
    """Return whom the actor may send to one of their orders: candidates and own people."""
    mine = dispatchable_installers(actor=actor).values("pk")
    asked = assignable_installers(order=order).values("pk")
    return Installer.objects.filter(Q(pk__in=mine) | Q(pk__in=asked), is_active=True)


def able_helpers(*, actor: User, order: WorkOrder) -> QuerySet[Installer]:
    """Return whom the actor may send along: everybody else with the skills, the outlet's first."""
    found = assignable(actor=actor, order=order).exclude(pk=order.installer_id or 0)
    for need in body_of(order).skills:
        found = found.filter(skills__skill__code=need.skill, skills__rank__gte=need.rank)
    home = Case(When(outlet=order.served_by_id, then=0), default=1)
    return found.select_related("user", "outlet").order_by(home, "outlet__name", "number")


def open_offers_for(*, installer: Installer) -> QuerySet[OfferRecipient]:
    """Return what an installer may claim now, the nearest first, with the order joined in."""
    return _received(installer).filter(_claimable())


def offers_received(*, installer: Installer, gone_since: datetime) -> QuerySet[OfferRecipient]:
    """Return what an installer may claim now, and what others have claimed since a moment."""
    gone = Q(offer__state=JobOffer.State.CLAIMED, offer__claimed_at__gte=gone_since)
    return _received(installer).filter(_claimable() | (gone & ~Q(offer__claimed_by=installer)))


def _received(installer: Installer) -> QuerySet[OfferRecipient]:
    return (
        OfferRecipient.objects.filter(installer=installer)
        .select_related(
            "offer__work_order__address",
            "offer__work_order__item_version__item",
            "offer__claimed_by__user",
        )
        .defer("offer__work_order__item_version__body")
        .annotate(
            needs=F("offer__work_order__item_version__body__skills"),
            is_begun=Exists(begun_by_others(installer=installer, order="offer__work_order")),
        )
        .order_by(F("travel_m").asc(nulls_last=True), "offer_id")
    )


def _claimable() -> Q:
    return Q(
        offer__state=JobOffer.State.OPEN,
        offer__expires_at__gt=clock.now(),
        offer__work_order__meaning=Meaning.WAITING.value,
    )


def offer_for(*, installer: Installer, offer_id: int) -> JobOffer | None:
    """Return an offer that was made to this installer, also one that is over; else None."""
    made = JobOffer.objects.filter(pk=offer_id, recipients__installer=installer)
    return made.select_related("work_order__item_version", "claimed_by__user").first()


def active_assignment(*, order: WorkOrder) -> Assignment | None:
    """Return who holds the order for which span and why, None when nobody does."""
    held = Assignment.objects.filter(work_order=order, active=True)
    return held.select_related("installer__user", "installer__outlet").first()


def help_for(*, installer: Installer, help_id: int) -> HelpRequest | None:
    """Return a request for help made to this installer, also one that is over; else None."""
    asked = HelpRequest.objects.filter(pk=help_id, colleague=installer)
    return asked.select_related("work_order").first()


def led_visits(*, installer: Installer) -> QuerySet[WorkOrder]:
    """Return the orders this installer is responsible for."""
    return work_orders().filter(installer=installer)

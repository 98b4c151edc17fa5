"""Questions about support between regions; each begins with who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from common import clock
from dispatch.models import SupportRequest
from dispatch.rosters.reading import roster_units

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from accounts.models import Installer, User
    from network.models import OrgUnit


def visible_supports(*, actor: User) -> QuerySet[SupportRequest]:
    """Return what the actor's units asked for or were asked for, the next days first."""
    rows = SupportRequest.objects.select_related(
        "installer__user", "installer__grade", "home", "borrower", "city",
        "asked_by", "decided_by", "ended_by",
    ).order_by("day", "asked_at", "pk")  # fmt: skip
    if actor.sees_everything:
        return rows
    units = actor.units
    return rows.filter(Q(home__in=units) | Q(borrower__in=units))


def lent_by(*, actor: User) -> QuerySet[SupportRequest]:
    """Return the requests about people of the actor's units, also those answered already."""
    rows = visible_supports(actor=actor)
    return rows if actor.sees_everything else rows.filter(home__in=actor.units)


def borrowing_outlets(*, actor: User, cities: Mapping[int, int]) -> list[OrgUnit]:
    """Return the actor's outlets that stand in a city."""
    return [unit for unit in roster_units(actor=actor) if unit.pk in cities]


def own_supports(*, installer: Installer) -> QuerySet[SupportRequest]:
    """Return where an installer is asked to go, or goes, from today on."""
    rows = SupportRequest.objects.filter(
        installer=installer,
        day__gte=clock.business_day(),
        state__in=(SupportRequest.State.APPROVED, SupportRequest.State.LOCKED),
    )
    return rows.select_related("city", "borrower").order_by("day")


def support_of(*, installer: Installer, request_id: int) -> SupportRequest | None:
    """Return what an installer was asked, also what is over; else None."""
    return SupportRequest.objects.filter(installer=installer, pk=request_id).first()

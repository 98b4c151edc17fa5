"""What the installer, and the people a job is shared with, say to the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from accounts.models import Installer
from common.remembering import remembered
from network.geo import point_or_none
from network.models import OrgUnit
from settlement.engine.facts import (
    Mate,
    restored,
)
from settlement.models import AgreedPay, Settlement
from workorders.crew import parts_of
from workorders.flow import Meaning
from workorders.places import road_metres_between

if TYPE_CHECKING:
    from datetime import date

    from accounts.workers import Worker
    from network.geo import Point
    from workorders.crew import Part
    from workorders.models import WorkOrder


def crew_of(parts: Sequence[Part]) -> tuple[Mate, ...] | None:
    """Return who shares the installer's part of an order, None where one person has all of it."""
    if len(parts) < 2:
        return None
    return tuple(Mate(part.installer_id, part.steps, part.minutes, part.share_bp) for part in parts)


def agreed_fen(order: WorkOrder, installer: Installer) -> int | None:
    """Return what was agreed with a contractor for an order; None where the rules decide."""
    if installer.kind != installer.Kind.CONTRACTOR:
        return None
    agreed = AgreedPay.objects.filter(work_order=order, installer=installer)
    return agreed.values_list("amount_fen", flat=True).first()


def first_crew(order: WorkOrder) -> tuple[Mate, ...] | None:
    """Return who shares what is taken back of the job done again: those who shared its pay."""
    first = order.rework_of
    if first is None:
        return None
    paid = Settlement.objects.filter(work_order=first, status=Settlement.Status.ACTIVE)
    settled = paid.values_list("facts", flat=True).first()
    return crew_of(parts_of(first)) if settled is None else restored(settled).crew


class Earner(NamedTuple):
    """What pay looks at of an installer; certificates with their last valid day."""

    pk: int
    outlet_code: str
    outlet_path: str
    outlet_point: Point | None
    grade: str
    certificates: Mapping[str, date]
    rating_x10: int | None


def earner_of(installer: Installer) -> Earner:
    """Return what pay looks at; asks for certificates, outlet and grade where they are not read."""
    outlet = installer.outlet
    return Earner(
        installer.pk,
        outlet.code,
        outlet.path,
        point_or_none(outlet.lon, outlet.lat),
        installer.grade.code,
        {held.code: held.valid_until for held in installer.certifications.all()},
        installer.rating_x10,
    )


def installer_facts(
    order: WorkOrder, who: Earner | Worker, day: date, payers: dict[int, str]
) -> dict[str, Any]:
    measured = order.installer_id == who.pk and order.distance_m is not None
    site = order.address
    above = [int(part) for part in who.outlet_path.split(".") if part]
    return {
        "outlet": who.outlet_code,
        "home_branch": next((payers[pk] for pk in reversed(above) if pk in payers), None),
        "grade": who.grade,
        "certificates": tuple(
            sorted(code for code, until in who.certificates.items() if until >= day)
        ),
        "rating_x10": who.rating_x10,
        "distance_m": order.distance_m
        if measured
        else road_metres_between(who.outlet_point, point_or_none(site.lon, site.lat)),
        "distance_estimated": site.precision != site.Precision.EXACT,
    }


@remembered(lambda: ())
def payers() -> dict[int, str]:
    """Codes of branches and headquarters by id: an installer belongs to the nearest above."""
    kinds = [OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ]
    return dict(OrgUnit.objects.filter(kind__in=kinds).values_list("pk", "code"))


def month_rank(order: WorkOrder, installer: Installer, day: date) -> int:
    """Which of this installer's orders of the calendar month it is; rework does not count.

    Every settled order has a number of its own: one sent back keeps its number for when it is
    settled again, and the next gets the lowest that is free. So a ladder pays each step once,
    in whatever order news come; one at a time per installer.
    """
    Installer.objects.select_for_update(no_key=True).filter(pk=installer.pk).values("pk").first()
    first = day.replace(day=1)
    of_month = Settlement.objects.filter(
        installer=installer,
        work_order__installer=installer,
        work_order__rework_of=None,
        done_on__gte=first,
        done_on__lt=(first + timedelta(days=31)).replace(day=1),
    )
    active = Settlement.Status.ACTIVE
    elsewhere = Settlement.objects.filter(work_order=OuterRef("work_order"), status=active)
    standing = of_month.filter(Q(status=active) | ~Exists(elsewhere))
    kept = dict(
        standing.exclude(work_order__meaning=Meaning.CANCELLED.value)
        .order_by("-pk")
        .values_list("work_order_id", "facts__installer_month_orders")
    )
    own = kept.pop(order.pk, None)
    if order.rework_of_id is not None:
        return len(kept)
    taken = set(kept.values())
    return own or next(number for number in count(1) if number not in taken)


def checked_in(order: WorkOrder, installer: Installer) -> int | None:
    """Metres between the installer's first check-in by position and the site."""
    own = order.check_ins.filter(installer=installer, from_site_m__isnull=False)
    measured = own.order_by("at", "pk")
    return measured.values_list("from_site_m", flat=True).first()

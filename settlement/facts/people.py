"""What the installer, and the people a job is shared with, say to the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from common import clock
from common.remembering import remembered
from network.models import OrgUnit
from settlement.engine.facts import (
    Mate,
    restored,
)
from settlement.models import Settlement
from workorders.crew import parts_of
from workorders.models import WorkOrder
from workorders.places import road_metres

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer
    from workorders.crew import Part


def crew_of(parts: Sequence[Part]) -> tuple[Mate, ...] | None:
    """Return who shares the installer's part of an order, None where one person has all of it."""
    if len(parts) < 2:
        return None
    return tuple(Mate(part.installer_id, part.steps, part.minutes, part.share_bp) for part in parts)


def first_crew(order: WorkOrder) -> tuple[Mate, ...] | None:
    """Return who shares what is taken back of the job done again: those who shared its pay."""
    first = order.rework_of
    if first is None:
        return None
    paid = Settlement.objects.filter(work_order=first, status=Settlement.Status.ACTIVE)
    settled = paid.values_list("facts", flat=True).first()
    return crew_of(parts_of(first)) if settled is None else restored(settled).crew


def installer_facts(
    order: WorkOrder, installer: Installer, day: date, payers: dict[int, str]
) -> dict[str, Any]:
    outlet = installer.outlet
    measured = order.installer_id == installer.pk and order.distance_m is not None
    above = [int(part) for part in outlet.path.split(".") if part]
    return {
        "outlet": outlet.code,
        "home_branch": next((payers[pk] for pk in reversed(above) if pk in payers), None),
        "grade": installer.grade.code,
        "certificates": tuple(
            sorted(c.code for c in installer.certifications.all() if c.valid_until >= day)
        ),
        "rating_x10": installer.rating_x10,
        "distance_m": order.distance_m if measured else road_metres(outlet, order.address),
        "distance_estimated": order.address.precision != order.address.Precision.EXACT,
    }


@remembered(lambda: ())
def payers() -> dict[int, str]:
    """Codes of branches and headquarters by id: an installer belongs to the nearest above."""
    kinds = [OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ]
    return dict(OrgUnit.objects.filter(kind__in=kinds).values_list("pk", "code"))


def month_orders(order: WorkOrder, installer: Installer, day: date) -> int:
    """This installer's orders of the calendar month up to this one; rework does not count."""
    start, _end = clock.day_span(day.replace(day=1))
    done = WorkOrder.objects.filter(
        installer=installer,
        rework_of=None,
        completed_at__gte=start,
        completed_at__lte=order.completed_at or clock.now(),
    )
    return done.exclude(pk=order.pk).count() + (order.rework_of_id is None)


def checked_in(order: WorkOrder, installer: Installer) -> int | None:
    """Metres between the installer's first check-in by position and the site."""
    own = order.check_ins.filter(installer=installer, from_site_m__isnull=False)
    measured = own.order_by("at", "pk")
    return measured.values_list("from_site_m", flat=True).first()

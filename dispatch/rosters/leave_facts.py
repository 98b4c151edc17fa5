"""What is to be known of a request for leave: its visits, its days, who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User
from accounts.roles import Role
from dispatch.bookings import bookings

if TYPE_CHECKING:
    from accounts.models import Installer
    from dispatch.bookings import Booking
    from dispatch.models import LeaveRequest


def visits_in(asked: LeaveRequest) -> list[Booking]:
    """Return the visits somebody has, or helps on, in the days they ask for."""
    days = [asked.starts_on, asked.ends_on]
    rows = bookings([asked.installer_id], days).get(asked.installer_id, [])
    return [row for row in rows if row.active]


def span_of(asked: LeaveRequest) -> str:
    """Return the days as "11-03" or "11-03–11-05"."""
    first, last = f"{asked.starts_on:%m-%d}", f"{asked.ends_on:%m-%d}"
    return first if first == last else f"{first}–{last}"


def managers_of(installer: Installer) -> list[User]:
    """Return the outlet's managers; where it has none, those of the units above it, the nearest first."""
    above = [int(part) for part in installer.outlet.path.split(".") if part]
    roles = (Role.OUTLET_MANAGER, Role.REGION_MANAGER, Role.HQ_ADMIN)
    people = User.objects.filter(is_active=True, role__in=roles, unit__in=above)
    found = list(people.select_related("unit").order_by("pk"))
    if not found:
        return []
    nearest = max(len(each.unit.path) for each in found if each.unit)
    return [each for each in found if each.unit and len(each.unit.path) == nearest]

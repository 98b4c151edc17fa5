"""Questions about rosters; each begins with who is asking or with whose roster it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Installer
from dispatch.models import RosterShift, RosterWeek, RosterWish
from dispatch.support.lent import lent_days
from network.models import OrgUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User


def roster_units(*, actor: User) -> QuerySet[OrgUnit]:
    """Return the units whose rosters somebody may see: theirs that have active installers."""
    units = OrgUnit.objects.filter(is_active=True, installers__is_active=True).distinct()
    found = units if actor.sees_everything else units.filter(pk__in=actor.units)
    return found.order_by("path")


def rostered_people(unit: OrgUnit) -> QuerySet[Installer]:
    """Return who is planned in a unit's roster."""
    active = Installer.objects.filter(outlet=unit, is_active=True, user__is_active=True)
    return active.select_related("user", "grade", "outlet").order_by("number", "pk")


def roster_week(unit: OrgUnit, monday: date) -> RosterWeek:
    """Return the week of a unit; an unsaved one where nobody has planned it yet."""
    found = RosterWeek.objects.select_related("published_by").filter(unit=unit, monday=monday)
    return found.first() or RosterWeek(unit=unit, monday=monday)


def week_days(monday: date) -> list[date]:
    """Return the seven days of a week."""
    return [monday + timedelta(days=n) for n in range(7)]


def shifts_between(
    ids: Iterable[int], first: date, last: date, *, published: bool
) -> list[RosterShift]:
    """Return the shifts of some people on days, in order of their beginning."""
    rows = RosterShift.objects.filter(
        installer__in=list(ids), day__gte=first, day__lte=last, published=published
    )
    return list(rows.select_related("pattern").order_by("span"))


def duties(installers: Sequence[Installer], day: date) -> Mapping[int, str]:
    """Return what the published roster says of a day: "早班 · 值班", by installer id."""
    found: dict[int, str] = {}
    for row in shifts_between([each.pk for each in installers], day, day, published=True):
        words = row.pattern.name + (_(" (overtime)") if row.is_overtime else "")
        found[row.installer_id] = (
            f"{found[row.installer_id]} · {words}" if row.installer_id in found else words
        )
    for pk, of_one in lent_days([day], [each.pk for each in installers]).items():
        words = _("supports %(city)s") % {"city": of_one[day].city.name}
        found[pk] = f"{found[pk]} · {words}" if pk in found else words
    return found


def wishes_between(ids: Iterable[int], first: date, last: date) -> dict[tuple[int, date], str]:
    """Return what people would like, by installer id and day."""
    rows = RosterWish.objects.filter(installer__in=list(ids), day__gte=first, day__lte=last)
    return {(row.installer_id, row.day): row.wants for row in rows}


def away_between(ids: Iterable[int], first: date, last: date) -> dict[int, list[tuple[date, date]]]:
    """Return the days of leave that touch a stretch of days, by installer id."""
    found: dict[int, list[tuple[date, date]]] = {}
    rows = Installer.objects.filter(
        pk__in=list(ids), leaves__starts_on__lte=last, leaves__ends_on__gte=first
    ).values_list("pk", "leaves__starts_on", "leaves__ends_on")
    for pk, starts_on, ends_on in rows:
        if starts_on <= last and ends_on >= first:
            found.setdefault(pk, []).append((starts_on, ends_on))
    return found

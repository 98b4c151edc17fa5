"""Which day, outlet and region the board shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from common import clock
from network.models import OrgUnit, Region

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer, User
    from workorders.models import WorkOrder


WEEK = "week"


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """The choices of a dispatcher; None: all of their scope."""

    day: date
    outlet: OrgUnit | None = None
    region: Region | None = None
    page: int = 1
    is_week: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether less than everything of today is shown."""
        return bool(self.outlet or self.region or self.day != clock.business_day())

    @property
    def query(self) -> str:
        """The filter as a query string without its question mark."""
        return urlencode(
            {
                name: value
                for name, value in (
                    ("day", self.day.isoformat() if self.day != clock.business_day() else ""),
                    ("outlet", self.outlet.pk if self.outlet else ""),
                    ("region", self.region.pk if self.region else ""),
                    ("page", self.page if self.page > 1 else ""),
                    ("span", WEEK if self.is_week else ""),
                )
                if value != ""
            }
        )

    @property
    def days(self) -> list[date]:
        """The days shown: one, or those of its week from Monday on."""
        if not self.is_week:
            return [self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=n) for n in range(7)]

    @property
    def before(self) -> str:
        """The query of the day or week before."""
        return self._moved(-1)

    @property
    def after(self) -> str:
        """The query of the day or week after."""
        return self._moved(1)

    @property
    def as_day(self) -> str:
        """The query of the same choice by day."""
        return replace(self, is_week=False).query

    @property
    def as_week(self) -> str:
        """The query of the same choice by week."""
        return replace(self, is_week=True).query

    def _moved(self, steps: int) -> str:
        days = 7 * steps if self.is_week else steps
        return replace(self, day=self.day + timedelta(days=days)).query

    def orders(self, found: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
        """Narrow orders to the region, and to those the outlet serves or could serve."""
        if self.region is not None:
            found = found.filter(site_region__path__startswith=self.region.path)
        if self.outlet is not None:
            theirs = Q(served_by=self.outlet)
            paths = self.outlet.territories.values_list("region__path", flat=True)
            for path in paths:
                theirs |= Q(installer=None, site_region__path__startswith=path)
            found = found.filter(theirs)
        return found

    def people(self, found: QuerySet[Installer]) -> QuerySet[Installer]:
        """Narrow installers to the outlet, and to outlets serving the region."""
        if self.outlet is not None:
            found = found.filter(outlet=self.outlet)
        if self.region is not None:
            serving = Region.objects.filter(path__startswith=self.region.path)
            found = found.filter(outlet__territories__region__in=serving).distinct()
        return found


def board_outlets(*, actor: User) -> QuerySet[OrgUnit]:
    """Return the outlets a dispatcher may choose: those with installers, in their scope."""
    outlets = OrgUnit.objects.filter(is_active=True, installers__is_active=True).distinct()
    if not actor.sees_everything:
        outlets = outlets.filter(pk__in=actor.units)
    return outlets.order_by("name")


def board_regions(*, actor: User) -> QuerySet[Region]:
    """Return the regions a dispatcher may choose: those some outlet in their scope serves."""
    regions = Region.objects.filter(territories__outlet__is_active=True).distinct()
    if not actor.sees_everything:
        units = actor.units
        regions = regions.filter(Q(territories__outlet__in=units) | Q(branch__in=units))
    return regions.order_by("name")

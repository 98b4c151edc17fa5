"""The orders and rules a price plan is tried on, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from settlement.engine.facts import JobFacts, restored
from settlement.engine.tables import MATERIAL
from settlement.models import RuleSet, RuleSetVersion
from settlement.pricing.plan import Lever, Point, curve
from settlement.recipients import kinds_of_units
from settlement.services.rules_in_force import version_in_force
from settlement.shadow import stored_rows
from settlement.visibility import settlements_seen_whole

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import ServiceItem
    from network.models import Region


@dataclass(frozen=True, slots=True)
class Simulated:
    """A plan's curve, and on what it stands."""

    version: RuleSetVersion
    found: int  # orders looked at
    left_out: int  # without a price under these rules, or with facts nobody can read
    points: tuple[Point, ...]

    @property
    def now(self) -> Point:
        """The point that changes nothing."""
        return next(point for point in self.points if point.percent == 0)

    @property
    def best(self) -> Point:
        """The point with the largest margin, the smaller change of equals."""
        return max(self.points, key=lambda point: (point.margin_fen, -abs(point.percent)))


def price_lists() -> list[str]:
    """Return the names of the price lists of the rules in force, those of materials left out."""
    found: dict[str, None] = {}
    for rule_set in RuleSet.objects.order_by("key"):
        version = _in_force(rule_set)
        for name, grid in (version.body.get("grids") or {}).items() if version else ():
            if grid.get("rows_by") not in (MATERIAL, [MATERIAL]):
                found.setdefault(name)
    return list(found)


def simulated(
    *,
    rule_set: RuleSet,
    lever: Lever,
    grid: str,
    region: Region | None,
    item: ServiceItem | None,
    orders: int,
    elasticity_x100: int,
    actor: User,
) -> Simulated | None:
    """Try a plan on the latest settlements whose money the actor sees in full; None without rules or such a list."""
    version = _in_force(rule_set)
    if version is None or (lever is Lever.GRID and grid not in version.body.get("grids", {})):
        return None
    found = (
        settlements_seen_whole(actor=actor)
        .filter(status="active", version__rule_set=rule_set)
        .select_related(None)
    )
    if region is not None:
        found = found.filter(work_order__site_region__path__startswith=region.path)
    if item is not None:
        found = found.filter(work_order__item_version__item=item)
    rows = stored_rows(found.order_by("-pk")[:orders])
    jobs = [job for job in (_read(row.facts) for row in rows) if job is not None]
    kinds = kinds_of_units(version.body.get("parties") or ())
    points = curve(
        jobs, version.body, lever=lever, grid=grid, elasticity_x100=elasticity_x100, kinds=kinds
    )
    kept = next(point.orders for point in points if point.percent == 0)
    return Simulated(version, len(rows), len(rows) - kept, tuple(points))


def _read(facts: dict[str, object]) -> JobFacts | None:
    try:
        return restored(facts)
    except TypeError:
        return None


def _in_force(rule_set: RuleSet) -> RuleSetVersion | None:
    return version_in_force(industry=rule_set.industry, on=clock.business_day())

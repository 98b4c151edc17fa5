"""Correcting in which region the site of a settled order lies: a proposal that levels and bands follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from network.models import Region
from network.selectors import region_chain
from settlement.engine.facts import restored
from settlement.facts import facts_of_region
from workorders.places import site_of
from workorders.services.corrections import correct_region

if TYPE_CHECKING:
    from settlement.models import RecomputeRun, Settlement
    from workorders.models import WorkOrder

REGION = "region"


def corrected_region(settlement: Settlement, *, region: Region, source: str) -> dict[str, Any]:
    """Return what a run keeps of another region: the engine's facts, and how to record it.

    City, level, band, fuel, geofences and the list price follow as they do at settling, of the day
    the order was completed. Refused without a source, and for the region that counts already.
    """
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    order, facts = settlement.work_order, restored(settlement.facts)
    same = order.site_region_id == region.pk and facts.region == region.code
    refuse_unless(not same, "region.same", _("The order is settled with this region already"))
    found = facts_of_region(order, region, settlement.done_on, facts)
    return {
        "facts": {name: _plain(value) for name, value in found.items()},
        "kind": REGION,
        "value": " ".join(step.name for step in region_chain(region)[-3:]),
        "source": source.strip()[:80],
        "region": region.pk,
    }


def write_region(run: RecomputeRun) -> None:
    """Record a run's region on its order, so that lists and later completions know it too."""
    if run.work_order_id is not None:
        correct_region(
            order_id=run.work_order_id,
            region=Region.objects.get(pk=run.asked["region"]),
            source=run.asked["source"],
            actor=run.started_by,
        )


def region_now(order: WorkOrder) -> Region | None:
    """Return where the site lies by now when that is not what the order was settled with."""
    region = site_of(order.address).region
    return region if region is not None and region.pk != order.site_region_id else None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

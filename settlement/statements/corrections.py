"""What a statement says of entries that no settlement's lines explain: posted differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from settlement.models import Party, RecomputeDifference

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry came from; `rule` is the tenant's own word and the same in every language."""

    label: str
    rule: str
    version: str
    done_on: date | None
    place: str
    item: str


def origins(party: Party, source_keys: Iterable[str]) -> dict[str, Origin]:
    """Return the origins of a party's entries by source key; one query."""
    runs = {int(key.split(":")[1]) for key in source_keys if key.startswith(f"{DIFFERENCE}:")}
    if not runs:
        return {}
    rows = (
        RecomputeDifference.objects.filter(run_id__in=runs, party=party)
        .exclude(entry=None)
        .select_related("settlement", "version", "work_order__site_region")
        .select_related("work_order__address", "work_order__item_version")
    )
    return {f"{DIFFERENCE}:{row.run_id}:{row.work_order_id}": _of_difference(row) for row in rows}


def _of_difference(row: RecomputeDifference) -> Origin:
    order = row.work_order
    region = order.site_region
    return Origin(
        label=_("Correction of %(what)s") % {"what": row.label},
        rule=row.label,
        version=row.version.number,
        done_on=row.settlement.done_on,
        place=region.name if region else order.address.city,
        item=order.item_version.name,
    )

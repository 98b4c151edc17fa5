"""What the company sells and where its jobs can lie, as the proofs of its rules ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.selectors import active_items
from network.models import Region
from settlement.engine.facts import code_value
from settlement.engine.proving.ground import Ground
from settlement.quotations.asking import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Mapping

IMPORTED = "import"
"""The channel of orders taken in from a file; nothing is quoted for it."""


def ground_of(industry: str) -> Ground:
    """Return the ground for rules that settle an industry; two queries."""
    items = active_items().filter(industry=industry).order_by("code")
    return Ground(
        items=dict(items.values_list("code", "category")),
        places=places(),
        channels=(*CHANNELS, IMPORTED),
    )


def places() -> list[Mapping[str, Any]]:
    """Return the facts of a job in each region, wider regions first: as `place_facts`, for all at once."""
    found: dict[str, dict[str, Any]] = {}
    rows = Region.objects.order_by("path").values_list(
        "path", "code", "level", "city_level", "price_band", "cost_level", "branch__code"
    )
    for path, code, level, city_level, band, cost, branch in rows:
        above = found.get(_above(path), {})
        own = {
            "city": code if level == Region.Level.CITY else "",
            "city_level": city_level,
            "price_band": code_value(band) if band else "",
            "cost_level": code_value(cost) if cost else "",
            "branch": branch or "",
        }
        found[path] = {
            **{fact: above.get(fact) if value == "" else value for fact, value in own.items()},
            "region": code,
            "region_path": (*above.get("region_path", ()), code),
        }
    return list(found.values())


def _above(path: str) -> str:
    """The path of the region above: "1.4." of "1.4.17."."""
    return path[: path.rstrip(".").rfind(".") + 1]

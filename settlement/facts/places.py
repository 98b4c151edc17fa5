"""What a day and the regions of a site say to the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from network.models import PlaceFact, Region
from network.place_facts import known_for
from settlement.engine.facts import (
    Code,
    code_value,
)

if TYPE_CHECKING:
    from datetime import date


_SEASONS = ("winter", "spring", "summer", "autumn")


def day_facts(day: date) -> dict[str, Any]:
    """Return the facts that follow from the day a job is done."""
    return {
        "done_on": day.isoformat(),
        "month": day.month,
        "season": _SEASONS[day.month % 12 // 3],
    }


def place_facts(chain: Sequence[Region], day: date) -> dict[str, Any]:
    """Return the facts that follow from the regions of a site, the widest first."""
    fuel = known_for(PlaceFact.Kind.FUEL_CHANGE, chain, day)
    return {
        "city": _code_of(chain, Region.Level.CITY),
        "city_level": _inherited(chain, "city_level"),
        "price_band": _code(_inherited(chain, "price_band")),
        "cost_level": _code(_inherited(chain, "cost_level")),
        "region": chain[-1].code if chain else None,
        "region_path": tuple(step.code for step in chain) or None,
        "fuel_change_bp": fuel.value if fuel else 0,
        "fuel_source": f"{fuel.source} {fuel.from_day}" if fuel else None,
    }


def _code(value: str | None) -> Code | None:
    return code_value(value) if value else None


def _code_of(chain: Sequence[Region], level: str) -> str | None:
    return next((step.code for step in chain if step.level == level), None)


def _inherited(chain: Sequence[Region], field: str) -> str | None:
    """The value of the nearest region that has one, as text."""
    return next((str(v) for step in reversed(chain) if (v := getattr(step, field))), None)

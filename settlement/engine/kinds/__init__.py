"""The component kinds, by the name a rule body uses."""

from collections.abc import Callable, Mapping

from settlement.engine.kinds.bounds import limit
from settlement.engine.kinds.counted import brackets, charges, materials, per_unit, steps
from settlement.engine.kinds.prices import flat, price, table
from settlement.engine.kinds.shares import commission, percent, reverse, tax
from settlement.engine.kinds.windows import window
from settlement.engine.part import Part
from settlement.engine.scope import Step
from settlement.engine.split import release, split

KINDS: Mapping[str, Callable[[Part], Step]] = {
    "price": price,
    "table": table,
    "flat": flat,
    "percent": percent,
    "coefficient": percent,
    "commission": commission,
    "tax": tax,
    "reverse": reverse,
    "per_unit": per_unit,
    "materials": materials,
    "charges": charges,
    "steps": steps,
    "brackets": brackets,
    "window": window,
    "release": release,
    "split": split,
    "cap": limit,
    "floor": limit,
}

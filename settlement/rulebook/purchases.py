"""Price grids whose rows are materials: what the company pays for what its installers use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog.selectors import materials
from common.errors import Refused
from settlement.engine.tables import MATERIAL
from settlement.rule_sheets import table_word
from settlement.rulebook.grid_form import rows_by

NEW_PURCHASES = "new:"


def is_purchases(raw: Mapping[str, Any]) -> bool:
    """Whether the rows of a grid are materials."""
    return rows_by(raw) == [MATERIAL]


def grid_options(body: Mapping[str, Any], *, purchases: bool) -> list[tuple[str, str]]:
    """Return the grids of items, or those of materials and the offer to make one."""
    found = [
        (str(name), table_word(str(name)))
        for name, raw in body.get("grids", {}).items()
        if is_purchases(raw) == purchases
    ]
    if not purchases:
        return [("", _("choose")), *found]
    new = (NEW_PURCHASES, _("make a list of purchase prices"))
    return [("", _("none: the price recorded with the job")), *found, new]


def add_purchases(body: dict[str, Any]) -> str:
    """Add a grid with every material at its price of today; return its name."""
    prices = dict(materials().values_list("code", "unit_price_fen"))
    if not prices:
        raise Refused("rules.materials", _("There are no materials yet; add them first"))
    grids = body.setdefault("grids", {})
    stem = "purchases"
    name = next(n for n in (stem, *(f"{stem}-{at}" for at in range(2, 1000))) if n not in grids)
    grids[name] = {"rows_by": [MATERIAL], "fen": prices}
    return name

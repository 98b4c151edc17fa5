"""Materials of a visit in the units people use: "2.5 米", not thousandths."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.models import Material
from catalog.resolve import extra_materials
from common.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from catalog.resolve import EffectiveItem
    from workorders.models import MaterialUsed, WorkOrder

FIELD = "material-"
_MILLI = 1000
_QUANTITY = re.compile(r"\d{1,4}(\.\d{1,3})?")


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material with the quantity in its field: what was recorded, else what the item plans."""

    pk: int
    name: str
    unit: str
    quantity: str
    planned: str
    is_recorded: bool


def other_materials(lines: list[MaterialLine]) -> QuerySet[Material]:
    """Return the active materials no line is about yet."""
    return Material.objects.filter(is_active=True).exclude(pk__in=[line.pk for line in lines])


def material_lines(order: WorkOrder, item: EffectiveItem) -> list[MaterialLine]:
    """Return what the steps name, what region and flow add and what was recorded beside, so sorted."""
    planned: Counter[str] = Counter()
    for step in item.body.steps:
        for need in step.materials:
            planned[need.code] += need.milli * order.quantity
    for code, milli in extra_materials(item.overrides).items():
        planned[code] += milli * order.quantity
    for added in order.expected_materials.select_related("material").order_by("pk"):
        planned[added.material.code] += added.quantity_milli
    used = {row.material_id: row for row in _used(order)}
    known = {each.code: each for each in Material.objects.filter(code__in=list(planned))}
    lines = [
        _line(material, planned[code], used.pop(material.pk, None))
        for code in planned
        if (material := known.get(code)) is not None
    ]
    return lines + [_line(row.material, 0, row) for row in used.values()]


def read_quantities(typed: Mapping[str, str]) -> dict[Material, int]:
    """Return thousandths by material from fields `material-<id>`; an empty field says nothing.

    Raises Refused naming the material whose quantity is no number from 0 to 1,000.
    """
    wanted = {
        int(name.removeprefix(FIELD)): text
        for name, text in typed.items()
        if name.startswith(FIELD) and name.removeprefix(FIELD).isdecimal() and text.strip()
    }
    found = Material.objects.in_bulk(list(wanted))
    if len(found) < len(wanted):
        raise Refused("material.unknown", _("This material does not exist any more"))
    return {found[pk]: _milli(found[pk], text) for pk, text in wanted.items()}


def _used(order: WorkOrder) -> QuerySet[MaterialUsed]:
    return order.materials_used.select_related("material").order_by("pk")


def _line(material: Material, planned_milli: int, used: MaterialUsed | None) -> MaterialLine:
    milli = used.quantity_milli if used else planned_milli
    return MaterialLine(
        pk=material.pk,
        name=material.name,
        unit=material.unit,
        quantity=_text(milli),
        planned=_text(planned_milli),
        is_recorded=used is not None,
    )


def _text(milli: int) -> str:
    return f"{Decimal(milli) / _MILLI:f}" if milli else ""


def _milli(material: Material, typed: str) -> int:
    if _QUANTITY.fullmatch(typed.strip()):
        milli = int(Decimal(typed.strip()) * _MILLI)
        if milli <= _MILLI * _MILLI:
            return milli
    raise Refused(
        "material.quantity",
        _("%(material)s: enter a quantity from 0 to 1,000, at most three decimals")
        % {"material": material.name},
    )

"""What the customer pays: the place's price list, surcharges, extra charges and materials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.resolve import EffectiveItem, effective_item
from settlement.engine.money import share_fen
from settlement.engine.words import charge_word, decimal
from settlement.quotations.surcharging import surcharge_lines, surcharges_in_use
from workorders.models import ChargeCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settlement.engine.result import Line
    from settlement.models import PriceSurcharge
    from settlement.quotations.asking import Asked, AskedCharge, AskedMaterial

WHOLE_BP = 10_000
ONE = 1000
SERVICE = "service"
MATERIAL = "material"
SURCHARGE = "surcharge"
LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One amount the customer pays; `because` holds what its explanation needs."""

    code: str
    label: str
    quantity_milli: int
    unit: str
    unit_fen: int | None
    amount_fen: int
    because: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Priced:
    """A whole offer: lines that add up, the tax they contain, what the price covers."""

    lines: tuple[PricedLine, ...]
    vat_bp: int
    included: tuple[str, ...]

    @property
    def total_fen(self) -> int:
        """Sum of the lines, tax included."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def order_fen(self) -> int:
        """What the order itself costs: without charges by tariff, which stand beside it."""
        return sum(line.amount_fen for line in self.lines if line.code not in ChargeCode.values)

    @property
    def vat_fen(self) -> int:
        """The tax within the total, rounded once."""
        return vat_within(self.total_fen, self.vat_bp)


def vat_within(total_fen: int, vat_bp: int) -> int:
    """Return the tax contained in an amount that includes it: total × rate / (1 + rate)."""
    return share_fen(total_fen, vat_bp, WHOLE_BP + vat_bp)


def price(asked: Asked) -> Priced:
    """Return the customer's price of a job; the lines stand in the order they are read in.

    Surcharges count on the service, in the order of the company's table; what is charged by
    tariff and materials stay as they are. A surcharge that was left out stands with its reason and
    nothing to pay, where it would have counted.
    """
    effective = effective_item(version=asked.item_version, region=asked.region, on=asked.planned_on)
    service = _service(asked, effective)
    lines = (
        service,
        *_surcharges(asked, service.amount_fen),
        *map(_charge, asked.charges),
        *map(_material, asked.materials),
    )
    return Priced(lines, asked.vat_bp, tuple(_included(asked, effective)))


def _service(asked: Asked, effective: EffectiveItem) -> PricedLine:
    version = asked.item_version
    set_by = [each.region.name for each in effective.overrides if each.list_price_fen is not None]
    because = {
        "how": SERVICE,
        "version": version.number,
        "core_fen": version.list_price_fen,
        "region": set_by[-1] if set_by else "",
    }
    return PricedLine(
        SERVICE, version.name, asked.quantity * ONE, version.unit, effective.list_price_fen,
        effective.list_price_fen * asked.quantity, because,
    )  # fmt: skip


def _surcharges(asked: Asked, service_fen: int) -> Iterator[PricedLine]:
    rows, left = surcharges_in_use(), {each.row_id: each.reason for each in asked.left_out}
    counting = [row for row in rows if row.pk not in left]
    for row, line in surcharge_lines(asked, service_fen, counting):
        yield _surcharge(row, line)
    for row, line in surcharge_lines(asked, service_fen, rows) if left else ():
        if row.pk in left:
            because = {"how": LEFT_OUT, "would_fen": line.amount_fen, "reason": left[row.pk]}
            yield PricedLine(LEFT_OUT, row.name, ONE, "", None, 0, because)


def _surcharge(row: PriceSurcharge, line: Line) -> PricedLine:
    operands = line._asdict() | {"because": dict(line.because)}
    because = {
        "how": SURCHARGE, "line": operands, "region": row.region.name if row.region else "",
    }  # fmt: skip
    return PricedLine(SURCHARGE, row.name, ONE, "", None, line.amount_fen, because)


def _charge(asked: AskedCharge) -> PricedLine:
    tariff = asked.tariff
    agreed_fen = asked.amount_fen or 0
    whole_fen = agreed_fen if tariff.unit_fen is None else tariff.unit_fen * asked.count
    because = {"how": "charge", "most_fen": tariff.most_fen, "whole_fen": whole_fen}
    return PricedLine(
        tariff.code, charge_word(tariff.code, _), asked.count * ONE, tariff.unit, tariff.unit_fen,
        min(whole_fen, tariff.most_fen), because,
    )  # fmt: skip


def _material(asked: AskedMaterial) -> PricedLine:
    material = asked.material
    return PricedLine(
        MATERIAL, material.name, asked.quantity_milli, material.unit, material.unit_price_fen,
        share_fen(material.unit_price_fen, asked.quantity_milli, ONE),
        {"how": MATERIAL, "material": material.code},
    )  # fmt: skip


def _included(asked: Asked, effective: EffectiveItem) -> Iterator[str]:
    for need in effective.materials:
        yield f"{need.name} {decimal(need.quantity_milli * asked.quantity, ONE)} {need.unit}"
    yield from effective.notes

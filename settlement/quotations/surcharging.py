"""Surcharges of a price: a company's rows as components of the engine, run over what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from network.selectors import region_chain
from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.rules import FORMAT, compile_rules
from settlement.facts import day_facts, place_facts
from settlement.models import PriceSurcharge
from settlement.visits import is_night

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from settlement.engine.result import Line
    from settlement.quotations.asking import Asked

CUSTOMER = "customer"
NORMAL = "normal"
SERVICE_PRICE = "service_price"
SO_FAR = "price_so_far"
_KM = 1000
_MONEY = "fact:paid_fen"
_Occasion = PriceSurcharge.Occasion
_WHEN: dict[str, dict[str, Any]] = {
    _Occasion.URGENT: {"urgent": True},
    _Occasion.NIGHT: {"night": True},
    _Occasion.HIGH_WORK: {"high_work": True},
    _Occasion.HIGHWAY: {"site_kind": "highway"},
    _Occasion.REMOTE: {"site_kind": "remote"},
}


def surcharges_in_use() -> list[PriceSurcharge]:
    """Return the rows that count, in their order; one query."""
    return list(PriceSurcharge.objects.filter(is_active=True).select_related("region"))


def surcharge_lines(
    asked: Asked, service_fen: int, rows: Sequence[PriceSurcharge]
) -> list[tuple[PriceSurcharge, Line]]:
    """Return what each row adds to the service's price, in order; rows that add nothing left out.

    A row whose fact was not named (no time, no distance) does not count.
    """
    if not rows:
        return []
    outcome = settle(compile_rules(body_of(rows)), _facts(asked, service_fen))
    by_code = {_code(n): row for n, row in enumerate(rows, start=1)}
    return [(by_code[line.code], line) for line in outcome.lines]


def body_of(rows: Iterable[PriceSurcharge]) -> dict[str, Any]:
    """Return the rows as a rule body: each a component over the service price or the sum so far."""
    sums: dict[str, Any] = {SERVICE_PRICE: {"label": SERVICE_PRICE, "of": [_MONEY]}}
    components, before = [], [_MONEY]
    for n, row in enumerate(rows, start=1):
        base = SERVICE_PRICE
        if row.way == PriceSurcharge.Way.OF_SO_FAR:
            base = f"so_far_{n}"
            sums[base] = {"label": SO_FAR, "of": list(before)}
        components.append({"code": _code(n), **_component(row, base)})
        before.append(_code(n))
    return {
        "format": FORMAT, "name": CUSTOMER, "version": "1", "effective_from": "2000-01-01",
        "parties": [CUSTOMER], "sums": sums, "components": components,
    }  # fmt: skip


def _component(row: PriceSurcharge, base: str) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "label": row.name, "party": CUSTOMER, "unknown": "skip", "rule": str(row.pk),
    }  # fmt: skip
    when = dict(_conditions(row))
    if when:
        shared["when"] = when
    if row.most_fen is not None:
        shared["at_most_fen"] = row.most_fen
    worth = (
        {"rate_bp": row.rate_bp, "base": base} if row.is_rate else {"amount_fen": row.amount_fen}
    )
    if row.is_stepped:
        size = _KM if row.occasion == _Occasion.DISTANCE else 1
        measure = "distance_m" if row.occasion == _Occasion.DISTANCE else "floor"
        steps = {"free": row.free * size, "step": row.step * size, "most": row.most}
        return {"kind": "steps", "measure": measure, "counted": "started"} | steps | worth | shared
    if row.is_rate:
        return {"kind": "percent"} | worth | shared
    if row.way == PriceSurcharge.Way.EACH:
        return {"kind": "per_unit", "quantity": "quantity", "unit_fen": row.amount_fen} | shared
    return {"kind": "flat"} | worth | shared


def _conditions(row: PriceSurcharge) -> Iterator[tuple[str, Any]]:
    yield from _WHEN.get(row.occasion, {}).items()
    if row.region is not None:
        yield "region_path", [row.region.code]
    if row.channel:
        yield "channel", [row.channel]
    if row.member_level:
        yield "customer_level", [row.member_level]


def _facts(asked: Asked, service_fen: int) -> JobFacts:
    return JobFacts(
        **day_facts(asked.planned_on),
        **place_facts(region_chain(asked.region), asked.planned_on),
        service_item=asked.item_version.item.code,
        category=asked.item_version.item.category,
        quantity=asked.quantity,
        channel=asked.channel,
        customer_level=asked.member_level or NORMAL,
        site_kind=asked.site_kind,
        distance_m=asked.distance_m,
        urgent=asked.urgent,
        night=is_night(asked.starts_at) if asked.starts_at else None,
        high_work=asked.high_work,
        floor=asked.floor,
        paid_fen=service_fen,
    )


def _code(n: int) -> str:
    return f"S{n}"

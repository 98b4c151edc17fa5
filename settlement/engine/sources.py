"""Where the facts of a line come from, as words beside their values."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from settlement.engine.facts import JobFacts, VisitPart
from settlement.engine.reading import N_
from settlement.engine.result import Line
from settlement.engine.words import Translate, fact_word, measured, said

KNOWN_FROM: Mapping[str, str] = {
    "installer_month_orders": N_("counted from completed work orders"),
    "period_orders": N_("counted from the settlements of the period"),
    "period_fen": N_("sum of the payee's lines of the period"),
    "grade": N_("profile of the installer on that day"),
    "certificates": N_("profile of the installer on that day"),
    "rating_x10": N_("average of customers' ratings"),
    "city_level": N_("settings of the region"),
    "price_band": N_("settings of the region"),
    "cost_level": N_("settings of the region"),
    "urgent": N_("work order"),
    "high_work": N_("work order"),
    "site_kind": N_("work order"),
    "warehouse_direct": N_("work order"),
    "quantity": N_("work order"),
    "rework": N_("work order"),
    "materials": N_("handed in on site"),
    "charged_fen": N_("confirmed on site"),
    "empty_trip": N_("end of the visit"),
    "paid_fen": N_("order of the shop"),
    "channel": N_("order of the shop"),
    "floor": N_("recorded on the work order"),
    "night": N_("recorded on the work order"),
    "field_days": N_("recorded on the work order"),
    "fault_own": N_("recorded on the work order"),
    "fault_first": N_("recorded on the work order"),
}
BY_ROAD = N_("by road from the outlet to the address")
ROUGHLY = N_("estimated by road: the address is known only roughly")
VISITED = N_("check-in to completion %(times)s")
PAID_TOGETHER = N_(
    "order of the shop, paid once for all orders of the item; here %(steps)s of %(all_steps)s steps"
)
SOURCE = N_("Source of %(fact)s %(value)s: %(source)s")
PLAIN = N_("Source of %(fact)s: %(source)s")


def fact_names(line: Line) -> list[str]:
    """Return the facts a line rests on, in the order it names them."""
    because = line.because
    names = [*because.get("facts", ())]
    if because.get("fact"):
        names.append(str(because["fact"]))
    if because.get("how") == "window":
        names.append("visits")
    if because.get("how") == "materials":
        names.append("materials")
    return list(dict.fromkeys(names))


def source_of(name: str, facts: JobFacts, translate: Translate) -> str:
    """Return where a fact is known from; empty for one whose origin nobody doubts."""
    if name == "paid_fen" and facts.item_part is not None:
        part = facts.item_part
        return translate(PAID_TOGETHER) % {"steps": part.steps, "all_steps": part.all_steps}
    if name == "distance_m":
        return translate(ROUGHLY if facts.distance_estimated else BY_ROAD)
    if name == "rain":
        return facts.rain_source or ""
    if name == "fuel_change_bp":
        return facts.fuel_source or ""
    if name == "visits" and facts.visits:
        return translate(VISITED) % {"times": translate(", ").join(map(_times, facts.visits))}
    return translate(KNOWN_FROM[name]) if name in KNOWN_FROM else ""


def sources(
    line: Line,
    facts: JobFacts,
    translate: Translate,
    names: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield a sentence for each fact of a line whose source is known; `names` are those of codes."""
    for name in fact_names(line):
        if source := source_of(name, facts, translate):
            value = _value(name, getattr(facts, name, None), translate, names.get(name, {}))
            said_as = SOURCE if value else PLAIN
            words = {"fact": fact_word(name, translate), "value": value, "source": source}
            yield translate(said_as) % words


def _value(name: str, value: Any, translate: Translate, names: Mapping[str, str]) -> str:
    if value is None or name in {"visits", "materials", "grade", "certificates"}:
        return ""
    if str(value) in names:
        return names[str(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return measured(name, value)
    return said(list(value) if isinstance(value, tuple) else value, translate)


def _times(part: VisitPart) -> str:
    return f"{part.day[5:]} {_clock(part.start_min)}–{_clock(part.end_min)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"

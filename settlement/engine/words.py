"""Numbers and names of the engine as people read them; texts are msgids for translation."""

from collections.abc import Callable, Mapping
from typing import Any

from settlement.engine.reading import N_

Translate = Callable[[str], str]

FACT_WORDS: Mapping[str, str] = {
    "done_on": N_("completion date"),
    "month": N_("month"),
    "season": N_("season"),
    "service_item": N_("service item"),
    "category": N_("category"),
    "quantity": N_("quantity"),
    "city": N_("city"),
    "city_level": N_("city level"),
    "price_band": N_("price band"),
    "cost_level": N_("cost level"),
    "region": N_("region"),
    "region_path": N_("region"),
    "branch": N_("branch"),
    "outlet": N_("outlet"),
    "home_branch": N_("home branch"),
    "cross_branch": N_("work outside the home branch"),
    "channel": N_("sales channel"),
    "customer_level": N_("customer level"),
    "site_kind": N_("kind of site"),
    "warehouse_direct": N_("delivery from warehouse"),
    "distance_m": N_("distance"),
    "distance_estimated": N_("distance is estimated"),
    "visits": N_("working time"),
    "rain": N_("rain"),
    "rain_source": N_("source of the weather"),
    "fuel_change_bp": N_("fuel price"),
    "fuel_source": N_("source of the fuel price"),
    "urgent": N_("urgency"),
    "night": N_("night work"),
    "high_work": N_("work at height"),
    "floor": N_("floor"),
    "grade": N_("skill grade"),
    "certificates": N_("certificates"),
    "rating_x10": N_("customer rating"),
    "rework": N_("rework"),
    "fault_own": N_("own fault"),
    "fault_first": N_("fault of the first installer"),
    "reschedule_count": N_("number of reschedules"),
    "unpaid_returns": N_("reschedules no second visit was charged for"),
    "materials": N_("materials"),
    "stages": N_("milestones reached"),
    "paid_fen": N_("amount paid"),
    "installer_month_orders": N_("orders of the month"),
    "period_orders": N_("orders of the period"),
    "period_fen": N_("earnings of the period"),
    "field_days": N_("days away"),
    "near": N_("near"),
    "tags": N_("marks"),
    "seller": N_("sold by"),
    "seller_kind": N_("kind of seller"),
    "clerk": N_("credited to"),
    "repurchase": N_("bought again"),
    "review_x10": N_("review of this job"),
    "response_min": N_("minutes until arrival"),
    "delay_min": N_("minutes late"),
    "work_min": N_("minutes of work"),
    "checkin_m": N_("check-in away from the site"),
    "quote_fen": N_("quotation on site"),
    "agreed_fen": N_("price agreed with the contractor"),
    "area_month_orders": N_("orders of the business area this month"),
    "charges": N_("extra charges"),
    "charged_fen": N_("extra charges paid by the customer"),
    "empty_trip": N_("empty trip"),
    "refunded": N_("work paid back"),
    "crew": N_("people on the job"),
    "first_crew": N_("people on the first job"),
    "item_part": N_("steps shared with another work order"),
    "material": N_("material"),
    "no_price": N_("a price for this service item"),
    "no_rule": N_("a rule for this case"),
}


CHARGE_WORDS: Mapping[str, str] = {
    "parts": N_("Parts"),
    "not_as_ordered": N_("Not as ordered"),
    "removal": N_("Removal of the old device"),
    "second_visit": N_("Second visit"),
    "glue": N_("Glue"),
    "drilling": N_("Drilling"),
    "floor": N_("Floor"),
    "distance": N_("Distance fee"),
    "off_list": N_("Extra charge off the list"),
    "other": N_("Other"),
    "trip": N_("Empty trip fee"),
}


def charge_word(code: str, translate: Translate) -> str:
    """Return the name of a code of extra charges; an unknown one names itself."""
    return translate(CHARGE_WORDS.get(code, code))


def fact_word(name: str, translate: Translate) -> str:
    """Return a fact's name for people; a tenant's own fact keeps the tenant's name."""
    bare = name.removeprefix("fact:")
    word = FACT_WORDS.get(bare)
    return translate(word) if word else bare.removeprefix("extra.")


def yuan(fen: int) -> str:
    """Return fen as ¥1,234.56 with a real minus sign."""
    size = abs(fen)
    return f"{'−' if fen < 0 else ''}¥{size // 100:,}.{size % 100:02d}"


def percent(num: int, den: int) -> str:
    """Return num/den as a percentage with as many decimals as it has, at most four."""
    scaled = num * 1_000_000 // den if num >= 0 else -(-num * 1_000_000 // den)
    return f"{decimal(scaled, 10_000)}%"


def decimal(value: int, scale: int) -> str:
    """Return value/scale without trailing zeros; scale is a power of ten."""
    size, digits = abs(value), len(str(scale)) - 1
    fraction = f"{size % scale:0{digits}d}".rstrip("0") if digits else ""
    text = f"{size // scale}.{fraction}" if fraction else str(size // scale)
    return f"−{text}" if value < 0 else text


def measured(name: str, value: int) -> str:
    """Return a counted fact with its unit: metres as kilometres, tenths of a star as stars."""
    if name in {"distance_m", "checkin_m"}:
        return f"{decimal(value, 1000)} km"
    if name.endswith("_min"):
        return f"{value} min"
    if name == "fuel_change_bp":
        return percent(value, 10_000)
    if name in {"rating_x10", "review_x10"}:
        return decimal(value, 10)
    return yuan(value) if name.endswith("_fen") else str(value)


def said(value: Any, translate: Translate) -> str:
    """Return the value of a fact in a condition."""
    if isinstance(value, bool):
        return translate(N_("yes")) if value else translate(N_("no"))
    if isinstance(value, list):
        return " / ".join(map(str, value))
    return str(value)

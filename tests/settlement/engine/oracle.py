"""The reference contract once more, written plainly with Decimal and dicts: what the engine must equal.

Shares no code with the engine and reads the contract's own JSON.
"""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

ONE = Decimal(1)
BP = Decimal(10000)


def to_fen(value: Decimal) -> int:
    return int(value.quantize(ONE, rounding=ROUND_HALF_UP))


def settle_order(  # noqa: C901 - one plain function, so that it reads like the contract
    order: dict[str, Any], contract: dict[str, Any]
) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    amounts: dict[str, int] = {}

    def emit(
        code: str, rule: str, base: int | None, rate: int | None, amount: int, always: bool = False
    ) -> None:
        amounts[code] = amounts.get(code, 0) + amount
        if amount != 0 or always:
            lines.append(
                {"code": code, "rule": rule, "base": base, "rate": rate, "amount_fen": amount}
            )

    def percent(code: str, rule: str, base: int, bp: int) -> None:
        emit(code, rule, base, bp, to_fen(Decimal(base) * Decimal(bp) / BP))

    def total(*codes: str) -> int:
        return sum(amounts.get(code, 0) for code in codes)

    city = contract["cities"][order["city"]]
    facts = {**order, "level": city["level"], "cost_level": city["cost_level"]}
    tier = next(
        row
        for row in contract["tier_table"]["rules"]
        if all(facts[column] in wanted for column, wanted in row["when"].items())
    )
    priced = contract["price_fen"][order["category"]][city["band"] - 1] * order["qty"]
    amount = to_fen(Decimal(priced) * Decimal(tier["coef_bp"]) / BP)
    emit("BASE", tier["id"], priced, tier["coef_bp"], amount, always=True)
    cost_bp = contract["cost_level_bp"][str(city["cost_level"])]
    percent("COST", f"COST-{city['cost_level']}", amounts["BASE"], cost_bp - 10000)
    labour = total("BASE", "COST")
    grade = order["grade"]
    percent("SKILL", f"GRADE-{grade}", labour, contract["grade_bp"][grade] - 10000)
    labour2 = total("BASE", "COST", "SKILL")
    distance = contract["distance"]
    beyond = Decimal(max(0, order["distance_m"] - distance["base_m"]))
    steps = int((beyond / Decimal(distance["step_m"])).to_integral_value(ROUND_FLOOR))
    percent("DIST", "DIST", labour, distance["step_bp"] * min(steps, distance["max_steps"]))
    per_km = contract["transport_fen_per_km"]
    travel = to_fen(Decimal(order["distance_m"]) * Decimal(per_km) / Decimal(1000))
    emit("TRANSPORT", "TRANSPORT", order["distance_m"], per_km, travel)
    if order["rain"]:
        percent("RAIN", "RAIN", amounts["TRANSPORT"], contract["rain_bp"])
    if order["night"]:
        percent("NIGHT", "NIGHT", labour2, contract["night_bp"])
    if order["urgent"]:
        percent("URGENT", "URGENT", labour2, contract["urgent_bp"])
    for season in contract["season"]:
        if season["region"] == city["region"] and order["month"] in season["months"]:
            percent("SEASON", f"SEASON-{city['region']}", labour2, season["bp"])
    if order["home_branch"] != city["branch"]:
        emit("CROSS", "CROSS", None, None, contract["cross_fen"])
    per_day = contract["field_fen_per_day"]
    emit("FIELD", "FIELD", per_day, order["field_days"], per_day * order["field_days"])
    emit("TIERALW", tier["id"], None, None, tier["allowance_fen"])
    if order["high_work"]:
        emit("HIGH", "HIGH", None, None, contract["high_fen"])
    materials = 0
    for number, (milli, unit) in enumerate(order.get("materials") or [], start=1):
        used = to_fen(Decimal(milli) * Decimal(unit) / Decimal(1000))
        materials += used
        emit(f"MAT{number}", "MAT", milli, unit, used)
    if order.get("rating_x10") is not None:
        reached = [row for row in contract["rating"] if order["rating_x10"] >= row[0]]
        if reached:
            start, bp = max(reached)
            percent("RATING", f"RATING-{start}", labour2, bp)
    reached = [r for r in contract["step_volume"] if order["installer_month_orders"] >= r[0]]
    if reached:
        start, bp = max(reached)
        percent("STEP", f"STEP-{start}", labour2, bp)
    surcharges = ("DIST", "NIGHT", "URGENT", "SEASON", "RATING", "STEP")
    if order["rework_own_fault"]:
        percent("REWORK", "REWORK", labour2 + total(*surcharges), -10000)
    flats = ("TRANSPORT", "RAIN", "CROSS", "FIELD", "TIERALW", "HIGH", "REWORK")
    gross = labour2 + total(*surcharges, *flats) + materials
    if order["stage"] in {"debug", "accepted"}:
        percent("REL1", "MS-1", gross, contract["milestone_bp"][0])
    if order["stage"] == "accepted":
        emit("REL2", "MS-2", gross, None, gross - amounts["REL1"])
    paid, channel = order["paid_fen"], order["channel"]
    percent("CHANNEL", f"CH-{channel}", paid, contract["channel_bp"][channel])
    percent("VAT", "VAT", paid, contract["vat_bp"])
    rest = paid - amounts["CHANNEL"] - amounts["VAT"] - gross
    weights = contract["split_bp"][city["region"]]
    for code, weight, part in zip(
        ("HQ", "BRANCH", "AGENT"), weights, shares(rest, weights), strict=True
    ):
        emit(code, f"SPLIT-{city['region']}", rest, weight, part)
    return lines


def shares(rest: int, weights: list[int]) -> list[int]:
    exact = [Decimal(abs(rest)) * Decimal(weight) / BP for weight in weights]
    floors = [int(share.to_integral_value(ROUND_FLOOR)) for share in exact]
    missing = abs(rest) - sum(floors)
    fractions = [(exact[i] - floors[i], -i) for i in range(len(weights))]
    for _, negative in sorted(fractions, reverse=True)[:missing]:
        floors[-negative] += 1
    return [share if rest >= 0 else -share for share in floors]

"""The reference contract as one JDM decision for the GoRules zen engine, to hold our engine against.

As fair to zen as we can make it. Everything that is found by a key (price of category and band, cost
level, grade, channel fee, branch and region of the city, the version by its date) is joined into the
input beforehand, outside the timing, which our own engine has to find by itself. What is a rule by
nature stays a rule: tier, season, rating and ladder are decision tables with hit policy FIRST; the
amounts are one expression node whose entries refer to earlier ones, each rounded to the fen as the
contract says. Left out, again in zen's favour: the division of the remainder among headquarters,
branch and agent by largest remainder, the planned releases, and all reasons (our lines carry base,
rate, rule and facts). Every amount it does express is equal to the oracle's to the fen, which
`check` proves on all orders before anything is timed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.settlement.engine.oracle import settle_order

EXPRESSED = (
    "BASE", "COST", "SKILL", "DIST", "TRANSPORT", "RAIN", "NIGHT", "URGENT", "SEASON", "CROSS",
    "FIELD", "TIERALW", "HIGH", "MAT", "RATING", "STEP", "REWORK", "CHANNEL", "VAT", "REST",
)  # fmt: skip
Order = Mapping[str, Any]
Contract = Mapping[str, Any]


def joined(order: Order, contract: Contract) -> dict[str, Any]:
    """Return the order with every value found by key."""
    city = contract["cities"][order["city"]]
    rating = order.get("rating_x10")
    return {
        **{name: order[name] for name in _PLAIN},
        "level": city["level"],
        "cost_level": city["cost_level"],
        "region": city["region"],
        "cross": order["home_branch"] != city["branch"],
        "price": contract["price_fen"][order["category"]][city["band"] - 1] * order["qty"],
        "cost_bp": contract["cost_level_bp"][str(city["cost_level"])] - 10_000,
        "grade_bp": contract["grade_bp"][order["grade"]] - 10_000,
        "channel_bp": contract["channel_bp"][order["channel"]],
        "rated": -1 if rating is None else rating,
        "materials": [{"milli": m, "unit": u} for m, u in order.get("materials") or ()],
    }


_PLAIN = (
    "site", "warehouse_direct", "night", "rain", "urgent", "high_work", "month", "distance_m",
    "field_days", "rework_own_fault", "paid_fen", "installer_month_orders",
)  # fmt: skip


def decision(contract: Contract) -> str:
    """Return the contract as JDM."""
    tiers = contract["tier_table"]["rules"]
    columns = list(dict.fromkeys(name for row in tiers for name in row["when"]))
    ladder = sorted(contract["step_volume"], reverse=True)
    rating = sorted(contract["rating"], reverse=True)
    nodes = [
        _node("input", "inputNode"),
        _table("tier", columns, ["coef_bp", "allowance"], [
            [*(_cell(row["when"].get(name)) for name in columns), row["coef_bp"], row["allowance_fen"]]
            for row in tiers
        ]),
        _table("season", ["region", "month"], ["season_bp"], [
            *([_cell([s["region"]]), _cell(s["months"]), s["bp"]] for s in contract["season"]),
            ["", "", 0],
        ]),
        _table("rating", ["rated"], ["rating_bp"], [
            ["< 0", 0], *([f">= {start}", bp] for start, bp in rating), ["", 0],
        ]),
        _table("ladder", ["installer_month_orders"], ["step_bp"], [
            *([f">= {start}", bp] for start, bp in ladder), ["", 0],
        ]),
        _node("money", "expressionNode", {
            "expressions": [
                {"id": name, "key": name, "value": text} for name, text in _amounts(contract).items()
            ],
            "passThrough": False,
        }),
        _node("output", "outputNode"),
    ]  # fmt: skip
    names = [node["id"] for node in nodes]
    edges = [
        {"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b}
        for a, b in itertools.pairwise(names)
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)


def _amounts(contract: Contract) -> dict[str, str]:
    """Every amount in fen by its code; sums of earlier ones have names of their own."""
    far = contract["distance"]
    steps = f"floor(max([0, distance_m - {far['base_m']}]) / {far['step_m']})"
    return {
        "BASE": "round(price * coef_bp / 10000)",
        "COST": "round($.BASE * cost_bp / 10000)",
        "labour": "$.BASE + $.COST",
        "SKILL": "round($.labour * grade_bp / 10000)",
        "labour2": "$.labour + $.SKILL",
        "DIST": (
            f"round($.labour * {far['step_bp']} * min([{steps}, {far['max_steps']}]) / 10000)"
        ),
        "TRANSPORT": f"round(distance_m * {contract['transport_fen_per_km']} / 1000)",
        "RAIN": f"rain ? round($.TRANSPORT * {contract['rain_bp']} / 10000) : 0",
        "NIGHT": f"night ? round($.labour2 * {contract['night_bp']} / 10000) : 0",
        "URGENT": f"urgent ? round($.labour2 * {contract['urgent_bp']} / 10000) : 0",
        "SEASON": "round($.labour2 * season_bp / 10000)",
        "CROSS": f"cross ? {contract['cross_fen']} : 0",
        "FIELD": f"field_days * {contract['field_fen_per_day']}",
        "TIERALW": "allowance",
        "HIGH": f"high_work ? {contract['high_fen']} : 0",
        "MAT": "len(materials) > 0 ? sum(map(materials, round(#.milli * #.unit / 1000))) : 0",
        "RATING": "round($.labour2 * rating_bp / 10000)",
        "STEP": "round($.labour2 * step_bp / 10000)",
        "moved": "$.labour2 + $.DIST + $.NIGHT + $.URGENT + $.SEASON + $.RATING + $.STEP",
        "REWORK": "rework_own_fault ? -$.moved : 0",
        "gross": (
            "$.moved + $.TRANSPORT + $.RAIN + $.CROSS + $.FIELD + $.TIERALW + $.HIGH + $.MAT"
            " + $.REWORK"
        ),
        "CHANNEL": "round(paid_fen * channel_bp / 10000)",
        "VAT": f"round(paid_fen * {contract['vat_bp']} / 10000)",
        "REST": "paid_fen - $.CHANNEL - $.VAT - $.gross",
    }


def _cell(wanted: Any) -> str:
    """Return a cell: any of the values; empty = whatever it is."""
    return "" if wanted is None else ", ".join(json.dumps(v, ensure_ascii=False) for v in wanted)


def _node(name: str, kind: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind} | ({"content": content} if content else {})


def _table(
    name: str, fields: Sequence[str], gives: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    columns = [*fields, *gives]
    return _node(
        name,
        "decisionTableNode",
        {
            "hitPolicy": "first",
            "passThrough": True,
            "inputs": [{"id": field, "name": field, "field": field} for field in fields],
            "outputs": [{"id": field, "name": field, "field": field} for field in gives],
            "rules": [
                {"_id": f"{name}{number}"} | dict(zip(columns, map(str, row), strict=True))
                for number, row in enumerate(rows)
            ],
        },
    )


def check(orders: Sequence[Order], contract: Contract, compiled: Any) -> None:
    """SystemExit unless every expressed amount equals the oracle's."""
    for order in orders:
        wanted = dict.fromkeys(EXPRESSED, 0)
        for line in settle_order(dict(order), dict(contract)):
            code = "MAT" if line["code"].startswith("MAT") else line["code"]
            if code in ("HQ", "BRANCH", "AGENT"):
                wanted["REST"] += line["amount_fen"]
            elif code in wanted:
                wanted[code] += line["amount_fen"]
        found = compiled.evaluate(joined(order, contract))["result"]
        if off := {c: (found[c], wanted[c]) for c in EXPRESSED if found[c] != wanted[c]}:
            raise SystemExit(f"zen differs from the oracle on order {order['id']}: {off}")

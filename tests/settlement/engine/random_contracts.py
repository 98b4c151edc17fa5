"""Rule sets nobody would write: any kinds, in any order, on any bases, with facts to match."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from settlement.engine.facts import ChargeUse, JobFacts, MaterialUse, VisitPart
from tests.settlement.engine.bodies import FRAME, PARTIES

NUMBERS = {
    "distance_m": 60_000, "quantity": 4, "rating_x10": 50, "installer_month_orders": 90, "floor": 9,
    "paid_fen": 300_000, "work_min": 400, "field_days": 3,
}  # fmt: skip
WORDS = {
    "city_level": ("T1", "NT1", "T2", "T3"),
    "grade": ("G1", "G2", "G3"),
    "channel": ("youzan", "tmall", "manual"),
    "service_item": ("AC-15", "AC-30", "FAN"),
    "category": ("air", "fan"),
}
FLAGS = ("rain", "urgent", "night", "high_work", "warehouse_direct")
LISTS = {"tags": ("vip", "gift", "late"), "near": ("port", "airport")}
CLOCK = ("00:00", "06:00", "08:30", "12:00", "18:00", "22:15", "24:00")
DAY_KINDS = ("workday", "rest", "holiday")


def another_contract(chance: random.Random) -> dict[str, Any]:
    """A body of three to fourteen components; each may be based on whatever stands before it."""
    return _Writer(chance).body()


def facts_without_gaps(chance: random.Random, *, charged: bool) -> JobFacts:
    """One job of which everything a rule may ask is known; extra charges where a rule pays them."""

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(chance.sample(values, chance.randint(0, len(values))))

    def visit() -> VisitPart:
        start, end = sorted(chance.sample(range(1441), 2))
        day = chance.randint(1, 7)
        return VisitPart(f"2026-03-0{day}", day, chance.choice(DAY_KINDS), start, end)

    def size(most: int) -> int:
        return chance.choice([0, 1, most, chance.randint(0, most), chance.randint(0, most)])

    return JobFacts(
        **{name: size(most) for name, most in NUMBERS.items()},
        **{name: chance.choice(values) for name, values in WORDS.items()},
        **{name: some(values) for name, values in LISTS.items()},
        **{name: chance.random() < 0.4 for name in FLAGS},
        stages=some(("commissioned", "accepted")),
        visits=tuple(visit() for _ in range(chance.randint(0, 3))),
        materials=tuple(
            MaterialUse(f"M{n}", size(3500), size(9999)) for n in range(chance.randint(0, 3))
        ),
        charges=tuple(
            ChargeUse("PARTS", size(20_000), size(10_000), 0)
            for _ in range(chance.randint(0, 2) if charged else 0)
        ),
    )


class _Writer:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.codes: list[str] = []
        self.sums: dict[str, Any] = {}
        self.released = False

    def body(self) -> dict[str, Any]:
        components = [self._component(n) for n in range(self.chance.randint(3, 14))]
        return {
            **FRAME,
            "parties": PARTIES,
            "components": components,
            "sums": self.sums,
            "grids": {"price": self._grid(), "plain": {"rows_by": ["category"], "fen": {"*": 777}}},
            "tables": {"tier": self._tier(), "steps": {"hit": "FIRST", "rows": self._rows()}},
        }

    def _component(self, number: int) -> dict[str, Any]:
        pick = self.chance.choice
        code = f"C{number}"
        kinds = sorted(name[5:] for name in dir(self) if name.startswith("kind_"))
        kind = pick([k for k in kinds if k != "release" or not self.released])
        part: dict[str, Any] = {"code": code, "kind": kind, "party": pick(PARTIES)}
        part |= getattr(self, f"kind_{kind}")()
        if self.chance.random() < 0.25:
            cases = [self._cells() for _ in range(pick([1, 1, 2]))]
            part["when"] = cases if len(cases) > 1 else cases[0]
        if kind not in {"materials", "charges", "split", "release"} and self._one_line(part):
            self._adjust(part)
        if kind != "release" and self.chance.random() < 0.15:
            part["emit"] = "always"
        self.codes.append(code)
        return part

    def _one_line(self, part: Mapping[str, Any]) -> bool:
        collects = part.get("hit") == "COLLECT" or part.get("scheme") == "graduated"
        return part["kind"] not in {"cap", "floor"} and not collects

    def _adjust(self, part: dict[str, Any]) -> None:
        if self.chance.random() < 0.2:
            part["at_least_fen"] = self.chance.randint(-500, 500)
        if self.chance.random() < 0.2:
            part["at_most_fen"] = self.chance.randint(600, 9000)
        if self.codes and self.chance.random() < 0.2:
            part |= {"mode": "max", "over": self.chance.sample(self.codes, 1)}

    def _base(self) -> Any:
        """A fact, an earlier line, a list with signs, or a named sum of such a list."""
        pick = self.chance.choice
        known = ["fact:paid_fen", "fact:distance_m", *self.codes, *self.sums]
        if self.chance.random() < 0.5:
            return pick(known)
        names = self.chance.sample(known, min(len(known), pick([2, 2, 3, 4])))
        listed = [name if self.chance.random() < 0.7 else f"-{name}" for name in names]
        if self.chance.random() < 0.5:
            return listed
        name = f"S{len(self.sums)}"
        self.sums[name] = {"of": listed}
        return name

    def _cells(self) -> dict[str, Any]:
        facts = self.chance.sample(
            [*NUMBERS, *WORDS, *FLAGS, *LISTS], self.chance.choice([1, 1, 2])
        )
        return {fact: self._cell(fact) for fact in facts}

    def _cell(self, fact: str) -> Any:
        chance, pick = self.chance, self.chance.choice
        if fact in FLAGS:
            return chance.random() < 0.5
        if fact in NUMBERS:
            low, high = sorted(chance.sample(range(NUMBERS[fact] + 2), 2))
            interval = f"{pick('[(')}{low}..{high}{pick('])')}"
            return pick(
                [f"{pick(['<', '<=', '>', '>='])} {low}", interval, f"not({interval})", low]
            )
        values = WORDS.get(fact) or LISTS[fact]
        some = chance.sample(values, chance.randint(1, len(values)))
        return pick([list(some), ", ".join(some), f"not({', '.join(some)})", "-"])

    def _rate(self) -> int:
        return self.chance.choice([0, 10_000, self.chance.randint(1, 25_000)])

    def _rows(self, **column: Any) -> list[dict[str, Any]]:
        gives = column or {"rate_bp": self._rate}
        return [
            {"id": f"R{n}", "when": self._cells(), **{name: make() for name, make in gives.items()}}
            for n in range(self.chance.randint(1, 4))
        ]

    def _tier(self) -> dict[str, Any]:
        rows = [*self._rows(coef_bp=self._rate), {"id": "ELSE", "coef_bp": 9000}]
        return {"hit": "FIRST", "rows": rows}

    def _grid(self) -> dict[str, Any]:
        columns = [*self.chance.sample(WORDS["city_level"], 2), "*"]
        keys = [
            *self.chance.sample(WORDS["service_item"], 2),
            self.chance.choice(WORDS["category"]),
        ]
        fen = {key: [self.chance.randint(0, 9999) for _ in columns] for key in (*keys, "*")}
        rows_by = ["service_item", "category"]
        return {"rows_by": rows_by, "column_by": "city_level", "columns": columns, "fen": fen}

    def kind_flat(self) -> dict[str, Any]:
        return {"amount_fen": self.chance.randint(-3000, 9000)}

    def kind_price(self) -> dict[str, Any]:
        tier = {"tier": "tier"} if self.chance.random() < 0.6 else {}
        return {"grid": self.chance.choice(["price", "plain"]), **tier}

    def kind_table(self) -> dict[str, Any]:
        hit = self.chance.choice(["FIRST", "COLLECT"])
        if self.chance.random() < 0.5:
            return {
                "hit": hit,
                "rows": self._rows(amount_fen=lambda: self.chance.randint(-99, 999)),
            }
        return {"hit": hit, "rows": self._rows(), "gives": "rate", "base": self._base()}

    def kind_percent(self) -> dict[str, Any]:
        mode = {"mode": "multiply"} if self.chance.random() < 0.3 else {}
        ways = (
            {"rate_bp": self._rate()},
            {"hit": "FIRST", "rows": self._rows()},
            {"table": "steps"},
        )
        return {"base": self._base(), **self.chance.choice(ways), **mode}

    def kind_coefficient(self) -> dict[str, Any]:
        return {"base": self._base(), "hit": "FIRST", "rows": self._rows()}

    def kind_commission(self) -> dict[str, Any]:
        return {"base": self._base(), "rate_bp": self._rate()}

    def kind_tax(self) -> dict[str, Any]:
        rate = self.chance.choice(
            [{"rate_bp": self._rate()}, {"hit": "FIRST", "rows": self._rows()}]
        )
        return {"base": self._base(), "way": self.chance.choice(["on_top", "extracted"]), **rate}

    def kind_reverse(self) -> dict[str, Any]:
        return {"base": self._base(), **self.chance.choice([{}, {"rate_bp": self._rate()}])}

    def kind_per_unit(self) -> dict[str, Any]:
        more = {"free": self.chance.randint(0, 9), "most": self.chance.randint(0, 9)}
        kept = {name: value for name, value in more.items() if self.chance.random() < 0.5}
        per = self.chance.choice([1, 3, 1000])
        return {"quantity": self.chance.choice(list(NUMBERS)), "unit_fen": 135, "per": per, **kept}

    def kind_materials(self) -> dict[str, Any]:
        return {}

    def kind_charges(self) -> dict[str, Any]:
        return {}

    def kind_steps(self) -> dict[str, Any]:
        fact = self.chance.choice(list(NUMBERS))
        gives = self.chance.choice([{"rate_bp": 800, "base": self._base()}, {"amount_fen": 1500}])
        return {
            "measure": fact, "free": self.chance.randint(0, NUMBERS[fact]),
            "step": self.chance.randint(1, NUMBERS[fact]), "most": self.chance.randint(1, 9),
            "counted": self.chance.choice(["full", "started"]), **gives,
        }  # fmt: skip

    def kind_brackets(self) -> dict[str, Any]:
        fact = self.chance.choice(list(NUMBERS))
        starts = sorted(self.chance.sample(range(NUMBERS[fact] + 1), self.chance.randint(1, 3)))
        scheme, unit = self.chance.choice(
            [("volume", "rate_bp"), ("volume", "unit_fen"), ("graduated", "unit_fen")]
        )
        more: dict[str, Any] = {"base": self._base()} if unit == "rate_bp" else {"per": 7}
        brackets = [{"from": start, unit: self._rate()} for start in starts]
        return {"measure": fact, "scheme": scheme, "gives": unit, "brackets": brackets, **more}

    def kind_window(self) -> dict[str, Any]:
        start, end = self.chance.sample(CLOCK, 2)
        days = self.chance.sample(DAY_KINDS, self.chance.randint(1, 3))
        more: dict[str, Any] = {"weekdays": self.chance.sample(range(1, 8), 4), "day_kinds": days}
        kept = {name: value for name, value in more.items() if self.chance.random() < 0.5}
        gives = self.chance.choice(
            [
                {"rate_bp": self._rate(), "base": self._base()},
                {"amount_fen": 2500},
                {"unit_fen": 4100, "per_min": self.chance.choice([30, 60])},
            ]
        )
        return {"from": start, "to": end, "least_min": self.chance.choice([1, 30]), **kept, **gives}

    def kind_cap(self) -> dict[str, Any]:
        return {"base": self._base(), "limit_fen": self.chance.randint(0, 20_000)}

    kind_floor = kind_cap

    def kind_split(self) -> dict[str, Any]:
        parties = self.chance.sample(PARTIES, 3)
        shares = [{"code": f"X{party.upper()}", "party": party} for party in parties]
        if self.chance.random() < 0.5:
            weighed = [s | {"bp": bp} for s, bp in zip(shares, self._weights(), strict=True)]
            return {"base": self._base(), "shares": weighed}
        rows = self._rows(shares_bp=self._weights)
        return {"base": self._base(), "shares": shares, "hit": "FIRST", "rows": rows}

    def _weights(self) -> list[int]:
        low, high = sorted(self.chance.choices(range(10_001), k=2))
        return [low, high - low, 10_000 - high]

    def kind_release(self) -> dict[str, Any]:
        self.released = True
        bp = self.chance.randint(0, 9000)
        first = {"code": "REL1", "stage": "commissioned", "rate_bp": bp}
        return {"base": self._base(), "milestones": [first, {"code": "REL2", "stage": "accepted"}]}

"""A line explains itself with its real numbers, in the reader's language."""

from collections.abc import Mapping
from typing import Any

import pytest

from settlement.engine.explain import SENTENCES, explain
from settlement.engine.result import Line


def line(base: int | None, num: int | None, den: int | None, amount: int, **because: Any) -> Line:
    return Line(1, "X", "installer", "X", base, num, den, amount, because)


LINES: list[tuple[Line, str]] = [
    (
        line(8200, 1600, 10_000, 1312, how="steps", of=["人工"], fact="distance_m", value=21_000,
             beyond=11_000, free=10_000, step=5000, steps=2),
        "21 km, 11 km beyond 10 km, counts 2 steps of 5 km: 人工 ¥82.00 × 16% = ¥13.12",
    ),
    (line(1500, 3, 1, 4500, how="steps", fact="distance_m", value=41_000, beyond=21_000,
          free=20_000, step=10_000, steps=3),
     "41 km, 21 km beyond 20 km, counts 3 steps of 10 km: 3 × ¥15.00 = ¥45.00"),
    (line(3800, 2500, 1000, 9500, how="materials", material="COPPER"),
     "COPPER: 2.5 × ¥38.00 = ¥95.00"),
    (line(135, 17_300, 1000, 2336, how="per_unit", fact="distance_m"),
     "17.3 km distance × ¥1.35 = ¥23.36"),
    (line(None, None, None, 12_000, how="flat", flat_fen=12_000), "flat amount ¥120.00"),
    (line(20_000, 8200, 10_000, 16_400, how="price", unit_fen=10_000, quantity=2, tier="C3",
          facts={"city_level": "NT1", "warehouse_direct": True}),
     "C3; city level NT1, delivery from warehouse yes; price ¥100.00 × 2 × 0.82 = ¥164.00"),
    (line(9020, 3000, 10_000, 902, how="percent", of=["L"], over_fen=1804),
     "L ¥90.20 × 30% = ¥27.06; ¥18.04 of it stands in an earlier line, leaving ¥9.02"),
    (line(10_600, 600, 10_600, 600, how="tax", of=["fact:paid_fen"], way="extracted"),
     "amount paid ¥106.00 includes 6%: ¥6.00"),
    (line(-9634, 3334, 10_000, -3212, how="split", of=["rest"], weights=[3334, 6666], at=0),
     "33.34% of rest −¥96.34 = −¥32.12"),
    (line(33_333, None, None, 13_333, how="release", label="验收", before_fen=20_000),
     "验收: the remainder ¥333.33 − ¥200.00 = ¥133.33"),
    (line(None, None, None, 0, how="percent", flat_fen=0, unknown=["rating_x10", "no_price"]),
     "not final, still waiting for: customer rating, a price for this service item"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), LINES)
def test_a_line_says_how_its_amount_came_about(given: Line, sentence: str) -> None:
    assert explain(given, str) == sentence


def test_every_word_of_ours_goes_through_the_translation() -> None:
    dictionary: Mapping[str, str] = {
        SENTENCES["per_unit"]: "%(word)s %(counted)s × %(price)s = %(amount)s",
        "distance": "里程",
        "; ": "；",
    }
    given = line(135, 17_300, 1000, 2336, how="per_unit", fact="distance_m")
    assert explain(given, lambda text: dictionary[text]) == "里程 17.3 km × ¥1.35 = ¥23.36"

"""What the thread's contract pays to whom, worked out by hand in fractions, apart from the engine.

BASE 140.50 × 0.9 in a new first-tier city; SKILL +11.5 % for the senior grade; 8 % of the labour for
every full five kilometres beyond ten; 0.83 a kilometre beyond five; +15 % of that in rain; 30.00 when
the installer's branch is not the site's; materials at their price; 11.25 % or 15 % for the shop's
platform; 6 % VAT inside what was paid; of the rest 40 : 45 : 15.
"""

from __future__ import annotations

from fractions import Fraction
from math import acos, cos, floor, radians, sin
from typing import Any

LABOUR_FEN = 12_645
CHANNEL = {"youzan": Fraction(1125, 10_000), "tmall": Fraction(15, 100)}
SHARES = {"HQ": 40, "BRANCH": 45, "AGENT": 15}
Expected = dict[tuple[str, str], int]


def to_fen(amount: Fraction) -> int:
    """Round to whole fen, halves away from zero."""
    size = floor(abs(amount) + Fraction(1, 2))
    return size if amount >= 0 else -size


def expected(
    *, platform: str, paid_fen: int, distance_m: int, rain: bool, materials: list[tuple[int, int]]
) -> Expected:
    """Return the amount of every (party, line); materials are (thousandths used, fen a unit)."""
    installer: dict[str, int] = {"BASE": LABOUR_FEN}
    installer["SKILL"] = to_fen(LABOUR_FEN * Fraction(115, 1000))
    steps = min(10, max(0, distance_m - 10_000) // 5_000)
    installer["DIST"] = to_fen(LABOUR_FEN * Fraction(8 * steps, 100))
    installer["TRANSPORT"] = to_fen(83 * Fraction(max(0, distance_m - 5_000), 1000))
    if rain:
        installer["RAIN"] = to_fen(installer["TRANSPORT"] * Fraction(15, 100))
    installer["CROSS"] = 3_000
    for n, (milli, unit_fen) in enumerate(materials, start=1):
        installer[f"MAT{n}"] = to_fen(unit_fen * Fraction(milli, 1000))
    lines = {("installer", code): fen for code, fen in installer.items() if fen}
    lines["channel", "CHANNEL"] = to_fen(paid_fen * CHANNEL[platform])
    lines["tax", "VAT"] = to_fen(paid_fen * Fraction(6, 106))
    rest = paid_fen - sum(lines.values())
    lines |= {(code.lower(), code): fen for code, fen in _shared(rest).items()}
    return lines


def gross_fen(lines: Expected) -> int:
    """The installer's part."""
    return sum(fen for (party, _code), fen in lines.items() if party == "installer")


def _shared(rest_fen: int) -> dict[str, int]:
    """Whole fen each; what rounding down leaves goes to the largest remainders, first come first."""
    sign = -1 if rest_fen < 0 else 1
    exact = {code: Fraction(abs(rest_fen) * share, 100) for code, share in SHARES.items()}
    given = {code: floor(amount) for code, amount in exact.items()}
    by_remainder = sorted(exact, key=lambda code: given[code] - exact[code])
    for code in by_remainder[: abs(rest_fen) - sum(given.values())]:
        given[code] += 1
    return {code: sign * fen for code, fen in given.items()}


def road_metres(start: Any, site: Any) -> int:
    """Great-circle metres by the law of cosines on a sphere of 6,371,008.8 m, three tenths longer."""
    lon1, lat1, lon2, lat2 = (
        radians(float(one)) for one in (start.lon, start.lat, site.lon, site.lat)
    )
    chord = sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(lon2 - lon1)
    return round(6_371_008.8 * acos(chord)) * 13 // 10

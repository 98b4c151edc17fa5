"""Rates, amounts, distances and times as people type them, and as they are written back.

Stored are whole numbers: basis points, fen, metres, minutes, tenths of a star. Full-width digits
and signs are normalised; exponents, underscores and more decimals than the unit has are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from common import formatting
from common.errors import Refused
from common.money import parse_yuan
from settlement.engine.words import decimal, percent

WHOLE_BP = 10_000
MOST_BP = 1_000_000
MOST_COUNT = 10**9
_HOURS = re.compile(r"(?:(\d+(?:\.\d)?)(?:h|小时))?(?:(\d+)(?:min|m|分钟|分)?)?", re.ASCII)


class TypedError(ValueError):
    """What was typed cannot be read; the text is a sentence with an example of what can."""


class Unit(NamedTuple):
    """How a kind of number is read and written; `example` stands in an empty field."""

    read: Callable[[str], int]
    say: Callable[[int], str]
    example: str


def plain(text: str) -> str:
    """Return what was typed with ordinary digits, signs and no blanks."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("–", "-")
    return re.sub(r"\s", "", folded)


def _number(text: str, places: int, wrong: str) -> int:
    """Return a decimal number times 10 ** places; TypedError when it is none or has more places."""
    pattern = r"-?\d{1,12}" + (rf"(\.\d{{1,{places}}})?" if places else "")
    text = text.replace(",", "")
    if not text.isascii() or not re.fullmatch(pattern, text):
        raise TypedError(wrong)
    return int(Decimal(text).scaleb(places))


def read_percent(text: str) -> int:
    """Return basis points of "15%", "7.5" or "×1.2"."""
    typed = plain(text)
    sentence = _("Enter a percentage such as 15% or 7.5%")
    if typed[:1] in ("×", "x", "*"):
        bp = _number(typed[1:], 4, _("Enter a factor such as ×1.2 or 120%"))
    else:
        bp = _number(typed.removesuffix("%"), 2, sentence)
    if abs(bp) > MOST_BP:
        raise TypedError(_("More than 10,000% is surely a slip; enter a percentage such as 15%"))
    return bp


def read_share(text: str) -> int:
    """Return basis points from 0 to 100%."""
    bp = read_percent(text)
    if not 0 <= bp <= WHOLE_BP:
        raise TypedError(_("A share lies between 0% and 100%"))
    return bp


def read_factor(text: str) -> int:
    """Return basis points of a factor, "110%" or "×1.1": above nothing, at most ten times."""
    bp = read_percent(text)
    if not 0 < bp <= 10 * WHOLE_BP:
        raise TypedError(_("A factor lies above 0% and up to 1,000%, such as 110% or ×1.1"))
    return bp


def read_money(text: str) -> int:
    """Return fen of "¥120.00", "120" or "120 元"."""
    try:
        return parse_yuan(plain(text).removesuffix("元").replace("-¥", "-"))
    except Refused as refused:
        raise TypedError(str(refused)) from refused


def read_count(text: str) -> int:
    """Return a whole number."""
    count = _number(plain(text), 0, _("Enter a whole number such as 3"))
    if abs(count) > MOST_COUNT:
        raise TypedError(_("Enter a whole number such as 3"))
    return count


def read_distance(text: str) -> int:
    """Return metres of "5 km", "5 公里", "800 m"; a bare number counts kilometres."""
    typed, sentence = plain(text).lower(), _("Enter a distance such as 5 km or 800 m")
    for word in ("km", "公里", "千米"):
        if typed.endswith(word):
            return _number(typed.removesuffix(word), 3, sentence)
    for word in ("m", "米"):
        if typed.endswith(word):
            return _number(typed.removesuffix(word), 0, sentence)
    return _number(typed, 3, sentence)


def read_minutes(text: str) -> int:
    """Return minutes of "30 min", "1.5 h", "1 小时 30 分" or "30"."""
    typed = plain(text).lower()
    found = _HOURS.fullmatch(typed)
    if not typed or found is None:
        raise TypedError(_("Enter a time such as 30 min or 1.5 h"))
    tenths = int(Decimal(found[1] or 0).scaleb(1))
    return tenths * 6 + int(found[2] or 0)


def read_stars(text: str) -> int:
    """Return tenths of a star of "4.8"."""
    return _number(plain(text).removesuffix("星"), 1, _("Enter a rating such as 4.8"))


def read_clock(text: str) -> str:
    """Return a time of day as 18:00."""
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", plain(text))
    if not found or int(found[1]) * 60 + int(found[2]) > 1440 or int(found[2]) > 59:
        raise TypedError(_("Enter a time of day such as 18:00"))
    return f"{int(found[1]):02d}:{found[2]}"


def read_shares(text: str) -> list[int]:
    """Return basis points of "40% / 45% / 15%"."""
    parts = [part for part in re.split(r"[/、;]", plain(text)) if part]
    return [read_share(part) for part in parts]


def say_percent(bp: int) -> str:
    """Return basis points as 15%."""
    return percent(bp, WHOLE_BP)


def say_distance(metres: int) -> str:
    """Return metres as 5 km."""
    return f"{decimal(metres, 1000)} km"


def say_minutes(minutes: int) -> str:
    """Return minutes as they are typed."""
    return f"{minutes} min"


def say_shares(shares: list[int]) -> str:
    """Return shares as 40% / 60%."""
    return " / ".join(map(say_percent, shares))


UNITS: Mapping[str, Unit] = {
    "percent": Unit(read_percent, say_percent, "15%"),
    "share": Unit(read_share, say_percent, "40%"),
    "factor": Unit(read_factor, say_percent, "110%"),
    "money": Unit(read_money, formatting.money, "¥120.00"),
    "count": Unit(read_count, str, "3"),
    "distance": Unit(read_distance, say_distance, "5 km"),
    "minutes": Unit(read_minutes, say_minutes, "30 min"),
    "stars": Unit(read_stars, lambda tenths: decimal(tenths, 10), "4.8"),
}


def unit_of_fact(fact: str) -> Unit:
    """Return the unit people use for a fact that is counted."""
    bare = fact.removeprefix("fact:")
    if bare == "distance_m":
        return UNITS["distance"]
    if bare == "rating_x10":
        return UNITS["stars"]
    if bare.endswith("_fen"):
        return UNITS["money"]
    return UNITS["percent" if bare.endswith("_bp") else "count"]


def unit_of_output(key: str) -> Unit:
    """Return the unit of what a row of a table gives."""
    if key == "coef_bp":
        return UNITS["factor"]
    return UNITS["percent" if key.endswith("_bp") else "money" if key.endswith("_fen") else "count"]

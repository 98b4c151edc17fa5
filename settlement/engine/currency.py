"""Money in other currencies becomes whole fen once, by the one function that rounds."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from settlement.engine.money import cut_fen, share_fen
from settlement.engine.reading import N_
from settlement.engine.words import Translate, yuan

OWN = "CNY"
# Digits of the smaller unit behind the point (ISO 4217).
DECIMALS: Mapping[str, int] = {
    "USD": 2, "EUR": 2, "HKD": 2, "MOP": 2, "TWD": 2, "JPY": 0, "KRW": 0, "SGD": 2, "GBP": 2,
    "AUD": 2, "CAD": 2, "NZD": 2, "CHF": 2, "THB": 2, "MYR": 2, "VND": 0, "IDR": 2, "PHP": 2,
    "RUB": 2, "KZT": 2, "MNT": 2, "AED": 2, "SAR": 2, "KWD": 3,
}  # fmt: skip
AT_RATE = N_("paid %(amount)s; 1 %(currency)s = %(rate)s yuan (%(source)s, %(day)s): %(fen)s")
PART = N_("%(paid)s, of it %(own)s for this order")
NO_RATE = N_("paid %(amount)s; no rate of %(currency)s is known for %(day)s")


class PaidIn(NamedTuple):
    """What a customer paid in another currency, and the rate it counts at."""

    currency: str
    minor: int  # whole smaller units: cents; yen for JPY
    day: str  # ISO date the rate is wanted for
    rate: str = ""  # yuan for one unit, decimal; empty while no rate is known
    rate_day: str = ""
    source: str = ""
    rate_id: int = 0
    # Of which part of the amount an order has, from, to and of: converted whole, then cut.
    cut: tuple[int, int, int] | None = None


def paid_in_of(values: Sequence[Any]) -> PaidIn:
    """Return a payment from its plain values; older ones name no part."""
    paid = PaidIn(*values)
    return paid._replace(cut=(paid.cut[0], paid.cut[1], paid.cut[2])) if paid.cut else paid


def plain_paid(paid: PaidIn) -> tuple[Any, ...]:
    """Return a payment's plain values; without a part as they were before there were parts."""
    return tuple(paid) if paid.cut else tuple(paid)[:-1]


def fen_of(minor: int, currency: str, rate: Decimal) -> int:
    """Return whole fen, half away from zero; `rate` is yuan for one unit of the currency."""
    num, den = rate.as_integer_ratio()
    return share_fen(minor * 100, num, den * 10 ** DECIMALS[currency])


def paid_fen_of(paid: PaidIn) -> int | None:
    """Return fen of a payment, or of an order's part of it; None while its rate is missing."""
    whole = _whole_fen(paid)
    return cut_fen(whole, *paid.cut) if paid.cut and whole is not None else whole


def _whole_fen(paid: PaidIn) -> int | None:
    return fen_of(paid.minor, paid.currency, Decimal(paid.rate)) if paid.rate else None


def amount_of(minor: int, currency: str) -> str:
    """Return "USD 1,234.50"."""
    digits = DECIMALS[currency]
    whole, part = divmod(abs(minor), 10**digits)
    sign = "−" if minor < 0 else ""
    return f"{currency} {sign}{whole:,}" + (f".{part:0{digits}d}" if digits else "")


def paid_words(paid: PaidIn, translate: Translate) -> str:
    """Return the original amount with its rate and source, or which rate is missing."""
    words = {
        "amount": amount_of(paid.minor, paid.currency), "currency": paid.currency,
        "rate": paid.rate, "source": paid.source, "day": paid.rate_day or paid.day,
        "fen": yuan(_whole_fen(paid) or 0),
    }  # fmt: skip
    said = translate(AT_RATE if paid.rate else NO_RATE) % words
    if paid.cut and paid.rate:
        return translate(PART) % {"paid": said, "own": yuan(paid_fen_of(paid) or 0)}
    return said

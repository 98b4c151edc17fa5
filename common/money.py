"""Amounts as people type them, read into whole fen."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from common.errors import Refused

_YUAN = re.compile(r"-?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,2})?")
_NOTHING_OWED = re.compile(r"-0+(\.0+)?")
_YUAN_WORDS = frozenset({"", "cny", "rmb", "cnh", "人民币", "元", "人民币元", "156"})
CURRENCY_COLUMNS = ("币种", "货币", "结算币种", "交易币种", "currency")
"""What files call the column that names an amount's currency."""


def not_yuan(currency: str) -> str:
    """Say that an amount is in another currency; "" for yuan, which a file that says nothing means."""
    if unicodedata.normalize("NFKC", currency).strip("`'\t ").lower() in _YUAN_WORDS:
        return ""
    sentence = _("The amount is in %(currency)s: only yuan are read here")
    return str(sentence) % {"currency": currency[:20]}


def parse_yuan(typed: str) -> int:
    """Return fen for an amount typed in yuan; full-width digits are normalised.

    Raises Refused for exponents, underscores, more than two decimals, commas that part anything
    else than thousands, "-0" and anything not a number.
    """
    text = unicodedata.normalize("NFKC", typed).strip().removeprefix("¥").replace("\u2212", "-")
    if not text.isascii() or not _YUAN.fullmatch(text) or _NOTHING_OWED.fullmatch(text):
        raise Refused(
            "amount.invalid", _("Enter an amount in yuan with at most two decimals, such as 128.50")
        )
    return int(Decimal(text.replace(",", "")) * 100)

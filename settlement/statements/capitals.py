"""Amounts in Chinese capital numerals, as they stand on statements and receipts (大写金额)."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")


def capitals(amount_fen: int) -> str:
    """Return fen as 人民币壹仟贰佰叁拾肆元伍角陆分; a negative amount begins 人民币负.

    Rules: appendix 1 (正确填写票据和结算凭证的基本规定) of the payment and settlement measures of the
    People's Bank of China (支付结算办法, 1997): zeros in a row are said once, 角 missing before 分
    is said 零, and an amount without 分 ends in 整.
    """
    yuan, fen = divmod(abs(amount_fen), 100)
    sign = "负" if amount_fen < 0 else ""
    return f"人民币{sign}{_yuan(yuan, fen)}{_fraction(yuan, fen)}"


def _yuan(yuan: int, fen: int) -> str:
    if yuan:
        return f"{_whole(yuan)}元"
    return "" if fen else "零元"


def _fraction(yuan: int, fen: int) -> str:
    jiao, rest = divmod(fen, 10)
    if not fen:
        return "整"
    words = f"{_DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return words + (f"{_DIGITS[rest]}分" if rest else "整")


def _whole(number: int) -> str:
    words, silent = "", False
    for at in reversed(range(-(-len(str(number)) // 4))):
        group = number // 10_000**at % 10_000
        if group == 0:
            silent = bool(words)
            continue
        # A zero is said when a group follows a gap, or does not fill its own four places.
        if words and (silent or group < 1000):
            words += "零"
        words += _group(group) + _GROUPS[at]
        silent = False
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for at in (3, 2, 1, 0):
        digit = group // 10**at % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[at]
        gap = False
    return words

"""Exact conversion of the platforms' amounts into integer fen."""

import re

from integrations.errors import MappingError

# Two decimals at most, plain ASCII digits: "1e3", "１２", "1_000" and " 1" are typing accidents
# of somebody's spreadsheet, and guessing what they meant would be guessing money.
_YUAN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")
_MOST_FEN = 10**14


def yuan_to_fen(value: object, path: str) -> int:
    """Fen of a yuan amount sent as text ("1288.00") or as a whole number.

    A binary fraction is refused: 0.1 + 0.2 has no exact fen. Raises MappingError.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return _bounded(value * 100, path)
    if not isinstance(value, str):
        raise MappingError(path, "amount.not_text", value)
    match = _YUAN.fullmatch(value)
    if match is None:
        raise MappingError(path, "amount.malformed", value)
    sign, whole, cents = match.groups()
    fen = int(whole) * 100 + int((cents or "0").ljust(2, "0"))
    return _bounded(-fen if sign else fen, path)


def whole_fen(value: object, path: str) -> int:
    """Fen of an amount that the platform already sends in fen, as number or digits."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,16}", value):
        return _bounded(int(value), path)
    if isinstance(value, int) and not isinstance(value, bool):
        return _bounded(value, path)
    raise MappingError(path, "amount.not_whole_fen", value)


def not_negative(fen: int, path: str) -> int:
    """The same amount; a negative price is no price and stops the order for a person to look."""
    if fen < 0:
        raise MappingError(path, "amount.negative", fen)
    return fen


def fen_to_yuan(fen: int) -> str:
    """The two-decimal text that both shop platforms use, e.g. 128800 -> "1288.00"."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _bounded(fen: int, path: str) -> int:
    if abs(fen) > _MOST_FEN:
        raise MappingError(path, "amount.too_large", fen)
    return fen

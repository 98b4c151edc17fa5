"""Decimal numbers as whole thousandths."""

from decimal import Decimal

THOUSAND = 1_000
_MOST_DIGITS = 12


def milli_of(text: str) -> int | None:
    """Read a decimal number, exactly, as thousandths; None for anything else."""
    sign, digits = (-1, text.strip()[1:]) if text.strip()[:1] in "-−" else (1, text.strip())
    whole, _point, part = digits.partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > _MOST_DIGITS:
        return None
    if part and (not part.isascii() or not part.isdigit() or part.rstrip("0")[3:]):
        return None
    return sign * (int(whole) * THOUSAND + int((part + "000")[:3]))


def number_text(milli: int) -> str:
    """Return thousandths as a decimal number without zeros behind."""
    sign, whole, part = "−" if milli < 0 else "", abs(milli) // THOUSAND, abs(milli) % THOUSAND
    return f"{sign}{whole}.{part:03d}".rstrip("0").rstrip(".")


def product(a: int, b: int) -> int:
    """Two thousandths times each other, in thousandths, half away from zero."""
    n = abs(a * b)
    return ((2 * n + THOUSAND) // (2 * THOUSAND)) * (1 if a * b >= 0 else -1)


def plain_number(milli: int) -> Decimal:
    """Return thousandths as a number for spreadsheets: with a plain minus, no zeros behind."""
    return Decimal(number_text(milli).replace("−", "-"))

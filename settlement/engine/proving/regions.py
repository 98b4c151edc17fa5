"""Which regions hold a job together, as far as their codes say so without the tenant's tree.

Codes of administrative divisions (GB/T 2260) do: 330000 ⊃ 330100 ⊃ 330106. Of codes a company made
up nothing is known.
"""

from collections.abc import Iterable

CHAIN = "region_path"
_DIGITS = 6  # of a province, city or county; what lies below has more


def chains(codes: Iterable[str]) -> list[tuple[str, ...]]:
    """Return each code that lies in others of them with those, the widest region first."""
    ordered = sorted(codes, key=lambda code: (len(_stem(code)), code))
    found = [(*(c for c in ordered if _holds(c, code)), code) for code in ordered]
    return [chain for chain in found if len(chain) > 1]


def unlike(one: str, other: str) -> bool:
    """Whether two codes leave open if the one region lies in the other."""
    return not (_is_division(one) and _is_division(other))


def _is_division(code: str) -> bool:
    return len(code) >= _DIGITS and code.isascii() and code.isdigit()


def _holds(outer: str, inner: str) -> bool:
    both = outer != inner and _is_division(outer) and _is_division(inner)
    return both and len(_stem(outer)) < len(_stem(inner)) and inner.startswith(_stem(outer))


def _stem(code: str) -> str:
    """The digits that everything inside a division begins with."""
    stem = code
    while _is_division(code) and len(stem) > 2 and stem.endswith("00"):
        stem = stem[:-2]
    return stem

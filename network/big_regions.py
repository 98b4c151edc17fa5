"""The seven big regions companies speak of, by the provinces in them (customary, no official list)."""

from __future__ import annotations

_PROVINCES = {
    "华北": ("110000", "120000", "130000", "140000", "150000"),
    "东北": ("210000", "220000", "230000"),
    "华东": ("310000", "320000", "330000", "340000", "350000", "360000", "370000"),
    "华中": ("410000", "420000", "430000"),
    "华南": ("440000", "450000", "460000"),
    "西南": ("500000", "510000", "520000", "530000", "540000"),
    "西北": ("610000", "620000", "630000", "640000", "650000"),
    "港澳台": ("710000", "810000", "820000"),
}
_OF_PROVINCE = {code: name for name, codes in _PROVINCES.items() for code in codes}


def big_region_of(province_code: str) -> str:
    """Return the name of the big region, which is its code too; KeyError for no province."""
    return _OF_PROVINCE[province_code]


def provinces_of(big_region: str) -> tuple[str, ...]:
    """Return the codes of a big region's provinces; none for an unknown name."""
    return _PROVINCES.get(big_region, ())

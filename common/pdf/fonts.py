"""The shipped Chinese font, which characters it has, and what to print for those it lacks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types
from pylopdf_fonts_zh_cn import sans_path

STAND_IN = "〓"
"""The printers' mark for a type that is missing."""
_SILENT = frozenset("\n\r\t")


def font_file() -> Path:
    """Return the font's file: Noto Sans SC regular, under the SIL Open Font Licence."""
    return Path(sans_path()).resolve()


@cache
def _characters() -> frozenset[int]:
    with TTFont(font_file(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_characters(text: str) -> set[str]:
    """Return the characters of a text the font cannot print."""
    return {one for one in set(text) if ord(one) not in _characters() and one not in _SILENT}


def printable(text: str) -> str:
    """Return the text with 〓 for every character the font lacks."""
    gaps = missing_characters(text)
    return "".join(STAND_IN if one in gaps else one for one in text) if gaps else text

"""Colours of pictures; the same values as the tokens in static/css/app.css (a test compares them)."""

from __future__ import annotations

from typing import Final

INK: Final = "#131a26"
INK_2: Final = "#48536a"
INK_3: Final = "#5f6b82"
LINE: Final = "#e1e6ee"
LINE_2: Final = "#c6cedb"
BACKGROUND: Final = "#f3f5f9"
CARD: Final = "#ffffff"
BRAND: Final = "#0f5fc2"
BRAND_LIGHT: Final = "#e8f1fc"
GOOD: Final = "#0a6b4b"
WARN: Final = "#8a4b00"
BAD: Final = "#a8161d"
LOSS: Final = "#8a3d08"
LOSS_BAR: Final = "#c05b16"
HEAT: Final = ("#f4f7fb", "#e3edf9", "#c9ddf4", "#a3c5ec", "#6fa3de", "#1c5fb4", "#0b3f82")
HEAT_INK: Final = (INK, INK, INK, INK, "#06182f", "#ffffff", "#ffffff")
SERIES: Final = ("#0b3f82", "#1c5fb4", "#6fa3de", "#0b5a73", "#7fbfd0", "#8a4b00", "#c9a25f", INK_3)

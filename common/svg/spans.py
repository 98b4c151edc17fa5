"""How long something takes now against how long it usually takes, as two thin bars."""

from __future__ import annotations

from common.svg import palette
from common.svg.element import element, picture

_TALL, _THIN, _GAP = 9.0, 4.0, 3.0


def span_bars(
    now: tuple[int, int],
    usual: tuple[int, int] | None,
    *,
    most: int,
    title: str,
    planned: int | None = None,
    tone: str = "brand",
    width: float = 240,
) -> str:
    """Draw (median, nine tenths) of now above those of the usual time, all of one unit.

    The dark part reaches to the median, the light one to what nine of ten do not exceed. `most` is
    the value at the right end; what lies beyond is cut. `planned` is marked by an upright line.
    """
    height = _TALL + _GAP + _THIN
    dark = palette.BAD if tone == "bad" else palette.BRAND
    light = palette.LOSS_BAR if tone == "bad" else palette.HEAT[3]
    parts = [_bar(0, width, 0, _TALL, palette.BACKGROUND)]
    parts += [_bar(0, _x(now[1], most, width), 0, _TALL, light)]
    parts += [_bar(0, _x(now[0], most, width), 0, _TALL, dark)]
    if usual is not None:
        low = _TALL + _GAP
        parts += [_bar(0, _x(usual[1], most, width), low, _THIN, palette.LINE_2)]
        parts += [_bar(0, _x(usual[0], most, width), low, _THIN, palette.INK_3)]
    if planned is not None and planned <= most:
        at = _x(planned, most, width)
        line = element("line", x1=at, x2=at, y1=0, y2=height, stroke=palette.INK, stroke_width=1.5)
        parts.append(line)
    return picture(*parts, title=title, width=width, height=height)


def _x(value: int, most: int, width: float) -> float:
    return width * min(max(value, 0), most) / max(1, most)


def _bar(x: float, width: float, y: float, height: float, colour: str) -> str:
    if width <= 0:
        return ""
    return element("rect", x=x, y=y, width=width, height=height, rx=2, fill=colour)

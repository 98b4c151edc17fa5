"""China as 34 equal squares: every province readable and tappable, and no boundary drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.svg import palette
from common.svg.element import element, linked, picture, text

_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Tile:
    """A province-level unit: first two digits of its division code (GB/T 2260), name, place."""

    code: str
    name: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class TileValue:
    """What a tile shows: its words, heat step 0 … 6 and where a tap leads."""

    words: str
    level: int
    href: str | None = None


TILES: tuple[Tile, ...] = (
    Tile("23", "黑龙江", 7, 0),
    Tile("15", "内蒙古", 4, 1),
    Tile("22", "吉林", 7, 1),
    Tile("65", "新疆", 0, 2),
    Tile("62", "甘肃", 1, 2),
    Tile("64", "宁夏", 2, 2),
    Tile("11", "北京", 4, 2),
    Tile("12", "天津", 5, 2),
    Tile("21", "辽宁", 6, 2),
    Tile("54", "西藏", 0, 3),
    Tile("63", "青海", 1, 3),
    Tile("61", "陕西", 2, 3),
    Tile("14", "山西", 3, 3),
    Tile("13", "河北", 4, 3),
    Tile("37", "山东", 5, 3),
    Tile("51", "四川", 1, 4),
    Tile("50", "重庆", 2, 4),
    Tile("41", "河南", 3, 4),
    Tile("34", "安徽", 4, 4),
    Tile("32", "江苏", 5, 4),
    Tile("31", "上海", 6, 4),
    Tile("53", "云南", 1, 5),
    Tile("52", "贵州", 2, 5),
    Tile("42", "湖北", 3, 5),
    Tile("36", "江西", 4, 5),
    Tile("33", "浙江", 5, 5),
    Tile("45", "广西", 2, 6),
    Tile("43", "湖南", 3, 6),
    Tile("44", "广东", 4, 6),
    Tile("35", "福建", 5, 6),
    Tile("71", "台湾", 6, 6),
    Tile("46", "海南", 3, 7),
    Tile("82", "澳门", 4, 7),
    Tile("81", "香港", 5, 7),
)


def tile_grid(values: Mapping[str, TileValue], *, title: str, size: float = 48) -> str:
    """The grid; keys are two-digit codes, a unit without a value shows "—" on white."""
    columns = max(tile.column for tile in TILES) + 1
    rows = max(tile.row for tile in TILES) + 1
    body = [_drawn(tile, values.get(tile.code), size) for tile in TILES]
    spoken = "，".join(f"{t.name} {values[t.code].words}" for t in TILES if t.code in values)
    return picture(
        *body,
        title=title,
        width=columns * size - _GAP,
        height=rows * size - _GAP,
        description=spoken,
    )


def _drawn(tile: Tile, value: TileValue | None, size: float) -> str:
    x, y, side = tile.column * size, tile.row * size, size - _GAP
    level = value.level if value else 0
    ink = palette.HEAT_INK[level] if value else palette.INK_3
    middle = x + side / 2
    body = element(
        "g",
        element(
            "rect",
            x=x + 0.5,
            y=y + 0.5,
            width=side - 1,
            height=side - 1,
            rx=6,
            fill=palette.HEAT[level] if value else palette.CARD,
            stroke=palette.LINE_2 if level < 3 else palette.HEAT[level],
        ),
        text(
            tile.name,
            middle,
            y + side * 0.42,
            text_anchor="middle",
            font_size=12,
            font_weight="600" if value else None,
            fill=ink,
        ),
        text(
            value.words if value else "—",
            middle,
            y + side * 0.78,
            text_anchor="middle",
            font_size=11,
            fill=ink,
        ),
        class_="x-tile",
    )
    words = value.words if value else "—"
    return linked(body, value.href if value else None, f"{tile.name} {words}")

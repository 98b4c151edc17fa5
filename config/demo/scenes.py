"""What the demo's photos show: a wall with a hole, a dial, a fuse box… drawn by shapes alone."""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageDraw import ImageDraw as Draw

SIZE, SMALL = (240, 180), (80, 60)
_LARGE = 2
_WALLS = ((226, 220, 209), (206, 213, 219), (214, 204, 190), (196, 205, 196))
TINTS = len(_WALLS)
"""How many walls each scene is drawn on."""
_STEEL, _DARK, _WHITE, _SHADE = (150, 158, 168), (52, 58, 68), (244, 245, 247), (120, 116, 108)

_WORDS = {
    "plate": ("铭牌", "编码", "编号", "报告", "单", "标识", "记录", "受理"),
    "dial": ("压力", "真空", "读数", "电流", "电压", "温", "力矩", "表", "厚度", "克数", "水平"),
    "hole": ("孔", "封堵", "基础", "基层", "管沟", "开槽", "墙面", "位置"),
    "fuses": ("漏保", "端子", "接线", "插座", "开关", "箱", "配电", "绑定", "线"),
    "pipes": ("管", "漏", "接口", "水", "阀", "法兰", "地漏", "连接"),
    "unit": ("外机", "固定", "挂", "支架", "柜", "桩", "出风", "安装", "吊装", "锁"),
}


def scene_of(label: str) -> str:
    """Return the scene a photo of this name shows; the finished room for any other."""
    return next((name for name, words in _WORDS.items() if any(w in label for w in words)), "room")


@cache
def scene(name: str, tint: int, *, small: bool = False) -> Image.Image:
    """Return a scene on one of the walls; drawn large and made small, so that edges are soft."""
    if small:
        return scene(name, tint).resize(SMALL, Image.Resampling.LANCZOS)
    width, height = SIZE[0] * _LARGE, SIZE[1] * _LARGE
    picture = Image.new("RGB", (width, height), _WALLS[tint])
    draw = ImageDraw.Draw(picture)
    for y in range(0, height, 4):  # light falls from above
        fade = y * 46 // height
        shade = tuple(max(0, part - fade) for part in _WALLS[tint])
        draw.rectangle((0, y, width, y + 4), fill=shade)
    _DRAWN[name](draw)
    return picture.filter(ImageFilter.GaussianBlur(1)).resize(SIZE, Image.Resampling.LANCZOS)


def _hole(draw: Draw) -> None:
    for y in range(0, 360, 60):  # bricks where the plaster is off
        for x in range(-40 if y % 120 else 0, 480, 80):
            draw.rectangle((x + 2, y + 2, x + 76, y + 56), outline=(176, 150, 128), width=2)
    draw.ellipse((168, 60, 312, 204), fill=_SHADE)
    draw.ellipse((178, 72, 308, 202), fill=(34, 32, 30))
    draw.ellipse((196, 96, 292, 198), outline=(70, 66, 60), width=4)


def _plate(draw: Draw) -> None:
    draw.rounded_rectangle((76, 34, 404, 236), 12, fill=_STEEL, outline=_DARK, width=3)
    draw.rounded_rectangle((88, 46, 392, 224), 8, fill=(214, 219, 224))
    for row in range(6):
        y = 64 + row * 24
        draw.rectangle((104, y, 172, y + 9), fill=_STEEL)
        draw.rectangle((188, y, 260 + (row * 53) % 110, y + 9), fill=_DARK)
    for bar in range(26):
        draw.rectangle((104 + bar * 7, 200, 104 + bar * 7 + 1 + bar * 5 % 4, 218), fill=_DARK)


def _dial(draw: Draw) -> None:
    draw.ellipse((132, 20, 348, 236), fill=_STEEL, outline=_DARK, width=6)
    draw.ellipse((148, 36, 332, 220), fill=_WHITE)
    for tick in range(21):
        angle = pi * (0.75 + 1.5 * tick / 20)
        inner = 66 if tick % 5 else 56
        tip = (240 + 84 * cos(angle), 128 + 84 * sin(angle))
        colour = (196, 35, 43) if tick > 15 else _DARK
        start = (240 + inner * cos(angle), 128 + inner * sin(angle))
        draw.line((start, tip), fill=colour, width=3)
    angle = pi * 1.42
    draw.line((240, 128, 240 + 70 * cos(angle), 128 + 70 * sin(angle)), fill=(196, 35, 43), width=6)
    draw.ellipse((230, 118, 250, 138), fill=_DARK)
    draw.rectangle((226, 236, 254, 290), fill=(184, 142, 78))


def _fuses(draw: Draw) -> None:
    draw.rounded_rectangle((60, 30, 420, 250), 10, fill=_WHITE, outline=_STEEL, width=4)
    draw.rectangle((84, 126, 396, 138), fill=_STEEL)
    for at in range(6):
        x = 92 + at * 52
        draw.rectangle((x, 84, x + 42, 186), fill=(228, 230, 234), outline=_STEEL, width=2)
        on = at != 4
        draw.rectangle((x + 12, 112 if on else 138, x + 30, 140 if on else 164), fill=_DARK)
        wire = ((196, 35, 43), (30, 96, 190), (214, 168, 40))[at % 3]
        draw.line((x + 21, 84, x + 21, 52, 30 + at * 80, 30), fill=wire, width=6)
        draw.line((x + 21, 186, x + 21, 250), fill=wire, width=6)


def _pipes(draw: Draw) -> None:
    for y, colour in ((80, (184, 120, 70)), (150, (236, 236, 232))):
        draw.rectangle((0, y, 480, y + 34), fill=colour)
        draw.rectangle((0, y + 4, 480, y + 10), fill=tuple(min(255, part + 30) for part in colour))
        draw.rectangle((206, y - 8, 274, y + 42), fill=(196, 160, 84), outline=_SHADE, width=3)
    for foam in range(16):
        x, y = 196 + foam * 37 % 90, 60 + foam * 23 % 44
        draw.ellipse((x, y, x + 16, y + 16), fill=_WHITE, outline=(214, 222, 230))


def _unit(draw: Draw) -> None:
    draw.line((110, 246, 110, 290, 370, 290, 370, 246), fill=_DARK, width=10)
    draw.rounded_rectangle((84, 60, 396, 248), 8, fill=_WHITE, outline=_STEEL, width=4)
    draw.ellipse((106, 78, 266, 238), fill=(206, 211, 217), outline=_STEEL, width=4)
    for ring in range(4):
        box = (118 + ring * 18, 90 + ring * 18, 254 - ring * 18, 226 - ring * 18)
        draw.ellipse(box, outline=_STEEL, width=2)
    for line in range(8):
        draw.rectangle((288, 84 + line * 18, 376, 92 + line * 18), fill=(206, 211, 217))


def _room(draw: Draw) -> None:
    draw.rectangle((0, 228, 480, 360), fill=(168, 140, 108))
    for board in range(0, 480, 80):
        draw.line((board, 228, board - 60, 360), fill=(146, 118, 88), width=2)
    draw.rectangle((296, 70, 452, 216), fill=(196, 220, 240), outline=_WHITE, width=8)
    draw.line((374, 70, 374, 216), fill=_WHITE, width=6)
    draw.rounded_rectangle((44, 44, 262, 112), 12, fill=_WHITE, outline=(206, 211, 217), width=3)
    draw.rectangle((60, 94, 246, 104), fill=_STEEL)
    draw.rectangle((226, 60, 244, 68), fill=(70, 170, 110))
    draw.line((262, 78, 288, 78, 288, 0), fill=(222, 222, 218), width=12)


_DRAWN: dict[str, Callable[[Draw], None]] = {
    "hole": _hole,
    "plate": _plate,
    "dial": _dial,
    "fuses": _fuses,
    "pipes": _pipes,
    "unit": _unit,
    "room": _room,
}

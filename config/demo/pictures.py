"""Photos and signatures for the demo's evidence: small drawn scenes that say what they prove."""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from common import clock
from common.pdf.fonts import font_file
from config.demo.scenes import TINTS, scene, scene_of
from workorders.strokes import Strokes

if TYPE_CHECKING:
    from random import Random

_BAND = 44
_GROUND, _INK, _STAMP = (24, 30, 42), (255, 255, 255), (176, 190, 212)


def photo(
    random: Random, *, label: str, item: str, number: str, small: bool = False
) -> SimpleUploadedFile:
    """A scene with its place, item, order and time, so that no two are taken for the same photo.

    The scenes are drawn once; a photo costs the writing on it. Where many are kept they are `small`
    and without words, told apart by one grain.
    """
    picture = scene(scene_of(label), random.randrange(TINTS), small=small).copy()
    if small:
        x, y = random.randrange(picture.width - 4), random.randrange(picture.height - 4)
        grain = (random.randrange(256), random.randrange(256), random.randrange(256))
        picture.paste(grain, (x, y, x + 4, y + 4))
        return _upload(picture, "JPEG", "photo.jpg")
    width, height = picture.size
    picture.paste(_band(f"{label} · {item}"[:22], width), (0, height - _BAND))
    serial = f"{random.randrange(16**4):04X}"
    stamp = f"{number} {clock.china(clock.now()):%m-%d %H:%M} {serial}"
    draw = ImageDraw.Draw(picture)
    draw.text((8, height - _BAND + 23), stamp, font=_font(12), fill=_STAMP)
    return _upload(picture, "JPEG", "photo.jpg")


def signature(random: Random) -> SimpleUploadedFile:
    """A line as a finger draws it."""
    return drawn_signature(random)[0]


def drawn_signature(random: Random) -> tuple[SimpleUploadedFile, Strokes]:
    """A line as a finger draws it: the picture, and how the finger moved."""
    picture = Image.new("RGBA", (120, 48), (255, 255, 255, 0))
    points = [(x, random.randint(8, 40)) for x in range(6, 114, 9)]
    ImageDraw.Draw(picture).line(points, fill=(20, 30, 60, 255), width=3)
    line = tuple((10 * x, 10 * y, 60 * n) for n, (x, y) in enumerate(points))
    return _upload(picture, "PNG", "signature.png"), Strokes(1200, 480, (line,))


@lru_cache(maxsize=400)
def _band(words: str, width: int) -> Image.Image:
    """The dark strip below a scene with its first line."""
    band = Image.new("RGB", (width, _BAND), _GROUND)
    ImageDraw.Draw(band).text((8, 4), words, font=_font(14), fill=_INK)
    return band


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file()), size)


def _upload(picture: Image.Image, kind: str, name: str) -> SimpleUploadedFile:
    out = BytesIO()
    picture.save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), f"image/{kind.lower()}")

"""Tiny photos and signatures for the demo's evidence."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from random import Random


def photo(random: Random) -> SimpleUploadedFile:
    """A tiny picture of its own, so that no two are taken for the same photo."""
    shade = (random.randrange(256), random.randrange(256), random.randrange(256))
    picture = Image.new("RGB", (32, 24), shade)
    picture.putpixel((random.randrange(32), random.randrange(24)), (255, 255, 255))
    return _upload(picture, "JPEG", "photo.jpg")


def signature(random: Random) -> SimpleUploadedFile:
    """A line as a finger draws it."""
    picture = Image.new("RGBA", (120, 48), (255, 255, 255, 0))
    points = [(x, random.randint(8, 40)) for x in range(6, 114, 9)]
    ImageDraw.Draw(picture).line(points, fill=(20, 30, 60, 255), width=3)
    return _upload(picture, "PNG", "signature.png")


def _upload(picture: Image.Image, kind: str, name: str) -> SimpleUploadedFile:
    out = BytesIO()
    picture.save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), f"image/{kind.lower()}")

"""Pictures as cameras write them, and as people attack with them."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.clock import china

SITE = (120.1244, 30.2811)
"""Near enough to the site of the tests' orders: 330 m."""


def degrees(value: float) -> tuple[float, float, float]:
    """Decimal degrees as degrees, minutes and seconds."""
    whole, rest = divmod(abs(value) * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    return whole, minutes, round(seconds, 4)


def exif(lon: float | None = None, lat: float | None = None, at: datetime | None = None) -> bytes:
    """What a phone's camera writes: WGS-84 position and Chinese time with its offset."""
    tags = Image.Exif()
    tags[0x010F] = "Maker"
    if lon is not None and lat is not None:
        place = tags.get_ifd(0x8825)
        place[1], place[2] = "N" if lat >= 0 else "S", degrees(lat)
        place[3], place[4] = "E" if lon >= 0 else "W", degrees(lon)
    if at is not None:
        details = tags.get_ifd(0x8769)
        details[0x9003] = f"{china(at):%Y:%m:%d %H:%M:%S}"
        details[0x9011] = "+08:00"
    return tags.tobytes()


def shot(
    shade: int = 10, size: tuple[int, int] = (64, 48), name: str = "a.jpg", **written: object
) -> SimpleUploadedFile:
    """A JPEG with what a camera wrote."""
    out = BytesIO()
    block = exif(**written)  # type: ignore[arg-type]  # named by the caller
    Image.new("RGB", size, (shade, 120, 200)).save(out, "JPEG", exif=block)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def saved(form: str, image: Image.Image | None = None, **how: object) -> bytes:
    """A picture in a format."""
    out = BytesIO()
    (image or Image.new("RGB", (400, 300), "red")).save(out, form, **how)
    return out.getvalue()


def huge_png() -> bytes:
    """A PNG of a few bytes whose header claims 13,300 × 13,300 pixels."""
    size = struct.pack(">IIBBBBB", 13_300, 13_300, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    )


def swelling_png() -> bytes:
    """A small PNG whose compressed comment swells to 60 MB."""
    text = _chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"A" * 60_000_000))
    whole = saved("PNG")
    return whole[:33] + text + whole[33:]


def endless_jpeg(scans: int) -> bytes:
    """A JPEG of 25 megapixels that paints them once a scan, about 30 bytes each."""
    side = 4992
    whole = saved("JPEG", Image.new("L", (side, side)), progressive=True)
    first = whole.find(b"\xff\xda")
    head = whole[: whole.find(b"\xff\xc4", first)]
    code = b"\x10" + bytes([1] + [0] * 15) + b"\xe0"
    table = b"\xff\xc4" + struct.pack(">H", 2 + len(code)) + code
    blocks, bits = (side // 8) ** 2, ""
    while blocks > 0:
        run = min(max(blocks, 16384), 32767)
        bits, blocks = bits + "0" + format(run - 16384, "014b"), blocks - run
    bits += "1" * (-len(bits) % 8)
    body = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x01\x3f\x00"
    return head + table + (scan + body.replace(b"\xff", b"\xff\x00")) * scans + b"\xff\xd9"


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + check

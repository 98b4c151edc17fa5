"""Pictures from phones made safe: small enough, really a picture, without what the camera wrote."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from common.errors import Refused, refuse_unless
from workorders.camera import NOTHING, CameraFacts, camera_facts
from workorders.jpeg import MOST_SCANS, scans
from workorders.looks import look_of

if TYPE_CHECKING:
    from django.core.files.base import File

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 25_000_000
LONGEST_SIDE = 1600
EXAMPLE_SIDE = 480
"""Of a picture that stands beside a camera: some 30 KB, light enough for a phone's page."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_SIGNATURE_BYTES = 512 * 1024
_SIGNATURE_INK = 40
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc")


class TooLarge(Refused):
    """More bytes than are taken; becomes a 413."""

    status = 413


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored; `sha256` is that of the picture as it came in.

    Two uploads of one photo have the same digest though their stored copies may differ. `camera`
    is what stood beside the pixels; none of it is in `content`. `look` is what it looks like
    (`looks.look_of`).
    """

    content: bytes
    suffix: str
    sha256: str
    camera: CameraFacts = NOTHING
    look: int | None = None


def read_photo(upload: File[Any]) -> Picture:
    """Return an upload re-encoded as JPEG, its longest side at most 1600 px, without EXIF.

    The header is read before a pixel is decoded: 21 KB of PNG can hold 170 megapixels. Raises
    TooLarge (413) beyond 12 MB, Refused for other formats, broken files and over 25 megapixels.
    """
    raw = _bytes(upload, MAX_BYTES)
    image, camera = _decode(raw, _FORMATS)
    out = BytesIO()
    # A new image from the pixels alone: position, device and owner stay behind.
    flat = _on_white(image)
    flat.save(out, "JPEG", quality=82, optimize=True)
    digest = hashlib.sha256(raw).hexdigest()
    return Picture(out.getvalue(), ".jpg", digest, camera, look_of(flat))


def read_example(upload: File[Any]) -> Picture:
    """Return an upload as `read_photo` does, much smaller: a picture to look at, no evidence."""
    raw = _bytes(upload, MAX_BYTES)
    image, _camera = _decode(raw, _FORMATS)
    small = _on_white(image)
    small.thumbnail((EXAMPLE_SIDE, EXAMPLE_SIDE))
    out = BytesIO()
    small.save(out, "JPEG", quality=72, optimize=True, progressive=True)
    return Picture(out.getvalue(), ".jpg", hashlib.sha256(raw).hexdigest())


def read_signature(upload: File[Any]) -> Picture:
    """Return a signature as a PNG of black on white; Refused when nothing is drawn on it."""
    raw = _bytes(upload, _SIGNATURE_BYTES)
    return _inked(raw, ("PNG",), "PNG")


def read_scan(upload: File[Any]) -> Picture:
    """Return a picture of a signed paper as a grey JPEG; Refused when nothing is on the paper."""
    return _inked(_bytes(upload, MAX_BYTES), _FORMATS, "JPEG")


def _inked(raw: bytes, formats: tuple[str, ...], kept_as: str) -> Picture:
    image, _camera = _decode(raw, formats)
    grey = _on_white(image).convert("L")
    ink = sum(grey.histogram()[:160])
    refuse_unless(ink >= _SIGNATURE_INK, "signature.empty", _("The signature is empty"))
    out = BytesIO()
    grey.save(out, kept_as, optimize=True)
    suffix = ".png" if kept_as == "PNG" else ".jpg"
    return Picture(out.getvalue(), suffix, hashlib.sha256(raw).hexdigest())


def _bytes(upload: File[Any], limit: int) -> bytes:
    if (upload.size or 0) > limit:
        raise TooLarge("photo.too_large", _("The picture is too large; 12 MB at most"))
    raw: bytes = upload.read(limit + 1)
    refuse_unless(raw, "photo.empty", _("The file is empty; please take the photo again"))
    return raw


def _decode(raw: bytes, formats: tuple[str, ...]) -> tuple[Image.Image, CameraFacts]:
    """Return the picture upright and made small, and what its camera wrote."""
    if any(brand in raw[:32] for brand in _HEIC):
        raise Refused(
            "photo.heic",
            _("HEIC pictures cannot be read; set the camera to “most compatible” (JPEG)"),
        )
    # What lays out PDFs lets the whole process take pictures that break off; here they are refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(BytesIO(raw), formats=formats)
        refuse_unless(
            image.width * image.height <= MAX_PIXELS,
            "photo.too_many_pixels",
            _("The picture has more than 25 megapixels"),
        )
        # Each scan passes over all pixels: 12 MB of them would keep a core busy for minutes.
        refuse_unless(
            scans(raw) <= MOST_SCANS,
            "photo.unreadable",
            _("This is no readable JPEG, PNG or WebP picture"),
        )
        camera = camera_facts(image)
        # Made small first: a JPEG is then never decoded at its full size.
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return ImageOps.exif_transpose(image), camera
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as broken:
        raise Refused(
            "photo.unreadable", _("This is no readable JPEG, PNG or WebP picture")
        ) from broken
    except Image.DecompressionBombError as bomb:
        raise Refused(
            "photo.too_many_pixels", _("The picture has more than 25 megapixels")
        ) from bomb


def _on_white(image: Image.Image) -> Image.Image:
    flat = Image.new("RGB", image.size, "white")
    layer = image.convert("RGBA")
    flat.paste(layer, mask=layer.getchannel("A"))
    return flat

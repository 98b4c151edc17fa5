"""Videos of steps: what an MP4 is, and where one of the company's own is shown.

A step names a video by an https address or, one that was uploaded, by "own:" and its number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.urls import reverse

from catalog.models import StepVideo

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_BYTES = 30 * 1024 * 1024
"""Some three minutes as phones record them for messages; one is loaded by whoever taps it."""
_OWN = re.compile(r"own:([1-9][0-9]{0,17})")
# ISO/IEC 14496-12: the first box is "ftyp" with the brands its player must know.
_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV")


def videos() -> QuerySet[StepVideo]:
    """Return the company's own videos."""
    return StepVideo.objects.all()


def own_name(video: StepVideo) -> str:
    """Return what a step keeps for a video of the company's own."""
    return f"own:{video.pk}"


def own_number(kept: str) -> int | None:
    """Return the number of an own video a step keeps; None for an address or none."""
    found = _OWN.fullmatch(kept)
    return int(found[1]) if found else None


def video_address(kept: str) -> str:
    """Return the address that shows the video a step keeps, "" for none."""
    number = own_number(kept)
    return kept if number is None else reverse("catalog:step-video", args=[number])


def is_mp4(start: bytes) -> bool:
    """Whether a file that starts so says to be an MP4."""
    size = int.from_bytes(start[:4], "big")
    if start[4:8] != b"ftyp" or not 16 <= size <= min(len(start), 256):
        return False
    named = [start[8:12], *(start[at : at + 4] for at in range(16, size - 3, 4))]
    return any(brand in _BRANDS for brand in named)

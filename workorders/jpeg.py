"""How often a JPEG paints its picture: a small file may ask for a quarter of a million rounds."""

from __future__ import annotations

MOST_SCANS = 64
"""Cameras and editors use up to a dozen; each costs a pass over every pixel."""
_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD8)}


def scans(raw: bytes) -> int:
    """Return the number of scans of the first picture in a JPEG; 0 for what is none."""
    if raw[:2] != bytes((0xFF, _START)):
        return 0
    found, at = 0, 2
    while (at := raw.find(b"\xff", at)) >= 0 and at + 1 < len(raw):
        marker = raw[at + 1]
        if marker == _END:
            break
        # Inside painted data 0xFF is followed by 0x00, or by a restart that has no length.
        if marker in (0x00, 0xFF) or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        found += marker == _SCAN
        if found > MOST_SCANS:
            break
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return found

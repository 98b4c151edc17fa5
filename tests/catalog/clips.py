"""Files that are, or pretend to be, MP4 videos."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile


def box(brand: bytes = b"isom", *more: bytes) -> bytes:
    """The first box of an MP4: its major brand, a version, the brands it also fits."""
    rest = brand + b"\x00\x00\x02\x00" + b"".join(more)
    return (8 + len(rest)).to_bytes(4, "big") + b"ftyp" + rest


def clip(
    size: int = 4096, start: bytes | None = None, name: str = "步骤.mp4"
) -> SimpleUploadedFile:
    """A file of so many bytes that begins as an MP4 does."""
    head = box(b"isom", b"isom", b"mp42") if start is None else start
    content = (head + bytes(at % 251 for at in range(max(0, size - len(head)))))[:size]
    return SimpleUploadedFile(name, content, "video/mp4")

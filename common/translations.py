"""Message catalogues: compiled at set-up by a library, so no system tool is needed."""

from __future__ import annotations

import os
from pathlib import Path

import polib
from django.conf import settings


def compile_all() -> int:
    """Write a .mo beside every .po that it was not made from; return how many were written.

    A .mo bears the time of its .po, so a .po saved while it is compiled is compiled once more.
    """
    written = 0
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            saved_ns = source.stat().st_mtime_ns
            if not target.exists() or target.stat().st_mtime_ns != saved_ns:
                # Whole or not at all: another process may be reading it at this moment.
                made = target.with_suffix(f".{os.getpid()}")
                polib.pofile(str(source)).save_as_mofile(str(made))
                os.utime(made, ns=(saved_ns, saved_ns))
                made.replace(target)
                written += 1
    return written

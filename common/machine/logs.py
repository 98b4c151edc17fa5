"""Log files of the processes: one per name, appended to, the last ten megabytes kept twice."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 10 << 20


def open_log(folder: Path, name: str) -> int:
    """Return a descriptor that appends, so that truncating the file under it is safe."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def rotate_logs(folder: Path, largest: int = LARGEST_BYTES) -> None:
    """Copy every log that grew beyond ``largest`` bytes to ``.log.1`` and empty it."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > largest:
            shutil.copyfile(path, path.with_suffix(".log.1"))
            os.truncate(path, 0)


def last_line(folder: Path, name: str) -> str:
    """The last line that says something in a log, at most 300 characters."""
    try:
        with (folder / f"{name}.log").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""

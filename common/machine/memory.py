"""Where files can be kept in memory, for servers whose data nobody wants to keep."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder inside
NEEDED_BYTES = 1 << 30
"""What the databases of a run of all tests and their write-ahead log take at most, with room."""
SYSTEM = Path("/")


def memory_folder(root: Path = SYSTEM, folder: Path = SHARED_MEMORY) -> Path | None:
    """Return the folder whose files live in memory, or None when there is none or too little.

    Twice what is needed must be left of the machine's memory and of a container's; `root` is where
    `/proc` and `/sys` stand.
    """
    if not _in_memory(root, folder) or not os.access(folder, os.W_OK | os.X_OK):
        return None
    if shutil.disk_usage(folder).free < NEEDED_BYTES:
        return None
    return folder if _left_bytes(root) >= 2 * NEEDED_BYTES else None


def _in_memory(root: Path, folder: Path) -> bool:
    mounts = [line.split() for line in _lines(root / "proc/mounts")]
    kinds = [mount[2] for mount in mounts if mount[1] == str(folder)]
    return kinds[-1:] == ["tmpfs"]


def _left_bytes(root: Path) -> int:
    """Return the memory that is left, 0 when this system does not tell."""
    told = "\n".join(_lines(root / "proc/meminfo"))
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", told, re.MULTILINE)
    left = int(found[1]) << 10 if found else 0
    most, used = (
        (_lines(root / f"sys/fs/cgroup/memory.{name}") or [""])[0] for name in ("max", "current")
    )
    return min(left, int(most) - int(used)) if most.isdigit() and used.isdigit() else left


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []

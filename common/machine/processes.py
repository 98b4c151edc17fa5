"""Looks at other processes: alive or not, since when, and which ones belong to a run."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PROC = Path("/proc")
SERVERS = ("postgres", "redis-server")


def start_mark(pid: int) -> str:
    """Return a text that differs between two processes that had the same id; empty when dead.

    Linux: start time in clock ticks since boot, field 22 of ``/proc/PID/stat`` (proc(5)).
    Zombies count as dead: they hold no file, port or memory.
    """
    if not PROC.joinpath("self").exists():
        asked = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def marked_processes(marker: str, folder: Path) -> set[int]:
    """Find processes whose environment holds ``marker``, and servers that work inside ``folder``.

    The first finds pool children whose parent was killed, the second PostgreSQL's backends, which
    overwrite their environment with a title. A person's shell that stands in the folder is none of
    them, nor is this process or one of its ancestors.
    """
    own = _ancestors(os.getpid())
    wanted = marker.encode()
    found = set()
    for entry in PROC.glob("[0-9]*"):
        pid = int(entry.name)
        if pid not in own and start_mark(pid) and _belongs(entry, wanted, folder):
            found.add(pid)
    return found


def _belongs(entry: Path, marker: bytes, folder: Path) -> bool:
    try:
        if marker in entry.joinpath("environ").read_bytes().split(b"\0"):
            return True
        name = entry.joinpath("comm").read_text(encoding="utf-8").strip()
        working = Path(os.readlink(entry / "cwd"))
    except OSError:
        return False
    return name in SERVERS and folder in working.parents


def _ancestors(pid: int) -> set[int]:
    found = set()
    while pid > 0 and pid not in found:
        found.add(pid)
        try:
            stat = PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        pid = int(stat.rpartition(")")[2].split()[1])
    return found


def end_processes(pids: Iterable[int], grace_s: float) -> None:
    """Ask processes to end and kill those that have not after ``grace_s`` seconds."""
    marks = {pid: start_mark(pid) for pid in pids}
    living = {pid: mark for pid, mark in marks.items() if mark}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in living:
            send_signal(pid, number)
        wait_until(partial(_are_gone, living), grace_s)
        living = _still(living)
        if not living:
            return


def _are_gone(marks: dict[int, str]) -> bool:
    return not _still(marks)


def _still(marks: dict[int, str]) -> dict[int, str]:
    return {pid: mark for pid, mark in marks.items() if start_mark(pid) == mark}


def send_signal(pid: int, number: int, *, group: bool = False) -> None:
    """Send a signal to a process or its group; one that is gone already is no error."""
    try:
        if group:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_until(claim: Callable[[], bool], limit_s: float, pause_s: float = 0.05) -> bool:
    """Ask ``claim`` again and again; return whether it became true within ``limit_s`` seconds."""
    deadline = time.monotonic() + limit_s
    while not claim():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause_s)
    return True

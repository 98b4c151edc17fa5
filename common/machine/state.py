"""Remembers which processes a run started, so that the next start can clear up after a crash."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from common.machine.processes import end_processes, marked_processes, start_mark
from common.machine.sentences import Halt, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from common.machine.layout import Layout

MARKER = "KUAQU_RUN_OF"
GRACE_S = 5.0


@dataclass(frozen=True)
class Piece:
    """One process of a run; ``started`` is its start mark, which tells it from a later namesake."""

    name: str
    pid: int
    started: str


def marker(layout: Layout) -> str:
    """Environment entry that every process of a run carries."""
    return f"{MARKER}={layout.state}"


def save_pieces(layout: Layout, pieces: list[Piece]) -> None:
    """Write the list so that a reader sees the old or the new one, never half of it."""
    path = layout.state / "state.json"
    text = json.dumps({"pieces": [asdict(piece) for piece in pieces]}, indent=1)
    draft = path.with_suffix(".new")
    draft.write_text(text + "\n", encoding="utf-8")
    os.replace(draft, path)


def load_pieces(layout: Layout) -> list[Piece]:
    """Read the list of the last run; a missing or broken file is an empty list."""
    try:
        text = (layout.state / "state.json").read_text(encoding="utf-8")
        return [Piece(**piece) for piece in json.loads(text)["pieces"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def end_orphans(layout: Layout) -> int:
    """Stop what a crashed run left behind; return how many processes that were.

    A process counts when its id and start mark stand in the state file, when it carries the run's
    marker, or when it works in the data folder. Call it only while holding the lock.
    """
    orphans = {piece.pid for piece in load_pieces(layout) if piece.started == start_mark(piece.pid)}
    orphans |= marked_processes(marker(layout), layout.data)
    end_processes(orphans, GRACE_S)
    save_pieces(layout, [])
    if orphans:
        say(
            f"Stopped {len(orphans)} processes an interrupted run had left behind.",
            f"已停止上次中断遗留的 {len(orphans)} 个进程。",
        )
    return len(orphans)


@contextmanager
def sole_run(layout: Layout) -> Iterator[None]:
    """Hold the lock of this installation; the kernel lets go of it even after kill -9.

    Raises Halt when another run holds it.
    """
    layout.state.mkdir(parents=True, exist_ok=True)
    with (layout.state / "lock").open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _holder(held)
            raise Halt(
                f"It is already running here (process {pid}); `make stop` stops it.",
                f"这里已经在运行（进程 {pid}）；执行 `make stop` 可停止。",
            ) from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield


def running_supervisor(layout: Layout) -> int | None:
    """Return the process id of the run that holds the lock, or None."""
    try:
        with (layout.state / "lock").open("a+", encoding="utf-8") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return _holder(held)
    except FileNotFoundError:
        return None
    return None


def _holder(held: IO[str]) -> int:
    held.seek(0)
    text = held.read()
    return int(text) if text.isdigit() else 0

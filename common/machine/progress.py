"""Shows what is going on: a line per step, and a sign of life while a step takes long."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from common.machine.sentences import in_language

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET_S = 2.0
REPEAT_S = 10.0


@contextmanager
def step(en: str, zh: str) -> Iterator[None]:
    """Name a piece of work; after two seconds and then every ten it shows that it is alive.

    The closing line carries the duration; a failed step shows a cross and passes the error on.
    """
    name = in_language(en, zh)
    over = threading.Event()
    started = time.monotonic()
    watcher = threading.Thread(target=_show_life, args=(name, over, started), daemon=True)
    watcher.start()
    mark = "✗"
    try:
        yield
        mark = "✓"
    finally:
        over.set()
        watcher.join()
        _line(f"{mark} {name}  {time.monotonic() - started:.1f} s")


def _show_life(name: str, over: threading.Event, started: float) -> None:
    pause_s = QUIET_S
    while not over.wait(pause_s):
        _line(f"… {name}  {time.monotonic() - started:.0f} s")
        pause_s = REPEAT_S


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()

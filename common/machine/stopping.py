"""``stop`` and ``reset``: end a run from outside, and wipe what it kept."""

from __future__ import annotations

import shutil
import signal

from common.machine.layout import find_layout
from common.machine.processes import send_signal, wait_until
from common.machine.sentences import Halt, say
from common.machine.state import end_orphans, running_supervisor, sole_run

PATIENCE_S = 90.0  # six processes may use their grace one after the other


def stop() -> int:
    """Stop the run of this installation, or what a crashed one left; return the exit code."""
    layout = find_layout()
    pid = running_supervisor(layout)
    if pid:
        send_signal(pid, signal.SIGTERM)
        if not wait_until(lambda: running_supervisor(layout) is None, PATIENCE_S):
            raise Halt(f"Process {pid} does not stop.", f"进程 {pid} 未能停止。")
    elif layout.state.exists():
        with sole_run(layout):
            end_orphans(layout)
    say("Nothing is running.", "没有任何进程在运行。")
    return 0


def reset() -> int:
    """Stop and delete database, broker, uploads, secrets and logs; the environment stays."""
    stop()
    layout = find_layout()
    for folder in {layout.state, layout.data}:
        shutil.rmtree(folder, ignore_errors=True)
    say("Wiped: the next `make run` starts afresh.", "已清空：下次 `make run` 将全新开始。")
    return 0

"""Keeps the processes of one run alive and stops them all, leaving nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.machine.account import as_account
from common.machine.capacity import FREE_BYTES_RUNNING, free_bytes, full_disk
from common.machine.logs import last_line, open_log, rotate_logs
from common.machine.processes import marked_processes, send_signal, start_mark, wait_until
from common.machine.sentences import Halt, in_language, say
from common.machine.state import MARKER, Piece, marker, save_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.machine.layout import Layout
    from common.machine.service import Service

TICK_S = 0.2
FIRST_RESTART_S = 0.5
CALM_S = 60.0  # a process that lived this long starts again without back-off
MOST_FAILURES = 8  # in a row, while we wait for it to become ready
ROTATE_S = 10.0


@dataclass
class _Kept:
    service: Service
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    """Starts services in order, restarts the ones that end, stops them all."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._kept: dict[str, _Kept] = {}
        self._rotate_at = 0.0

    def start(self, service: Service) -> None:
        """Start a process in a session of its own and keep it running from now on."""
        self._kept[service.name] = _Kept(service, self._spawn(service), time.monotonic())
        self._save()

    def wait_ready(self, name: str, ready: Callable[[], bool], limit_s: float) -> None:
        """Wait until ``ready()``; restarts the process meanwhile.

        Raises Halt when it ended eight times in a row or took longer than ``limit_s`` seconds.
        """
        deadline = time.monotonic() + limit_s
        while not ready():
            self.tick()
            if time.monotonic() > deadline or self._kept[name].failures >= MOST_FAILURES:
                told = last_line(self._layout.logs, name)
                raise Halt(
                    f"{name} does not start: {told} (log: {self._layout.logs / name}.log)",
                    f"{name} 无法启动：{told}（日志：{self._layout.logs / name}.log）",
                )
            time.sleep(TICK_S)

    def tick(self) -> None:
        """Look after everything once: restart what ended, rotate logs. Raises Halt on a full disk."""
        now = time.monotonic()
        for kept in self._kept.values():
            if kept.restart_at is None:
                self._notice_end(kept, now)
            elif now >= kept.restart_at:
                kept.process, kept.started_at = self._spawn(kept.service), now
                kept.restart_at = None
                self._save()
        if now >= self._rotate_at:
            rotate_logs(self._layout.logs)
            self._rotate_at = now + ROTATE_S

    def _notice_end(self, kept: _Kept, now: float) -> None:
        status = kept.process.poll()
        if status is None:
            return
        # The children of a killed parent would hold its port and its queue.
        send_signal(kept.process.pid, signal.SIGKILL, group=True)
        for folder in (self._layout.data, self._layout.state):
            if free_bytes(folder) < FREE_BYTES_RUNNING:
                raise full_disk(folder, kept.service.name)
        kept.failures = 0 if now - kept.started_at > CALM_S else kept.failures + 1
        pause_s = min(
            FIRST_RESTART_S * 2 ** max(0, kept.failures - 1), kept.service.slowest_restart_s
        )
        kept.restart_at = now + pause_s
        say(
            f"! {kept.service.name} ended ({_ending(status)}), starting it again in {pause_s:g} s",
            f"! {kept.service.name} 已退出（{_ending(status)}），{pause_s:g} 秒后重启",
        )

    def stop(self) -> None:
        """Stop everything, servers last, each within its grace, then by force.

        A second Ctrl-C ends the waiting.
        """
        living = [kept for kept in self._kept.values() if kept.restart_at is None]
        _end([kept for kept in living if not kept.service.stops_last])
        _end([kept for kept in living if kept.service.stops_last])
        leftover = marked_processes(marker(self._layout), self._layout.data)
        for pid in leftover:
            send_signal(pid, signal.SIGKILL)
        wait_until(lambda: not any(start_mark(pid) for pid in leftover), 5)
        self._kept.clear()
        self._save()

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        log = open_log(self._layout.logs, service.name)
        try:
            return subprocess.Popen(
                service.command,
                cwd=service.folder,
                env={**service.environment, MARKER: str(self._layout.state)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: Ctrl-C reaches only us, and we stop things in order.
                start_new_session=True,
                **as_account(service.account),
            )
        finally:
            os.close(log)

    def _save(self) -> None:
        living = [(name, kept.process.pid) for name, kept in self._kept.items()]
        save_pieces(
            self._layout, [Piece(name, pid, start_mark(pid)) for name, pid in living if pid]
        )


def _end(several: list[_Kept]) -> None:
    for kept in several:
        kept.process.send_signal(kept.service.stop_signal)
    asked_at = time.monotonic()
    for kept in several:
        try:
            kept.process.wait(max(0.1, asked_at + kept.service.grace_s - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            say(f"! {kept.service.name} had to be killed", f"! 已强制结束 {kept.service.name}")
        send_signal(kept.process.pid, signal.SIGKILL, group=True)
        kept.process.wait()


def _ending(status: int) -> str:
    if status < 0:
        return in_language(f"signal {-status}", f"信号 {-status}")
    return in_language(f"exit code {status}", f"退出码 {status}")

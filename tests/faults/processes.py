"""Real workers and relays for the fault tests, each in a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from common.machine.processes import wait_until
from tests.faults.fault_cast import FOLDER

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 90


class Machine:
    """Starts parts of the product on a database and a Redis, and stops what it started."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.folder = folder
        self._environment = os.environ | environment | {FOLDER: str(folder)}
        self._parts: list[subprocess.Popen[bytes]] = []

    def worker(self, children: int = 2) -> subprocess.Popen[bytes]:
        """Start a Celery worker with the handlers of the fault cast."""
        return self._start(
            "worker",
            *("-m", "celery", "-A", "config", "worker", "-Q", "interactive,bulk"),
            *("-c", str(children), "--include", "tests.faults.fault_cast"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"),
        )

    def relay(self) -> subprocess.Popen[bytes]:
        """Start a relay."""
        return self._start("relay", "manage.py", "run_relay")

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("ab")
        part = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self._parts.append(part)
        return part

    def log(self, name: str) -> str:
        """Return what a part has said so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        """Kill every process group that was started here."""
        for part in self._parts:
            kill_group(part)


def kill_group(part: subprocess.Popen[bytes]) -> None:
    """SIGKILL a part with its children, as a crash of the machine's memory would."""
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)
    part.wait(10)


@contextmanager
def machine(environment: dict[str, str], folder: Path) -> Iterator[Machine]:
    """Give a machine whose parts are gone at the end."""
    one = Machine(environment, folder)
    try:
        yield one
    finally:
        one.stop()


def eventually(claim: Callable[[], bool], one: Machine | None = None) -> None:
    """Wait until the claim is true; fail with the logs when it does not become so."""
    if not wait_until(claim, PATIENCE_S, pause_s=0.1):
        logs = "" if one is None else "\n".join(p.read_text() for p in one.folder.glob("*.log"))
        raise AssertionError(f"did not become true in {PATIENCE_S} s\n{logs}")

"""Redis is only the doorbell: it may die and come back empty."""

from __future__ import annotations

import subprocess

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from common.machine.binaries import redis_server
from common.machine.capacity import free_low_port
from common.machine.layout import find_layout
from tests.faults.processes import eventually, machine
from tests.faults.test_killed_worker import all_closed, announce_steps, steps_done

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("tenant", "broker")]


class Server:
    """A Redis that keeps nothing, on one port, to be killed and started again."""

    def __init__(self) -> None:
        self.port = free_low_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = str(redis_server(find_layout()))
        self._process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers)

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def _answers(self) -> bool:
        try:
            return bool(Redis.from_url(self.url).ping())
        except NotYet:
            return False


@pytest.fixture
def server():
    """A running Redis of the test's own."""
    one = Server()
    one.start()
    yield one
    one.kill()


def test_a_redis_killed_and_started_empty_loses_no_work(own_database, tmp_path, server):
    # This process rings at another Redis, so all that moves the rows is the relay.
    with machine(own_database | {"REDIS_URL": server.url}, tmp_path) as parts:
        worker = parts.worker()
        parts.relay()
        announce_steps(*range(5))
        eventually(all_closed, parts)
        server.kill()
        announce_steps(*range(5, 25))
        eventually(lambda: "Redis does not answer" in parts.log("relay"), parts)
        server.start()

        def all_done() -> bool:
            nonlocal worker
            # Celery now and then ends over a connection lost in the middle of an answer; where the
            # product runs, somebody watches its processes and starts it again.
            if worker.poll() is not None:
                worker = parts.worker()
            return all_closed()

        eventually(all_done, parts)
        assert steps_done() == list(range(25))

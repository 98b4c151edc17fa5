"""The whole product: web server, workers, relay and simulators as `make run` starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from common.machine.capacity import free_low_port
from common.machine.layout import find_layout, read_ports
from common.machine.pieces import SIMULATORS, product_services
from common.machine.processes import wait_until
from common.machine.servers import temporary_redis
from common.machine.service import Service
from tests import databases
from tests.e2e.product import ROOT, Product
from tests.faults.processes import kill_group

PATIENCE_S = 90


@dataclass(frozen=True)
class Whole(Product):
    """The product with its simulators; `parts` are its processes by name, `redis` its broker."""

    simulators: str = ""
    redis: str = ""
    folder: Path = Path()
    environment: dict[str, str] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a part in a process group of its own."""
        service = self.services[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                service.command, cwd=service.folder, env=dict(service.environment),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """SIGKILL a part with its children."""
        kill_group(self.parts[name])

    def wish(self, path: str, **wish: Any) -> dict[str, Any]:
        """Ask the simulators' control interface for something; return its answer."""
        answer = httpx.post(f"{self.simulators}/control/api/{path}", json=wish, timeout=30)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on the product's database."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def logs(self) -> str:
        """What the parts said last."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"== {one.name}\n{one.read_text('utf-8')[-3000:]}" for one in files)

    def eventually(self, claim: Any, what: str, patience_s: float = PATIENCE_S) -> None:
        """Wait until the claim is true; fail with the logs when it does not become so."""
        if not wait_until(claim, patience_s, pause_s=0.2):
            raise AssertionError(f"{what}: not within {patience_s:.0f} s\n{self.logs()}")


@contextmanager
def running_whole(folder: Path, *, demo: bool = False) -> Iterator[Whole]:
    """Start everything on a database and a Redis of its own; leave nothing behind.

    The database is a clone of the template, or with `demo` one with the demo companies.
    """
    with ExitStack() as stack:
        database = databases.empty() if demo else databases.clone(databases.template())
        stack.callback(databases.drop, database)
        redis = stack.enter_context(temporary_redis())
        port, simulators = free_low_port(), free_low_port()
        environment = os.environ | databases.addresses(database)
        environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "REDIS_URL": redis,
            "KUAQU_DEMO": str(int(demo)),
            "BIND": f"127.0.0.1:{port}",
            "PUBLIC_PORT": str(port),
            "SIMULATORS_PORT": str(simulators),
            "SIMULATORS_URL": f"http://127.0.0.1:{simulators}",
            "EGRESS_ALLOW": f"127.0.0.1:{simulators}",
            "STATE_DIR": str(folder / "state"),
            "MEDIA_DIR": str(folder / "media"),
        }
        services = {
            one.name: one
            for one in product_services(find_layout(), read_ports(environment), environment)
        }
        # Orders come when the test places them and at no other time.
        quiet = replace(
            services[SIMULATORS], command=(*services[SIMULATORS].command, "--traffic", "0")
        )
        whole = Whole(
            port, database, f"http://127.0.0.1:{simulators}", redis, folder, environment,
            services | {SIMULATORS: quiet},
        )  # fmt: skip
        if demo:
            prepared = whole.manage("prepare")
            assert prepared.returncode == 0, prepared.stderr
        for name in services:
            stack.callback(whole.kill, name)
            whole.start(name)
        whole.eventually(
            lambda: (
                _answers(f"http://127.0.0.1:{port}/healthz")
                and _answers(f"{whole.simulators}/healthz")
            ),
            "the product to start",
        )
        yield whole


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False

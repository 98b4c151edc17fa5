"""``run``: everything from a bare machine to printed addresses, then keeping it all alive."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from common.machine import pieces
from common.machine.capacity import (
    FREE_BYTES_AGAIN,
    FREE_BYTES_FIRST,
    disk_errors_told,
    require_free_port,
    require_free_space,
)
from common.machine.layout import Layout, Ports, find_layout, read_ports
from common.machine.manage import run_manage, start_manage
from common.machine.own_servers import start_servers
from common.machine.progress import step
from common.machine.sentences import say
from common.machine.setting_up import set_up
from common.machine.state import end_orphans, sole_run
from common.machine.supervisor import TICK_S, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

WEB_READY_S = 90.0


def run() -> int:
    """Start the product and stay until Ctrl-C or SIGTERM; return the exit code.

    Raises Halt (one sentence) for a taken port, a full disk, a failed step; everything started until
    then is stopped first.
    """
    layout, ports = find_layout(), read_ports()
    with _terminations_interrupt(), disk_errors_told(layout.state), sole_run(layout):
        end_orphans(layout)
        _require_ports(ports)
        fresh = not (layout.data / "postgres").exists()
        for folder in (layout.state, layout.data):
            require_free_space(folder, FREE_BYTES_FIRST if fresh else FREE_BYTES_AGAIN)
        set_up(layout, "base")
        supervisor = Supervisor(layout)
        try:
            _start_everything(layout, ports, supervisor)
            while True:
                supervisor.tick()
                time.sleep(TICK_S)
        except KeyboardInterrupt:
            say("stopping …", "正在停止……")
        finally:
            supervisor.stop()
    say("stopped, nothing is left running.", "已全部停止。")
    return 0


@contextmanager
def _terminations_interrupt() -> Iterator[None]:
    """SIGTERM and a closed terminal (SIGHUP) end the run the way Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    yield


def _require_ports(ports: Ports) -> None:
    require_free_port(ports.own_host, ports.web, "the web server", "网站", "BIND")
    if not os.environ.get("DATABASE_URL"):
        require_free_port("127.0.0.1", ports.postgres, "PostgreSQL", "PostgreSQL ", "POSTGRES_PORT")
    if not os.environ.get("REDIS_URL"):
        require_free_port("127.0.0.1", ports.redis, "Redis", "Redis ", "REDIS_PORT")
    require_free_port(
        "127.0.0.1", ports.simulators, "the platform simulators", "平台模拟器", "SIMULATORS_PORT"
    )


def _start_everything(layout: Layout, ports: Ports, supervisor: Supervisor) -> None:
    environment = start_servers(layout, ports, supervisor)
    with step("database, companies, translations", "数据库、公司与翻译"):
        run_manage(layout, environment, "prepare")
    services = pieces.product_services(layout, ports, environment)
    waited_for = {
        pieces.WEB: partial(_is_healthy, ports, environment["DOMAIN"]),
        pieces.SIMULATORS: partial(_listens, "127.0.0.1", ports.simulators),
    }
    with step("web, simulators, workers, relay", "网站、模拟器、任务进程与中继"):
        # Beside the start of the web server: it takes as long, and nothing depends on it.
        with start_manage(layout, environment, "signins") as signins:
            for service in services:
                if service.name in waited_for:
                    supervisor.start(service)
            for name, ready in waited_for.items():
                supervisor.wait_ready(name, ready, WEB_READY_S)
            told = signins.communicate()[0]
        # What nobody looks at first starts last: on two cores all at once makes the pages wait.
        for service in services:
            if service.name not in waited_for:
                supervisor.start(service)
    domain = environment["DOMAIN"]
    say(f"Ready: http://{domain}:{ports.web}/", f"已就绪：http://{domain}:{ports.web}/")
    say(
        f"Platform simulators: http://127.0.0.1:{ports.simulators}/",
        f"平台模拟器：http://127.0.0.1:{ports.simulators}/",
    )
    print(told.rstrip(), flush=True)
    say(
        f"Logs: {layout.logs}   Ctrl-C stops everything.",
        f"日志：{layout.logs}   Ctrl-C 全部停止。",
    )


def _is_healthy(ports: Ports, domain: str) -> bool:
    link = http.client.HTTPConnection(ports.own_host, ports.web, timeout=5)
    try:
        # Python cannot resolve a.localhost everywhere: the address is fixed, the host is told.
        link.request("GET", "/healthz", headers={"Host": f"{domain}:{ports.web}"})
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False

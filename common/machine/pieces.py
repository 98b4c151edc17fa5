"""The processes the product consists of, beside its servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.machine.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.machine.layout import Layout, Ports

WEB = "web"
SIMULATORS = "simulators"
# Threads: browsers keep connections open and open spare ones, which would block a plain worker.
GUNICORN = (
    *("--worker-class", "gthread", "--workers", "2", "--threads", "8"),
    *("--graceful-timeout", "8", "--access-logfile", "-"),
)
# Long work uses what pages and phones leave over of the processors.
PATIENTLY = ("nice", "-n", "5")


def product_services(
    layout: Layout, ports: Ports, environment: Mapping[str, str]
) -> tuple[Service, ...]:
    """Web, two workers, relay with scheduler, platform simulators, in the order they start."""
    python = str(layout.python)
    return (
        _service(
            layout,
            environment,
            WEB,
            (python, "-m", "gunicorn", "config.wsgi:application", "--bind", ports.bind, *GUNICORN),
        ),
        _worker(layout, environment, "interactive", 2),
        _worker(layout, environment, "bulk", 2, *PATIENTLY),
        _service(layout, environment, "relay", (python, "manage.py", "run_relay")),
        _service(
            layout,
            environment,
            SIMULATORS,
            (python, "-m", "integrations.simulators", "--port", str(ports.simulators)),
        ),
    )


def _worker(
    layout: Layout, environment: Mapping[str, str], queue: str, processes: int, *before: str
) -> Service:
    celery = (str(layout.python), "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO")
    command = (*before, *celery, "-Q", queue, "-c", str(processes), "-n", f"{queue}@%h")
    return _service(layout, environment, f"worker-{queue}", command)


def _service(
    layout: Layout, environment: Mapping[str, str], name: str, command: tuple[str, ...]
) -> Service:
    return Service(name=name, command=command, folder=layout.root, environment=environment)

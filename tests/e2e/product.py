"""The running product: a real web server of its own process on a clone of the template database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.db import connection
from django_tenants.utils import schema_context

from common.machine.processes import wait_until
from common.outbox import drain
from tests import cast, databases

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE_S = 60
_WEB = ("--worker-class", "gthread", "--workers", "1", "--threads", "8")


@dataclass(frozen=True)
class Product:
    """Where the product listens and which database it works on; rows written here are committed."""

    port: int
    database: str

    def url(self, path: str = "/", place: cast.Place = cast.ALPHA) -> str:
        """Address of a path at the host of a place."""
        return f"http://{place.host}:{self.port}{path}"

    def drain(self, place: cast.Place = cast.ALPHA) -> int:
        """Run what the company's outbox holds, as relay and workers would; strict on errors."""
        with schema_context(place.schema):
            return drain(strict=True)


@contextmanager
def running_product(folder: Path) -> Iterator[Product]:
    """Start the web server on a clone; stop it and drop the clone at the end.

    The caller's own connections are not touched: `databases.use(product.database)` moves them.
    """
    database = databases.clone(databases.template())
    port = _free_port()
    environment = os.environ | databases.addresses(database)
    environment |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MEDIA_DIR": str(folder / "media"),
        "PUBLIC_PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    log = (folder / "web.log").open("wb")
    command = (sys.executable, "-m", "gunicorn", "config.wsgi:application")
    web = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", *_WEB],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        if not wait_until(lambda: _answers(port), _PATIENCE_S, pause_s=0.1):
            raise AssertionError(
                f"the web server did not start\n{(folder / 'web.log').read_text()}"
            )
        yield Product(port, database)
    finally:
        web.terminate()
        web.wait(_PATIENCE_S)
        log.close()
        databases.drop(database)


@contextmanager
def at_company(product: Product, tenant: object) -> Iterator[None]:
    """Let this process's own queries work in a company's schema of the product's database."""
    before = str(connection.settings_dict["NAME"])
    databases.use(product.database)
    connection.set_tenant(tenant)
    try:
        yield
    finally:
        connection.set_schema_to_public()
        databases.use(before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False

"""The product on throw-away servers: a database of its own, and its processes as `make run` has them."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402 - the script finds its packages first
from psycopg import sql  # noqa: E402 - as above
from psycopg.conninfo import conninfo_to_dict  # noqa: E402 - as above

from common.machine.capacity import free_low_port  # noqa: E402 - as above
from common.machine.checking import throw_away_environment  # noqa: E402 - as above
from common.machine.layout import find_layout, read_ports  # noqa: E402 - as above
from common.machine.pieces import product_services  # noqa: E402 - as above

READY_S = 90.0
STOP_S = 15.0


@dataclass(frozen=True)
class Product:
    """Where the product runs; `host` is its public host name, companies stand before it."""

    environment: dict[str, str]
    port: int
    simulators: int
    folder: Path
    host: str = "localhost"


@contextmanager
def product(*, demo: bool = False) -> Iterator[Product]:
    """Yield a prepared product whose Django is set up in this process; all of it vanishes after.

    Settings are those of `make run`, the password hash included. With `demo` the two demo
    companies and their first 300 orders are there.
    """
    # Ended from outside, the servers and processes started here must go too.
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(1))
    with ExitStack() as stack:
        given = dict(os.environ)
        # Set by `make bench`; anything else in the environment may be somebody's real servers.
        if given.get("KUAQU_ENV") != "test" or not given.get("DATABASE_OWNER_URL"):
            given = stack.enter_context(throw_away_environment(find_layout()))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kuaqu-bench-")))
        own = stack.enter_context(_own_database(given))
        port, simulators = free_low_port(), free_low_port()
        environment = given | own | _choices(port, simulators, folder, demo=demo)
        os.environ.update(environment)
        _manage(environment, "prepare")
        import django

        django.setup()
        yield Product(environment, port, simulators, folder)
        from django.db import connections

        connections.close_all()


def _choices(port: int, simulators: int, folder: Path, *, demo: bool) -> dict[str, str]:
    return {
        "KUAQU_ENV": "local",
        "KUAQU_DEMO": "1" if demo else "0",
        "BIND": f"127.0.0.1:{port}",
        "PUBLIC_PORT": str(port),
        "SIMULATORS_PORT": str(simulators),
        "SIMULATORS_URL": f"http://127.0.0.1:{simulators}",
        "EGRESS_ALLOW": f"127.0.0.1:{simulators}",
        "STATE_DIR": str(folder),
        "MEDIA_DIR": str(folder / "media"),
    }


@contextmanager
def _own_database(given: dict[str, str]) -> Iterator[dict[str, str]]:
    """A database beside others of a server: what another script left must not be measured."""
    owner = given["DATABASE_OWNER_URL"]
    before, name = str(conninfo_to_dict(owner)["dbname"]), f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(owner, autocommit=True) as own:
        own.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield {
        key: f"{given[key].removesuffix(f'/{before}')}/{name}"
        for key in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    with psycopg.connect(owner, autocommit=True) as own:
        own.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _manage(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"manage.py {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def processes(running: Product, *names: str) -> Iterator[None]:
    """Run the named processes of the product, all of them without names, until the block ends."""
    ports = replace(read_ports(running.environment), simulators=running.simulators)
    with ExitStack() as stack:
        for service in product_services(find_layout(), ports, running.environment):
            if names and service.name not in names:
                continue
            log = stack.enter_context((running.folder / f"{service.name}.log").open("wb"))
            started = subprocess.Popen(
                service.command, cwd=service.folder, env=dict(service.environment),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
            stack.callback(_stop, started)
        _wait_for(running)
        yield


def _stop(started: subprocess.Popen[bytes]) -> None:
    started.terminate()
    try:
        started.wait(STOP_S)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def _wait_for(running: Product) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if fetch(running, running.host, "/healthz")[0] == 200:
                return
        time.sleep(0.1)
    raise SystemExit("The web server did not become ready.")


def fetch(
    running: Product, host: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """GET a page of a host on a connection of its own; returns status and body."""
    link = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    try:
        named = {"Host": f"{host}:{running.port}", "Connection": "close", **(headers or {})}
        link.request("GET", path, headers=named)
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def signed_in_cookie(user_id: int) -> str:
    """Return a session cookie of a user of the active schema, as signing in would set it."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.backends import ModelBackend

    from accounts.models import User

    user = User.objects.get(pk=user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    # The one that knows people: the other backend only counts failed sign-ins.
    session[BACKEND_SESSION_KEY] = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

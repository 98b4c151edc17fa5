"""Throw-away PostgreSQL and Redis for tests and benchmarks, on free low ports."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from common.machine import postgres, redis
from common.machine.account import everyone_may_enter, make_folder, server_account
from common.machine.binaries import postgres_programs, redis_server
from common.machine.capacity import disk_errors_told, free_low_port
from common.machine.keys import new_keys
from common.machine.layout import ROOT, find_layout
from common.machine.memory import memory_folder
from common.machine.postgres import application_url
from common.machine.processes import wait_until
from common.machine.sentences import Halt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from common.machine.account import Account
    from common.machine.service import Service

__all__ = ["application_url", "postgres_tools", "temporary_postgres", "temporary_redis"]

READY_S = 30.0
TRIES = 5


def postgres_tools() -> Path:
    """Folder with psql and pg_dump of the version ``temporary_postgres`` runs."""
    return postgres_programs(find_layout())


@contextmanager
def temporary_postgres(*, in_memory: bool = False) -> Iterator[str]:
    """Start an empty PostgreSQL without durability; yield the address as its owner role.

    The owner may create databases; ``application_url(url)`` gives the role without DDL. Server and
    data vanish at the end, also when this process is killed. Raises Halt when it cannot start.
    With ``in_memory`` the data is kept in memory where there is enough: making and dropping
    databases, thousands of small files each, costs next to nothing there.
    """
    account = server_account()
    programs = postgres_programs(find_layout())
    memory = memory_folder() if in_memory else None
    for _ in range(TRIES):
        with _throw_away_folder(account, memory) as base:
            cluster = postgres.Cluster(
                programs=programs,
                folder=base / "postgres",
                port=free_low_port(),
                password=new_keys().database_password,
                account=account,
                durable=False,
                in_memory=memory is not None,
            )
            postgres.make_cluster(cluster)
            service = postgres.postgres_service(cluster)
            with _guarded(service, base, partial(postgres.answers, cluster)) as ready:
                if ready:
                    postgres.make_roles(cluster)
                    yield cluster.owner_url
                    return
    raise _no_start("PostgreSQL")


@contextmanager
def temporary_redis() -> Iterator[str]:
    """Start an empty Redis that keeps nothing; yield its address. Raises Halt when it cannot start."""
    account = server_account()
    program = redis_server(find_layout())
    for _ in range(TRIES):
        with _throw_away_folder(account) as base:
            broker = redis.Broker(
                program=program,
                folder=base / "redis",
                port=free_low_port(),
                password=new_keys().redis_password,
                account=account,
                durable=False,
            )
            service = redis.redis_service(broker)
            with _guarded(service, base, partial(redis.answers, broker)) as ready:
                if ready:
                    yield broker.url
                    return
    raise _no_start("Redis")


@contextmanager
def _throw_away_folder(account: Account | None, memory: Path | None = None) -> Iterator[Path]:
    parent = memory or Path(tempfile.gettempdir())
    if account and not everyone_may_enter(parent):
        parent = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder inside
    base = make_folder(Path(tempfile.mkdtemp(prefix="kuaqu-", dir=parent)), account)
    try:
        with disk_errors_told(base):
            yield base
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def _guarded(service: Service, base: Path, answers: Callable[[], bool]) -> Iterator[bool]:
    """Run a server behind its guard; yield whether it became ready (its port may be gone by now)."""
    account = service.account
    order = {
        "command": service.command,
        "folder": str(service.folder),
        "user": account.uid if account else None,
        "group": account.gid if account else None,
        "stop_signal": int(service.stop_signal),
        "remove": str(base),
    }
    with (base / "server.log").open("wb") as log:
        guard = subprocess.Popen(
            [sys.executable, "-m", "common.machine.guard", json.dumps(order)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until(lambda: guard.poll() is not None or answers(), READY_S)
        yield guard.poll() is None and answers()
    finally:
        guard.communicate()


def _no_start(name: str) -> Halt:
    return Halt(f"A throw-away {name} did not start.", f"临时 {name} 未能启动。")

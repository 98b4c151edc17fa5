"""A PostgreSQL cluster of our own: made once, reached over loopback TCP with passwords."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.machine.account import Account, as_account, make_folder
from common.machine.capacity import full_disk, speaks_of_full_disk
from common.machine.processes import start_mark
from common.machine.sentences import Halt
from common.machine.service import Service

if TYPE_CHECKING:
    from pathlib import Path

OWNER = "kuaqu_owner"
APPLICATION = "kuaqu_app"
DATABASE = "kuaqu"
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    # A tenant's tables are made, moved and dropped in one transaction, hundreds of locks at a time.
    "max_locks_per_transaction=256",
    "timezone=UTC",
    "log_timezone=UTC",
)
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Nobody reads the write-ahead log again, and here it takes memory. The databases do not live long
# enough to need tidying; it would stand in the way of copying and dropping them.
IN_MEMORY = (
    "max_wal_size=128MB",
    "min_wal_size=32MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)


@dataclass(frozen=True)
class Cluster:
    """Where a cluster lives and how it is reached; ``durable`` is false for throw-away ones.

    ``in_memory`` says that the folder's files take memory.
    """

    programs: Path
    folder: Path
    port: int
    password: str
    account: Account | None
    durable: bool = True
    in_memory: bool = False

    @property
    def owner_url(self) -> str:
        """Address of the database as the role that owns it."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def application_url(self) -> str:
        """Address of the database as the role without DDL."""
        return application_url(self.owner_url)


def application_url(owner_url: str) -> str:
    """Exchange the owner role for the application role; both have the same password here."""
    return owner_url.replace(f"//{OWNER}:", f"//{APPLICATION}:", 1)


def make_cluster(cluster: Cluster) -> None:
    """Run initdb unless the cluster exists. Raises Halt on a full disk or another failure.

    A cluster counts as made only after a rename, so that an interrupted initdb is done again.
    """
    if (cluster.folder / "PG_VERSION").exists():
        _require_same_version(cluster)
        return
    base = make_folder(cluster.folder.parent, cluster.account)
    draft = base / f"{cluster.folder.name}.new"
    secret = base / "initdb.password"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        make_folder(draft, cluster.account)
        secret.write_text(cluster.password, encoding="utf-8")
        if cluster.account:
            os.chown(secret, cluster.account.uid, cluster.account.gid)
        options = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256"]
        # The libc provider with a UTF-8 character type: trigrams of Chinese need it.
        options += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        options += [] if cluster.durable else ["--no-sync"]
        told = _run(cluster, ["initdb", "-D", str(draft), *options])
    finally:
        secret.unlink(missing_ok=True)
    if told.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        if speaks_of_full_disk(told.stderr):
            raise full_disk(base, "initdb")
        raise Halt(
            f"PostgreSQL could not make its data folder: {_reason(told.stderr)}",
            f"PostgreSQL 无法创建数据目录：{_reason(told.stderr)}",
        )
    draft.rename(cluster.folder)


def postgres_service(cluster: Cluster) -> Service:
    """Describe the server process. SIGINT is its fast shutdown: it does not wait for clients."""
    settings = [*SETTINGS, f"port={cluster.port}", *(() if cluster.durable else NOT_DURABLE)]
    settings += IN_MEMORY if cluster.in_memory else ()
    pairs = [part for setting in settings for part in ("-c", setting)]
    return Service(
        name="postgres",
        command=(str(cluster.programs / "postgres"), "-D", str(cluster.folder), *pairs),
        folder=cluster.folder,
        account=cluster.account,
        stop_signal=signal.SIGINT,
        grace_s=20.0,
        slowest_restart_s=2.0,
        stops_last=True,
    )


def remove_stale_lock(cluster: Cluster) -> None:
    """Delete the pid file of a dead server whose number another process may have got since.

    Safe only when no process works in the data folder, which ``end_orphans`` has seen to.
    """
    path = cluster.folder / "postmaster.pid"
    try:
        pid = int(path.read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return
    cwd = f"/proc/{pid}/cwd"
    if not start_mark(pid) or (os.path.exists(cwd) and os.readlink(cwd) != str(cluster.folder)):
        path.unlink(missing_ok=True)


def answers(cluster: Cluster) -> bool:
    """Whether ``select 1`` comes back."""
    return psql(cluster, "select 1").returncode == 0


def answers_to_its_keys(cluster: Cluster) -> bool:
    """Whether ``select 1`` comes back. Raises Halt when the server has another password."""
    told = psql(cluster, "select 1")
    if "password authentication failed" in told.stderr:
        raise Halt(
            f"The database in {cluster.folder} has another password than keys.json: put the "
            "keys.json of that database back, or `make reset` to start afresh.",
            f"{cluster.folder} 中数据库的密码与 keys.json 不符：请放回该数据库原来的 keys.json，"
            "或执行 `make reset` 重新开始。",
        )
    return told.returncode == 0


def make_roles(cluster: Cluster) -> None:
    """Create the two roles and the database where missing; may run again after an interruption.

    The owner migrates and may create databases (tests clone a template); the application role gets
    its rights from migrations and has no DDL. Raises Halt when the server refuses.
    """
    quoted = cluster.password.replace("'", "''")
    roles = [(OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")]
    made = "".join(
        f"do $$ begin create role {name} login; exception when duplicate_object then null; end $$;"
        f"alter role {name} login {right} nosuperuser nocreaterole password '{quoted}';"
        for name, right in roles
    )
    # CREATE DATABASE cannot stand in a transaction, hence one psql variable and \gexec.
    made += (
        f"\nselect 'create database {DATABASE} owner {OWNER}' where not exists "
        f"(select from pg_database where datname = '{DATABASE}') \\gexec\n"
    )
    told = psql(cluster, made)
    if told.returncode:
        raise Halt(
            f"PostgreSQL refused to make the roles: {_reason(told.stderr)}",
            f"PostgreSQL 拒绝创建角色：{_reason(told.stderr)}",
        )


def psql(cluster: Cluster, text: str) -> subprocess.CompletedProcess[str]:
    """Run SQL as the superuser of the cluster, given on standard input so that no secret shows."""
    address = ["-h", "127.0.0.1", "-p", str(cluster.port), "-U", "postgres", "-d", "postgres"]
    command = [str(cluster.programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *address]
    environment = os.environ | {"PGPASSWORD": cluster.password, "PGCONNECT_TIMEOUT": "5"}
    return subprocess.run(
        command, check=False, input=text, capture_output=True, text=True, env=environment
    )


def _run(cluster: Cluster, command: list[str]) -> subprocess.CompletedProcess[str]:
    # LC_ALL=C keeps messages in English, "no space left" is looked for in them.
    return subprocess.run(
        [str(cluster.programs / command[0]), *command[1:]],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        **as_account(cluster.account),
    )


def _require_same_version(cluster: Cluster) -> None:
    kept = (cluster.folder / "PG_VERSION").read_text(encoding="utf-8").strip()
    told = _run(cluster, ["postgres", "--version"]).stdout
    found = re.search(r"\) (\d+)", told)
    if found and found[1] != kept:
        raise Halt(
            f"The data in {cluster.folder} is of PostgreSQL {kept}, the program is {found[1]}: "
            "see docs/operations.md, Upgrades.",
            f"{cluster.folder} 中的数据属于 PostgreSQL {kept}，程序版本是 {found[1]}："
            "见 docs/operations.md 的 Upgrades 一节。",
        )


def _reason(text: str) -> str:
    """The first line that names an error; what follows is often only tidying up."""
    lines = [line for line in text.splitlines() if line.strip()]
    return next(
        (line for line in lines if re.search(r"FATAL|PANIC|error", line)), "".join(lines[-1:])
    )

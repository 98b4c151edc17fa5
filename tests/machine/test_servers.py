"""Throw-away servers: usable, isolated by role, gone afterwards however their user ends."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from common.machine.layout import ROOT
from common.machine.memory import memory_folder
from common.machine.processes import marked_processes
from common.machine.servers import (
    application_url,
    postgres_tools,
    temporary_postgres,
    temporary_redis,
)
from tests.machine.product import eventually


@pytest.fixture(scope="module")
def owner_url():
    with temporary_postgres() as url:
        yield url


def test_the_owner_makes_databases_and_trusted_extensions(owner_url):
    with psycopg.connect(owner_url, autocommit=True) as link:
        link.execute("create database another")
        link.execute("create extension pg_trgm")
        link.execute("create extension btree_gist")
        found = link.execute("select similarity('空调安装', '空调安装费')").fetchone()
    assert found is not None
    assert found[0] > 0.5


@pytest.mark.parametrize(
    "statement",
    [
        "create table t (n int)",
        "create schema s",
        "create database d",
        "create role r",
        "set role kuaqu_owner",
    ],
)
def test_the_application_role_has_no_ddl(owner_url, statement):
    with (
        psycopg.connect(application_url(owner_url), autocommit=True) as link,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        link.execute(statement)


def test_a_wrong_password_is_refused(owner_url):
    password = owner_url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(owner_url.replace(password, "wrong"))


def test_the_tools_speak_the_version_of_the_server(owner_url):
    with psycopg.connect(owner_url) as link:
        server = str(link.info.server_version // 10_000)
    told = subprocess.run(
        [postgres_tools() / "pg_dump", "--version"], capture_output=True, text=True
    )
    assert told.stdout.split()[2].split(".")[0] == server


@pytest.mark.skipif(memory_folder() is None, reason="no memory to keep a database in")
def test_data_in_memory_serves_like_data_on_a_disk_and_is_gone_afterwards():
    with temporary_postgres(in_memory=True) as url, psycopg.connect(url, autocommit=True) as link:
        link.execute("create database another")
        log_bytes = link.execute("select setting::int << 20 from pg_settings where name = 'max_wal_size'").fetchone()  # fmt: skip
        assert log_bytes == (128 << 20,)
        folder = Path(f"/proc/{link.info.backend_pid}/cwd").resolve()
        assert folder.is_relative_to(memory_folder())
    assert not folder.parent.exists()


def test_redis_answers_only_with_its_password():
    with temporary_redis() as url:
        assert redis.Redis.from_url(url).ping()
        port = url.rpartition(":")[2].split("/")[0]
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=int(port), retry=Retry(NoBackoff(), 0)).ping()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)))


def test_servers_and_data_vanish_when_their_user_is_killed():
    code = (
        "import sys\n"
        "from common.machine.servers import temporary_postgres, temporary_redis\n"
        "with temporary_postgres() as owner, temporary_redis() as broker:\n"
        "    print(owner, broker, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KUAQU_TEST_OF": "vanish"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    owner, broker = user.stdout.readline().split()
    psycopg.connect(owner).close()
    data = {
        Path(f"/proc/{pid}/cwd").resolve()
        for pid in marked_processes("KUAQU_TEST_OF=vanish", Path("/nowhere"))
    } - {ROOT}
    assert len(data) > 0
    user.kill()
    user.wait()
    assert eventually(lambda: not any(folder.parent.exists() for folder in data))
    assert eventually(lambda: not marked_processes("KUAQU_TEST_OF=vanish", Path("/nowhere")))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(owner)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(broker.rpartition(":")[2].split("/")[0])))

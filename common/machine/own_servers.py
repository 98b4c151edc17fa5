"""The persistent PostgreSQL and Redis of an installation, unless addresses of others are given."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from common.machine import postgres, redis
from common.machine.account import server_account
from common.machine.binaries import postgres_programs, redis_server
from common.machine.keys import Keys, kept_keys
from common.machine.progress import step
from common.machine.state import end_orphans, running_supervisor, sole_run
from common.machine.supervisor import Supervisor
from common.machine.surroundings import Servers, surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from common.machine.layout import Layout, Ports
    from common.machine.service import Service

READY_S = 120.0  # crash recovery reads the write-ahead log back


def start_servers(layout: Layout, ports: Ports, supervisor: Supervisor) -> dict[str, str]:
    """Start what is missing and return the environment of our processes.

    Raises Halt when a server cannot start.
    """
    keys = kept_keys(layout)
    if not os.environ.get("DATABASE_URL"):
        cluster = _cluster(layout, ports, keys)
        with step(f"PostgreSQL on port {ports.postgres}", f"PostgreSQL，端口 {ports.postgres}"):
            postgres.make_cluster(cluster)
            postgres.remove_stale_lock(cluster)
            ready = partial(postgres.answers_to_its_keys, cluster)
            _start(supervisor, postgres.postgres_service(cluster), ready)
            postgres.make_roles(cluster)
    if not os.environ.get("REDIS_URL"):
        broker = _broker(layout, ports, keys)
        with step(f"Redis on port {ports.redis}", f"Redis，端口 {ports.redis}"):
            _start(supervisor, redis.redis_service(broker), partial(redis.answers, broker))
    return installed_surroundings(layout, ports)


def installed_surroundings(layout: Layout, ports: Ports) -> dict[str, str]:
    """Build the environment of an installation's processes, whether its servers run or not."""
    keys = kept_keys(layout)
    given, broker_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    cluster = None if given else _cluster(layout, ports, keys)
    servers = Servers(
        owner_url=cluster.owner_url
        if cluster
        else os.environ.get("DATABASE_OWNER_URL") or given or "",
        application_url=cluster.application_url if cluster else given or "",
        redis_url=broker_url or _broker(layout, ports, keys).url,
        postgres_bin=cluster.programs if cluster else None,
    )
    return surroundings(layout, ports, keys, servers)


@contextmanager
def reachable_servers(layout: Layout, ports: Ports) -> Iterator[Mapping[str, str]]:
    """Yield the environment with the servers up: those of the running product, or started for this."""
    if running_supervisor(layout) is not None:
        yield installed_surroundings(layout, ports)
        return
    with sole_run(layout):
        end_orphans(layout)
        supervisor = Supervisor(layout)
        try:
            yield start_servers(layout, ports, supervisor)
        finally:
            supervisor.stop()


def _cluster(layout: Layout, ports: Ports, keys: Keys) -> postgres.Cluster:
    return postgres.Cluster(
        programs=postgres_programs(layout),
        folder=layout.data / "postgres",
        port=ports.postgres,
        password=keys.database_password,
        account=server_account(),
    )


def _broker(layout: Layout, ports: Ports, keys: Keys) -> redis.Broker:
    return redis.Broker(
        program=redis_server(layout),
        folder=layout.data / "redis",
        port=ports.redis,
        password=keys.redis_password,
        account=server_account(),
    )


def _start(supervisor: Supervisor, service: Service, answers: Callable[[], bool]) -> None:
    supervisor.start(service)
    supervisor.wait_ready(service.name, answers, READY_S)

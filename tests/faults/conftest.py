"""A tenant on a database of its own, an empty Redis, and a machine to start parts on."""

from __future__ import annotations

import os

import pytest
from redis import Redis

from tests.faults.processes import machine


@pytest.fixture
def broker():
    """The broker's Redis, empty."""
    redis = Redis.from_url(os.environ["REDIS_URL"])
    redis.flushdb()
    yield redis
    redis.flushdb()


@pytest.fixture
def parts(own_database, tenant, broker, tmp_path):
    """A machine on the test's own database."""
    with machine(own_database, tmp_path) as one:
        yield one

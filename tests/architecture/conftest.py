"""The stage of the permission matrix: a database of its own for each file that stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django_tenants.utils import schema_context

from tenants.host_lookup import forget_hosts
from tests import cast, databases
from tests.architecture.doors import Door, Stage
from tests.architecture.matrix_world import make_matrix, number_on

FIRST_FOREIGN_ID = 1_000_000


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Two companies with one object of every kind; ids and numbers of beta's do not occur in alpha."""
    shared = str(connection.settings_dict["NAME"])
    allowed, settings.EGRESS_ALLOW = settings.EGRESS_ALLOW, ["127.0.0.1:9"]
    with django_db_blocker.unblock():
        name = databases.clone(databases.template())
        databases.use(name)
        cache.clear()
        forget_hosts()
        try:
            _begin_ids_at(FIRST_FOREIGN_ID, cast.BETA.schema, databases.addresses(name))
            with schema_context(cast.ALPHA.schema):
                alpha = make_matrix()
            with schema_context(cast.BETA.schema):
                number_on()
                beta = make_matrix()
            yield Stage(alpha, beta)
        finally:
            connection.set_schema_to_public()
            databases.use(shared)
            databases.drop(name)
            settings.EGRESS_ALLOW = allowed


def _begin_ids_at(first: int, schema: str, addresses: dict[str, str]) -> None:
    every = "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
    with psycopg.connect(addresses["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(f"{every} FROM pg_sequences WHERE schemaname = %s", [first, schema])


@pytest.fixture(scope="module")
def door(stage: Stage) -> Door:
    """The host of alpha."""
    return Door(cast.ALPHA)

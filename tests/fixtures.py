"""Databases, companies and browsers for the tests.

One template database per state of the code is cloned per process; a test runs as the application
role in a transaction that is rolled back. A test marked `commits` gets a clone to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from tenants.host_lookup import forget_hosts
from tenants.models import Tenant
from tests import cast, databases
from tests.browsing import TenantClient


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Point Django at a clone of the template database made for this process."""
    with django_db_blocker.unblock():
        name = databases.clone(databases.template())
        databases.use(name)
    yield
    with django_db_blocker.unblock():
        databases.use(databases.first_name())
        databases.drop(name)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """A database of this test's own, where transactions commit; yields its DATABASE_… addresses."""
    shared = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        name = databases.clone(databases.template())
        databases.use(name)
        try:
            yield databases.addresses(name)
        finally:
            connection.set_schema_to_public()
            databases.use(shared)
            databases.drop(name)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> None:
    """A rolled-back transaction, or for tests marked `commits` a database of their own."""
    marked = request.node.get_closest_marker("commits")
    request.getfixturevalue("own_database" if marked else "db")
    cache.clear()
    forget_hosts()


@pytest.fixture
def tenant(database: None) -> Iterator[Tenant]:
    """The company `alpha`, its schema active for the length of the test."""
    found = _tenant(cast.ALPHA)
    connection.set_tenant(found)
    yield found
    connection.set_schema_to_public()


@pytest.fixture
def other_tenant(database: None) -> Tenant:
    """The company `beta`; its schema is entered with `tenant_context(other_tenant)`."""
    return _tenant(cast.BETA)


@pytest.fixture
def platform(database: None) -> Tenant:
    """The tenant of the platform's own staff."""
    return _tenant(cast.PLATFORM)


@pytest.fixture
def client(database: None) -> TenantClient:
    """A browser at the host of `alpha`."""
    return TenantClient(cast.ALPHA)


@pytest.fixture
def other_client(database: None) -> TenantClient:
    """A browser at the host of `beta`."""
    return TenantClient(cast.BETA)


@pytest.fixture
def platform_client(database: None) -> TenantClient:
    """A browser at the host of the platform's staff."""
    return TenantClient(cast.PLATFORM)


@pytest.fixture
def public_client(database: None) -> TenantClient:
    """A browser at the public host."""
    return TenantClient(cast.PUBLIC)


def _tenant(place: cast.Place) -> Tenant:
    return Tenant.objects.select_related("plan").get(schema_name=place.schema)

"""A task runs in its tenant, or not at all."""

from __future__ import annotations

import pytest
from celery import Celery
from django.db import connection
from django_tenants.utils import schema_context

from common.outbox.models import OutboxRow
from common.schema import current_schema
from common.tasks import SCHEMA_HEADER, TenantRefusedError, TenantTask, active_schemas
from tenants.models import Tenant
from tests.cast import ALPHA, BETA

app = Celery("tests", task_cls=TenantTask, broker="memory://", set_as_current=False)
seen: list[str] = []


@app.task(name="tests.look")
def look() -> None:
    """Note the schema the body runs in."""
    seen.append(current_schema())


class SharedTask(TenantTask):
    """A task of the platform."""

    shared = True


@app.task(name="tests.look_around", base=SharedTask)
def look_around() -> None:
    """Note the schema the body runs in."""
    seen.append(current_schema())


@pytest.fixture(autouse=True)
def _fresh():
    seen.clear()


def run(task, schema):
    """Run a task in this process as a worker would, with the schema in its headers."""
    headers = {} if schema is None else {SCHEMA_HEADER: schema}
    return task.apply(headers=headers)


@pytest.mark.usefixtures("tenant")
def test_the_schema_travels_in_the_headers():
    with app.connection_for_write() as broker:
        look.apply_async(connection=broker, queue="headers")
        message = broker.SimpleQueue("headers").get(timeout=1)
    assert message.headers[SCHEMA_HEADER] == ALPHA.schema


@pytest.mark.usefixtures("tenant")
def test_a_task_runs_in_the_tenant_it_was_sent_from_and_leaves_no_trace_of_it():
    assert run(look, BETA.schema).successful()
    assert seen == [BETA.schema]
    assert connection.schema_name == ALPHA.schema


@pytest.mark.parametrize("schema", [None, "", "public", "t_nobody", 'x"; DROP SCHEMA public'])
@pytest.mark.usefixtures("tenant")
def test_a_task_without_a_known_tenant_does_not_run(schema):
    result = run(look, schema)
    assert isinstance(result.result, TenantRefusedError)
    assert seen == []


@pytest.mark.parametrize("status", ["suspended", "closing", "provisioning"])
@pytest.mark.commits
def test_a_task_of_a_tenant_that_may_not_work_does_not_run(tenant, own_database, status):
    as_owner(own_database, "UPDATE tenants_tenant SET status = %s WHERE schema_name = 't_beta'", status)  # fmt: skip
    assert isinstance(run(look, BETA.schema).result, TenantRefusedError)
    assert BETA.schema not in active_schemas()
    assert seen == []


@pytest.mark.commits
def test_a_tenant_whose_schema_is_gone_is_refused_and_nothing_is_written_to_public(
    tenant, own_database
):
    as_owner(own_database, "DROP SCHEMA t_beta CASCADE")
    assert isinstance(run(look, BETA.schema).result, TenantRefusedError)
    assert seen == []
    with schema_context("public"):
        assert Tenant.objects.filter(schema_name=BETA.schema).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.outbox_outboxrow')")
        assert cursor.fetchone() == (None,)
    assert OutboxRow.objects.count() == 0


@pytest.mark.usefixtures("tenant")
def test_a_task_declared_shared_runs_in_public():
    assert run(look_around, ALPHA.schema).successful()
    assert seen == ["public"]


def test_every_task_of_the_product_belongs_to_a_tenant():
    from config.celery import app as product

    product.autodiscover_tasks(related_name="tasks", force=True)
    own = [task for name, task in product.tasks.items() if not name.startswith("celery.")]
    assert own
    assert all(isinstance(task, TenantTask) for task in own)


def as_owner(addresses, statement, *values):
    """Run one statement as the role that owns the tables."""
    import psycopg

    with psycopg.connect(addresses["DATABASE_OWNER_URL"], autocommit=True) as own:
        own.execute(statement, values)

"""A company comes to be whole or not at all."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django_tenants.utils import tenant_context
from psycopg import sql

from accounts.models import User
from common.errors import Conflict, Refused
from tenants import provisioning, template_dump
from tenants.checks import schema_problems
from tenants.models import Domain, Tenant
from tenants.owner import owner_connection
from tenants.provisioning import FirstAdmin, clear_half_made_tenants, create_tenant

ADMIN = FirstAdmin("13800001111", "赵敏", "13800001111", "a-long-password")
pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("database")]


def make(slug="gamma", **changes):
    fields = {"name": "伽马卫浴", "slug": slug, "admin": ADMIN, "pack": None} | changes
    return create_tenant(**fields)


def schemas():
    with owner_connection() as own:
        rows = own.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'").fetchall()
    return {name for (name,) in rows}


@pytest.fixture
def failing_hook(monkeypatch):
    def fail(_sign_up):
        raise RuntimeError("the hook broke")

    hooks = [*provisioning.new_tenant_hooks, (999, fail)]
    monkeypatch.setattr(provisioning, "new_tenant_hooks", hooks)


def test_a_new_company_is_active_complete_and_has_its_first_administrator():
    tenant = make()
    assert tenant.status == Tenant.Status.ACTIVE
    assert Tenant.objects.get(pk=tenant.pk).is_active
    assert Domain.objects.get(domain="gamma.localhost").tenant_id == tenant.pk
    assert schema_problems() == []
    with tenant_context(tenant):
        admin = User.objects.get()
        assert (admin.username, admin.display_name) == ("13800001111", "赵敏")
        assert admin.check_password("a-long-password")


def test_a_failing_hook_leaves_no_half_company(failing_hook):
    before = schemas()
    with pytest.raises(RuntimeError, match="the hook broke"):
        make()
    assert schemas() == before
    assert not Domain.objects.filter(domain="gamma.localhost").exists()
    assert not Tenant.objects.filter(schema_name="t_gamma").exists()


def test_an_address_can_be_used_again_after_a_failure(failing_hook, monkeypatch):
    with pytest.raises(RuntimeError):
        make()
    monkeypatch.undo()
    assert make().is_active


@pytest.mark.parametrize(
    ("slug", "error", "code"),
    [
        ("alpha", Conflict, "tenant.taken"),
        ("Alpha", Conflict, "tenant.taken"),
        ("x", Refused, "slug.length"),
        ("platform", Refused, "slug.reserved"),
    ],
)
def test_a_taken_or_bad_address_is_refused(slug, error, code):
    with pytest.raises(error) as refused:
        make(slug)
    assert refused.value.code == code


def test_a_schema_without_a_tenant_row_is_never_taken_over():
    with owner_connection() as own:
        own.execute("CREATE SCHEMA t_gamma")
    with pytest.raises(Conflict):
        make()
    assert "t_gamma" in schemas()


def test_two_sign_ups_of_one_address_at_once_make_one_company():
    with owner_connection() as own:
        provisioning._hold(own, "t_gamma")
        with pytest.raises(Conflict) as refused:
            make()
    assert refused.value.code == "tenant.busy"
    assert make().is_active


def half_made(slug="gamma"):
    """Leave what a process killed between its two transactions leaves."""
    with owner_connection() as own:
        provisioning._replay(
            own, template_dump.template_sql(f"t_{slug}"), name="x", slug=slug, kind="company"
        )


def test_a_company_cut_off_in_the_making_is_cleared_and_its_address_is_free():
    half_made()
    assert clear_half_made_tenants() == ["t_gamma"]
    assert "t_gamma" not in schemas()
    half_made()
    assert make().is_active


def test_a_company_still_in_the_making_is_not_cleared():
    half_made()
    with owner_connection() as own:
        provisioning._hold(own, "t_gamma")
        assert clear_half_made_tenants() == []


def test_the_connection_of_requests_keeps_its_search_path():
    make()
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone()[0] == "public"


def test_a_new_company_has_the_same_structure_as_one_that_was_migrated():
    make()
    with owner_connection() as own:
        assert _structure(own, "t_gamma") == _structure(own, "t_alpha")


def _structure(own: psycopg.Connection, schema: str) -> list[tuple]:
    query = sql.SQL(
        "SELECT table_name, column_name, data_type, is_nullable, is_identity"
        " FROM information_schema.columns WHERE table_schema = {} ORDER BY 1, 2"
    )
    return own.execute(query.format(sql.Literal(schema))).fetchall()


def test_the_owner_of_the_address_in_the_settings_is_another_role_than_the_serving_one():
    assert settings.DATABASE_OWNER_URL != settings.DATABASE_URL

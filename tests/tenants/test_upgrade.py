"""Only schemas that are behind are migrated, and what is missing is found at the start."""

import importlib

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants.checks import (
    IncompleteSchemasError,
    assert_schemas,
    refuse_as_worker,
    schema_problems,
)
from tenants.owner import owner_connection
from tenants.upgrade import behind, upgrade_public, upgrade_tenants
from tests import databases

LATE = "DELETE FROM t_beta.django_migrations WHERE app = 'sessions'"
pytestmark = pytest.mark.commits


def as_owner_run(statement):
    with owner_connection() as own:
        own.execute(statement)


def as_owner_ask(question):
    with owner_connection() as own:
        return own.execute(question).fetchall()


def test_a_schema_that_lacks_a_migration_is_behind(database):
    assert behind(["t_alpha", "t_beta", "public"]) == []
    as_owner_run(LATE)
    assert behind(["t_alpha", "t_beta", "public"]) == ["t_beta"]


def test_an_empty_database_gets_the_public_tables_and_none_of_a_companys(own_database):
    name = databases.empty()
    try:
        databases.use(name)
        upgrade_public(lambda _line: None)
        assert behind(["public"]) == []
        found = {found for (found,) in as_owner_ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}  # fmt: skip
        assert found == {
            *("tenants_tenant", "tenants_domain", "tenants_plan"),
            *("tenants_usagenote", "tenants_usagemonth"),
            *("django_content_type", "django_migrations"),
        }
        assert as_owner_ask("SELECT count(*) FROM tenants_plan") == [(1,)]
    finally:
        databases.use(own_database["DATABASE_URL"].rpartition("/")[2])
        databases.drop(name)


def test_what_is_new_for_companies_is_recorded_in_public_and_changes_nothing_there(database):
    as_owner_run("DELETE FROM public.django_migrations WHERE app IN ('sessions', 'settlement')")
    upgrade_public(lambda _line: None)
    assert behind(["public"]) == []
    assert_schemas()


def test_only_the_schema_that_is_behind_is_migrated(database):
    as_owner_run(LATE)
    as_owner_run("DROP TABLE t_beta.django_session")
    said = []
    assert upgrade_tenants(said.append) == 1
    assert said == ["t_beta: migrating (1 of 1)"]
    assert behind(["t_beta"]) == []
    assert_schemas()
    assert upgrade_tenants(said.append) == 0


def test_a_migrated_table_can_be_used_by_the_serving_role(database, other_tenant, other_client):
    as_owner_run(LATE)
    as_owner_run("DROP TABLE t_beta.django_session")
    upgrade_tenants(lambda _line: None)
    other_client.cookies["sid"] = "a-cookie"
    assert other_client.get("/sign-in/").status_code == 200


def test_a_missing_table_stops_the_start(database):
    as_owner_run("DROP TABLE t_alpha.django_session")
    assert schema_problems() == ["t_alpha lacks django_session"]
    with pytest.raises(IncompleteSchemasError, match="t_alpha lacks django_session"):
        assert_schemas()
    with pytest.raises(CommandError, match="t_alpha lacks"):
        call_command("check_schemas")
    with pytest.raises(IncompleteSchemasError):
        importlib.reload(importlib.import_module("config.wsgi"))
    with pytest.raises(SystemExit, match="t_alpha lacks django_session"):
        refuse_as_worker()


def test_a_tenant_table_in_public_stops_the_start(database):
    as_owner_run("CREATE TABLE public.accounts_user (id int)")
    with pytest.raises(
        IncompleteSchemasError, match="public holds tables of tenants: accounts_user"
    ):
        assert_schemas()


def test_a_sound_database_passes(database, django_assert_max_num_queries, capsys):
    with django_assert_max_num_queries(4):
        assert_schemas()
    call_command("check_schemas")
    assert "3 schemas" in capsys.readouterr().out


def test_a_company_is_made_from_the_command_line(database, capsys):
    call_command("create_tenant", "北方安装")
    printed = capsys.readouterr().out
    assert "北方安装  http://c" in printed
    assert "admin / " in printed
    call_command("signins")
    assert "北方安装" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["X", "--slug", "alpha"], "taken|占用|使用"),
        (["X", "--slug", "no good"], "letters|字母"),
        (["X", "--slug", "omega", "--pack", "nothing"], "There is no pack nothing"),
    ],
)
def test_the_command_line_says_why_not(database, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("create_tenant", *arguments)

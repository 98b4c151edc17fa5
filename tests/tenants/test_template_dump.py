"""Only a dump of today's migrations is replayed."""

import pytest

from tenants import template_dump
from tenants.fingerprint import fingerprint
from tenants.owner import owner_connection


@pytest.fixture
def store(settings, tmp_path):
    settings.STATE_DIR = tmp_path

    def write(stamp, body="CREATE SCHEMA tenant_template;"):
        path = template_dump.dump_path()
        path.write_text(f"-- kuaqu template {stamp}\n{body}", encoding="utf-8")

    return write


def test_a_dump_of_todays_migrations_is_used(store):
    store(fingerprint())
    assert template_dump.stored_dump() == "CREATE SCHEMA tenant_template;"


@pytest.mark.parametrize("stamp", ["", "0" * 64, "CREATE SCHEMA x;"])
def test_a_dump_of_other_migrations_is_refused(store, stamp):
    store(stamp)
    assert template_dump.stored_dump() is None


def test_a_missing_dump_is_no_dump(settings, tmp_path):
    settings.STATE_DIR = tmp_path / "nothing"
    assert template_dump.stored_dump() is None


@pytest.mark.commits
def test_a_refused_dump_is_built_anew_and_the_template_schema_goes_again(database, store):
    store("0" * 64, "SELECT 1;")
    body = template_dump.template_sql("t_delta")
    assert "CREATE SCHEMA t_delta;" in body
    assert "tenant_template" not in body
    assert template_dump.stored_dump() is not None
    with owner_connection() as own:
        found = own.execute("SELECT to_regnamespace('tenant_template')").fetchone()
    assert found == (None,)


def test_orders_to_psql_and_settings_of_one_server_version_are_taken_out():
    dump = "\n".join(
        [
            "\\restrict abc",
            "SET transaction_timeout = 0;",
            "SELECT pg_catalog.set_config('search_path', '', false);",
            "CREATE SCHEMA tenant_template;",
            "INSERT INTO tenant_template.t VALUES ('SET x');",
            "\\unrestrict abc",
        ]
    )
    assert template_dump.replayable(dump).splitlines() == [
        "SET check_function_bodies = false;",
        "SET search_path = '';",
        "CREATE SCHEMA tenant_template;",
        "INSERT INTO tenant_template.t VALUES ('SET x');",
    ]

"""What the database itself refuses is found all the same once somebody has gone round its guards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_tenants.utils import schema_context

from common import clock
from common.outbox.models import OutboxRow
from tenants.host_lookup import forget_hosts
from tenants.owner import as_owner
from tests import cast, databases
from tests.settlement.company import found, settled
from tests.settlement.conftest import AFTERNOON

_FREE = "ALTER TABLE settlement_posting DISABLE TRIGGER USER"
_LOOSE = "ALTER TABLE settlement_posting DROP CONSTRAINT posting_adds_up"
_GUARD = "ALTER TABLE settlement_posting ENABLE TRIGGER USER"
_MORE = "UPDATE settlement_posting SET amount_fen = amount_fen + 1"
_FIRST = "(SELECT min(id) FROM settlement_posting)"
_TRANSIT = """
    UPDATE settlement_ledgeraccount SET kind = 'transit' WHERE id = (
        SELECT account_id FROM settlement_posting GROUP BY 1 HAVING sum(amount_fen) <> 0 LIMIT 1)
"""
_NEW = "ALTER TABLE settlement_posting DROP CONSTRAINT leg_of_entry, ADD CONSTRAINT leg_of_entry"
_WEAKENED = [
    # Keys work by such triggers too, which only a superuser can switch off.
    (
        "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON settlement_posting"
        " FOR EACH ROW EXECUTE FUNCTION public.kq_refuse_change();"
        " ALTER TABLE settlement_posting DISABLE TRIGGER balanced",
        "the guard balanced of settlement_posting is switched off",
    ),
    (
        f"{_NEW} FOREIGN KEY (entry_id, legs) REFERENCES settlement_journalentry (id, legs) NOT VALID",
        "the guard leg_of_entry of settlement_posting is not proved",
    ),
    (
        "ALTER TABLE settlement_posting DROP CONSTRAINT posting_not_zero,"
        " ADD CONSTRAINT posting_not_zero CHECK (amount_fen <> 0) NOT VALID",
        "the guard posting_not_zero of settlement_posting is not proved",
    ),
    (
        "ALTER TABLE settlement_posting DROP CONSTRAINT posting_adds_up",
        "the check posting_adds_up of settlement_posting is missing",
    ),
    (
        "ALTER TABLE settlement_journalentry DROP CONSTRAINT entry_source_once",
        "the unique key entry_source_once of settlement_journalentry is missing",
    ),
    (
        "ALTER TABLE settlement_posting ALTER account_id DROP NOT NULL",
        "the duty to fill account_id of settlement_posting is missing",
    ),
    (
        "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE settlement_posting DROP CONSTRAINT %I',"
        " conname) FROM pg_constraint WHERE conrelid = 'settlement_posting'::regclass"
        " AND contype = 'f' AND conname LIKE '%account%'); END $$",
        "the key to another table on account_id of settlement_posting is missing",
    ),
    (
        "CREATE OR REPLACE FUNCTION kq_nothing() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'; CREATE OR REPLACE TRIGGER append_only"
        " BEFORE UPDATE OR DELETE ON settlement_posting FOR EACH ROW EXECUTE FUNCTION kq_nothing()",
        "the guard append_only of settlement_posting is missing or switched off",
    ),
]
_SENT = """
    INSERT INTO dispatch_assignment (work_order_id, installer_id, span, way, active, score, reasons,
                                     assigned_at, end_reason)
    SELECT id, installer_id, tstzrange(now() + n * interval '1 day', now() + n * interval '25 hour'),
           'manual', TRUE, '{}', '[]', now(), ''
    FROM workorders_workorder, generate_series(1, 2) AS n WHERE number LIKE '%%1'
"""


@pytest.fixture(scope="module")
def settled_orders(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Two settled orders of `alpha` in a database of this file's own, which nothing changes."""
    shared = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        name = databases.clone(databases.template())
        databases.use(name)
        cache.clear()
        forget_hosts()
        try:
            with schema_context(cast.ALPHA.schema), clock.moved_to(AFTERNOON):
                company = found()
                settled(company)
                settled(company, number="E20261102002")
                OutboxRow.objects.update(done_at=clock.wall_now())
            yield
        finally:
            connection.set_schema_to_public()
            databases.use(shared)
            databases.drop(name)


def violated(statements: tuple[str, ...], code: str) -> dict[str, list[str]]:
    """Run statements as the owner, check all schemas for one code, and undo the statements."""
    out = StringIO()
    returned = 0
    with as_owner(), transaction.atomic():
        with schema_context(cast.ALPHA.schema), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        try:
            call_command("check_invariants", all=True, json=True, only=[code], stdout=out)
        except CommandError as error:
            returned = error.returncode
        transaction.set_rollback(True)
    answer = json.loads(out.getvalue())
    sentences = {
        each["schema"]: [text for check in each["checks"] for text in check["violations"]]
        for each in answer["schemas"]
    }
    named = {check["code"] for each in answer["schemas"] for check in each["checks"]}
    assert named == {code}
    assert (returned != 0) is not answer["ok"]
    return {schema: texts for schema, texts in sentences.items() if texts}


@pytest.mark.parametrize(
    ("code", "statements", "schema", "said"),
    [
        (
            "I1",
            (_FREE, _LOOSE, f"{_MORE} WHERE id = {_FIRST}", _GUARD),
            "t_alpha",
            "is out by 1 fen",
        ),
        (
            "I2",
            (_FREE, _LOOSE, f"{_MORE} WHERE id = {_FIRST}", _GUARD),
            "t_alpha",
            "the ledger is out",
        ),
        ("I3", (_TRANSIT,), "t_alpha", "are on their way without a transfer"),
        ("I6", (_FREE,), "t_alpha", "the guard append_only of settlement_posting"),
        (
            "I6",
            ("ALTER TABLE settlement_posting DROP CONSTRAINT leg_goes_on",),
            "t_alpha",
            "the key to another table on leg_goes_on of settlement_posting is missing",
        ),
        (
            "I6",
            ("ALTER TABLE settlement_journalentry DROP CONSTRAINT entry_last_leg",),
            "t_alpha",
            "the key to another table on entry_last_leg of settlement_journalentry is missing",
        ),
        (
            "I6",
            ("DROP TRIGGER only_while ON settlement_journalentry",),
            "t_alpha",
            "the guard only_while of settlement_journalentry",
        ),
        (
            "I6",
            ("ALTER TABLE settlement_settlementline ENABLE REPLICA TRIGGER append_only_truncate",),
            "t_alpha",
            "the guard append_only_truncate of settlement_settlementline",
        ),
        (
            "I6",
            ("DROP TRIGGER step_by_step ON settlement_statementperiod",),
            "t_alpha",
            "step_by_step",
        ),
        *(("I6", (statement,), "t_alpha", said) for statement, said in _WEAKENED),
        (
            "I8",
            (
                "ALTER TABLE workorders_workorder DROP CONSTRAINT workorders_workorder_line_id_key",
                "UPDATE workorders_workorder SET line_id = (SELECT min(line_id) FROM workorders_workorder)",
            ),
            "t_alpha",
            "has 2 work orders",
        ),
        (
            "I8",
            (
                "ALTER TABLE workorders_shoporder DROP CONSTRAINT shop_order_once",
                "UPDATE workorders_shoporder SET number = 'E20261102001'",
            ),
            "t_alpha",
            "E20261102001 L1 has 2 work orders",
        ),
        ("I13", ("DROP INDEX one_active_assignment", _SENT), "t_alpha", "has 2 active assignments"),
        (
            "I16",
            ("CREATE TABLE public.workorders_workorder (id bigint)",),
            "public",
            "public holds tables of tenants: workorders_workorder",
        ),
        ("I16", ("DROP TABLE django_session",), "public", "t_alpha lacks django_session"),
    ],
)
def test_what_a_guard_would_have_refused_is_found_and_named(
    settled_orders: None, code: str, statements: tuple[str, ...], schema: str, said: str
) -> None:
    assert violated((), code) == {}
    broken = violated(statements, code)
    assert list(broken) == [schema]
    assert any(said in text for text in broken[schema]), broken


def test_a_key_that_is_there_and_not_enforced_is_named(settled_orders: None) -> None:
    if connection.pg_version < 180_000:
        pytest.skip("keys that are not enforced come with PostgreSQL 18")
    loose = "ALTER TABLE settlement_posting ALTER CONSTRAINT leg_of_entry NOT ENFORCED"
    said = "the guard leg_of_entry of settlement_posting is switched off"
    assert violated((loose,), "I6") == {"t_alpha": [said]}

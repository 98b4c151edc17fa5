"""The journal keeps who did what, and nobody changes it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django_tenants.utils import tenant_context

from common.context import RequestContextMiddleware
from common.journal import record
from common.journal.models import AuditRecord
from common.journal.selectors import records_by, records_of
from common.outbox.models import OutboxRow


def an_object() -> OutboxRow:
    return OutboxRow.objects.create(topic="t", handler="h", key="k", queue="bulk")


@pytest.mark.usefixtures("tenant")
def test_a_record_names_actor_action_object_and_details():
    actor, row = get_user_model().objects.get(username="admin"), an_object()
    record(actor, "row.made", row, size=3, note="雨")
    kept = AuditRecord.objects.get(action="row.made")
    assert (kept.actor_id, kept.object_type, kept.object_id) == (
        actor.pk,
        "outbox.outboxrow",
        str(row.pk),
    )
    assert kept.actor_name
    assert kept.details == {"size": 3, "note": "雨"}
    assert list(records_of(row)) == [kept]
    assert list(records_by(actor.pk)) == [kept]


@pytest.mark.parametrize("actor", [None, AnonymousUser()])
@pytest.mark.usefixtures("tenant")
def test_the_system_acts_without_a_name(actor):
    record(actor, "row.swept", None)
    kept = AuditRecord.objects.get(action="row.swept")
    assert (kept.actor_id, kept.actor_name, kept.object_type) == (None, "", "")


@pytest.mark.parametrize(
    ("sent", "kept"), [("203.0.113.9", "203.0.113.9"), ("2001:db8::7", "2001:db8::7"), ("", None)]
)
@pytest.mark.usefixtures("tenant")
def test_a_record_keeps_the_address_of_the_request(sent, kept):
    request = RequestFactory().get("/", REMOTE_ADDR=sent)
    RequestContextMiddleware(lambda _request: record(None, "page.seen", None))(request)
    assert AuditRecord.objects.get(action="page.seen").ip == kept


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_auditrecord SET action = 'x'",
        "DELETE FROM journal_auditrecord",
        "TRUNCATE journal_auditrecord",
    ],
)
@pytest.mark.usefixtures("tenant")
def test_the_database_refuses_to_change_the_journal(statement):
    record(None, "row.made", None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditRecord.objects.filter(action="row.made").exists()


@pytest.mark.usefixtures("tenant")
def test_a_record_stays_in_its_own_company(other_tenant):
    record(None, "row.made", None)
    with tenant_context(other_tenant):
        assert not AuditRecord.objects.filter(action="row.made").exists()

"""An installer's money becomes available when its milestone is reached or its day has come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, connections, transaction
from django_tenants.utils import schema_context

from common import clock
from common.machine.processes import wait_until
from settlement import handlers
from settlement.ledger import balances
from settlement.models import JournalEntry, Release
from settlement.services.parties import installer_party
from settlement.services.releasing import release_due, release_milestone
from settlement.services.settling import reverse_settlement, settle_work_order
from tests.settlement.company import Company, approve, completed, hear, settled

DUE = date(2026, 12, 3)


def mine(company: Company) -> tuple[int, int, int]:
    found = balances(installer_party(company.installer))
    return found["pending"], found["held"], found["available"]


def test_a_passed_follow_up_releases_its_part(company: Company) -> None:
    approve(settled(company).work_order, company)
    hear()
    assert mine(company) == (0, 2_412, 21_700)


@pytest.mark.parametrize(("on", "released"), [(DUE - timedelta(days=1), 0), (DUE, 1)])
def test_a_retention_is_released_on_its_day(company: Company, on: date, released: int) -> None:
    settled(company)
    assert release_due(on=on) == released
    assert release_due(on=on) == 0
    assert mine(company)[1] == 2_412 * (1 - released)


def test_a_milestone_releases_once(company: Company) -> None:
    settlement = settled(company)
    for expected in (1, 0):
        found = release_milestone(order_id=settlement.work_order_id, milestone="followed_up")
        assert len(found) == expected
    assert JournalEntry.objects.filter(kind="release").count() == 1


def test_an_order_settled_after_its_follow_up_has_that_part_at_once(company: Company) -> None:
    order = approve(completed(company), company)
    release_milestone(order_id=order.pk, milestone="followed_up")
    settle_work_order(order_id=order.pk)
    assert mine(company) == (0, 2_412, 21_700)


def test_releases_go_on_until_none_is_due(company: Company) -> None:
    settlement = settled(company)
    many = handlers.RELEASED_AT_ONCE + 1
    Release.objects.bulk_create(
        Release(settlement=settlement, seq=50 + n, milestone="m", amount_fen=0, due_on=DUE)
        for n in range(many)
    )
    with clock.moved_to(datetime(2026, 12, 3, 6, 0, tzinfo=UTC)):
        handlers.release_what_is_due()
        assert Release.objects.filter(released_at=None, due_on__isnull=False).count() == 2
        hear()
    assert not Release.objects.filter(released_at=None, due_on__isnull=False).exists()
    assert mine(company)[1] == 0


def test_what_was_taken_back_is_never_released(company: Company) -> None:
    settlement = settled(company)
    release_milestone(order_id=settlement.work_order_id, milestone="followed_up")
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    assert mine(company) == (0, 0, 0)
    assert release_due(on=DUE) == 0
    assert mine(company) == (0, 0, 0)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # In this database: tests beside these wait for locks of their own on the same server.
        cursor.execute(
            "SELECT count(*) FROM pg_locks w JOIN pg_locks own USING (pid)"
            " JOIN pg_database d ON d.oid = own.database"
            " WHERE NOT w.granted AND d.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.commits
def test_a_release_that_meets_a_reversal_waits_and_finds_nothing_to_release(
    company: Company,
) -> None:
    order_id, schema = settled(company).work_order_id, connection.schema_name
    found: list[int] = []

    def release() -> None:
        with schema_context(schema):
            found.append(len(release_milestone(order_id=order_id, milestone="followed_up")))
        connections.close_all()

    other = Thread(target=release)
    with transaction.atomic():
        reverse_settlement(order_id=order_id, reason="test")
        other.start()
        assert wait_until(somebody_waits, 30)
        assert release_due(on=DUE) == 0
    other.join()
    assert found == [0]
    assert mine(company) == (0, 0, 0)

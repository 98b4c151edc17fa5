"""The ledger only grows: nobody who serves requests can change what was posted."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from settlement.models import JournalEntry, LedgerAccount, Posting
from settlement.services.parties import account, clearing_party, installer_party
from tests.settlement.company import Company, settled

TABLES = ["settlement_posting", "settlement_journalentry", "settlement_settlementline"]
DEEDS = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]


@pytest.mark.parametrize(("table", "deed"), list(product(TABLES, DEEDS)))
def test_what_was_posted_cannot_be_changed(company: Company, table: str, deed: str) -> None:
    settled(company)
    with (
        pytest.raises((InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed.format(table))


def unbalance(entry: JournalEntry) -> None:
    other = account(clearing_party(), LedgerAccount.Kind.PAID)
    Posting.objects.create(entry=entry, n=99, account=other, amount_fen=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_an_entry_that_does_not_sum_to_zero(company: Company) -> None:
    settled(company)
    entry = JournalEntry.objects.get()
    with pytest.raises(IntegrityError, match="out of balance by 1 fen"), transaction.atomic():
        unbalance(entry)


def test_a_source_is_posted_once(company: Company) -> None:
    settled(company)
    assert installer_party(company.installer) == installer_party(company.installer)
    keys = list(JournalEntry.objects.values_list("source_key", flat=True))
    assert len(keys) == len(set(keys)) == 1


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_the_database_refuses_an_entry_in_a_period_that_is_not_open(
    company: Company, state: str
) -> None:
    settled(company)
    entry = JournalEntry.objects.get()
    for step in ("locked", "closed")[: 1 + (state == "closed")]:
        entry.period.state = step
        entry.period.save(update_fields=["state"])
    with pytest.raises(IntegrityError, match=f"refused while .*period is {state}"):
        JournalEntry.objects.create(
            kind="test", period=entry.period, source_key="late", posted_at=entry.posted_at
        )

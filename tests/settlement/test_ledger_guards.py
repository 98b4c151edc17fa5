"""Each guard of the ledger refuses by itself, and says which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from common.guards import AppendOnly
from settlement.invariants.guards import GROWING
from settlement.models import JournalEntry, LedgerAccount, Posting
from settlement.services.parties import account, clearing_party
from tenants.owner import as_owner, owner_connection
from tests.settlement.company import Company, settled

TABLES = ["settlement_posting", "settlement_journalentry", "settlement_settlementline"]
DEEDS = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
Leg = tuple[int, int | None, int | None, int, int, int]
"""n, prior, legs, before, fen, after."""
WHOLE: list[Leg] = [(1, None, 2, 0, 7, 7), (2, 1, 2, 7, -7, 0)]


def entry_like(first: JournalEntry, legs: int | None) -> JournalEntry:
    """A new entry beside another that says it has so many legs."""
    return JournalEntry.objects.create(
        kind="test", period=first.period, source_key="test", posted_at=first.posted_at, legs=legs
    )


def entry_of(company: Company) -> JournalEntry:
    """The entry of a settled order."""
    settled(company)
    return JournalEntry.objects.get()


def write(entry: JournalEntry, legs: Sequence[Leg]) -> None:
    """Post what is given as it is; what the database looks at in the end is looked at now."""
    to = account(clearing_party(), LedgerAccount.Kind.PAID)
    Posting.objects.bulk_create(
        Posting(
            entry=entry, account=to, n=n, prior=prior, legs=of, before_fen=before,
            amount_fen=fen, after_fen=after,
        )
        for n, prior, of, before, fen, after in legs
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(("table", "deed"), list(product(TABLES, DEEDS)))
def test_the_role_that_serves_may_not_change_what_was_posted(
    company: Company, table: str, deed: str
) -> None:
    settled(company)
    with (
        pytest.raises(ProgrammingError, match=f"permission denied for table {table}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed.format(table))


@pytest.mark.parametrize("table", GROWING)
def test_the_role_that_serves_changes_nothing_in_any_table_that_only_grows(
    tenant: Any, table: str
) -> None:
    for deed in DEEDS:
        with (
            pytest.raises(ProgrammingError, match=f"permission denied for table {table}"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(deed.format(table))


@pytest.mark.commits
@pytest.mark.parametrize(("table", "deed"), list(product(TABLES, DEEDS)))
def test_the_owner_of_the_tables_may_not_change_what_was_posted(
    database: Any, company: Company, table: str, deed: str
) -> None:
    settled(company)
    with (
        owner_connection() as own,
        pytest.raises(
            psycopg.errors.RestrictViolation,
            match=rf"append-only table t_alpha\.\w+: {deed.split()[0]} refused",
        ),
    ):
        own.execute(deed.format(f"t_alpha.{table}"))


def test_legs_that_go_on_from_one_another_and_end_at_zero_are_an_entry(company: Company) -> None:
    entry = entry_like(entry_of(company), 2)
    write(entry, WHOLE)
    assert entry.postings.count() == 2


@pytest.mark.parametrize(
    ("legs", "guard"),
    [
        # What is left over is 1 fen, said as it is or passed over in one of three ways.
        ([(1, None, 2, 0, 7, 7), (2, 1, 2, 7, -6, 1)], "posting_ends_at_zero"),
        ([(1, None, 2, 0, 7, 7), (2, 1, 2, 7, -6, 0)], "posting_adds_up"),
        ([(1, None, 2, 0, 7, 7), (2, 1, 2, 6, -6, 0)], "leg_goes_on"),
        ([(1, None, 2, -1, 7, 6), (2, 1, 2, 6, -6, 0)], "posting_after_prior"),
        # Legs are missing: the last, the first, all of them.
        ([(1, None, 2, 0, 7, 7)], "entry_last_leg"),
        ([(2, 1, 2, 7, -7, 0)], "leg_goes_on"),
        ([], "entry_last_leg"),
        # One too many, a number used twice, one outside, one that names another before it.
        ([(1, None, 3, 0, 7, 7), (2, 1, 3, 7, -7, 0), (3, 2, 3, 0, 5, 5)], "posting_ends_at_zero"),
        ([*WHOLE, (3, 2, 3, 0, 5, 5)], "posting_ends_at_zero"),
        ([*WHOLE, (2, 1, 2, 7, -7, 0)], "posting_once"),
        ([*WHOLE, (3, 2, 2, -5, 5, 0)], "posting_within_legs"),
        ([(0, None, 2, 0, 5, 5), *WHOLE], "posting_after_prior"),
        ([(1, None, 2, 0, 7, 7), (2, None, 2, 0, -7, -7)], "posting_after_prior"),
        # Nothing said at all, which no key would look at.
        ([(1, None, None, 0, 7, 7)], "posting_within_legs"),
    ],
)
def test_legs_that_do_not_make_a_whole_entry_are_refused(
    company: Company, legs: list[Leg], guard: str
) -> None:
    first = entry_of(company)
    with pytest.raises(IntegrityError, match=f'constraint "{guard}"'), transaction.atomic():
        write(entry_like(first, 2), legs)


@pytest.mark.parametrize(
    ("later", "guard"),
    [
        ([(3, 2, 4, 0, 5, 5), (4, 3, 4, 5, -5, 0)], "leg_of_entry"),
        ([(1, None, 2, 0, 5, 5), (2, 1, 2, 5, -5, 0)], "posting_once"),
    ],
)
def test_no_leg_is_added_to_a_whole_entry_even_if_it_balances(
    company: Company, later: list[Leg], guard: str
) -> None:
    entry = entry_like(entry_of(company), 2)
    write(entry, WHOLE)
    with pytest.raises(IntegrityError, match=f'constraint "{guard}"'), transaction.atomic():
        write(entry, later)


def test_no_leg_is_added_to_an_entry_that_does_not_say_how_many_it_has(company: Company) -> None:
    entry = entry_like(entry_of(company), None)
    with pytest.raises(IntegrityError, match='constraint "leg_of_entry"'), transaction.atomic():
        write(entry, WHOLE)


@pytest.mark.parametrize("state", ["locked", "closed"])
def test_an_entry_in_a_period_that_is_not_open_is_refused(company: Company, state: str) -> None:
    entry = entry_of(company)
    for step in ("locked", "closed")[: 1 + (state == "closed")]:
        entry.period.state = step
        entry.period.save(update_fields=["state"])
    with pytest.raises(IntegrityError, match=f"refused while .*period is {state}"):
        JournalEntry.objects.create(
            kind="test", period=entry.period, source_key="late", posted_at=entry.posted_at
        )


@pytest.mark.commits
def test_entries_older_than_the_chain_stay_and_take_no_leg(database: Any, company: Company) -> None:
    def to(name: str) -> None:
        with as_owner():
            call_command(
                "migrate_schemas", "settlement", name, schema_name="t_alpha",
                interactive=False, verbosity=0,
            )  # fmt: skip

    with transaction.atomic():
        write(entry_like(entry_of(company), 2), WHOLE)
    to("0031")
    to("0032")
    old = JournalEntry.objects.get(source_key="test")
    assert [(leg.n, leg.amount_fen, leg.legs) for leg in old.postings.order_by("n")] == [
        (1, 7, None),
        (2, -7, None),
    ]
    with pytest.raises(IntegrityError, match='constraint "leg_of_entry"'), transaction.atomic():
        write(old, [(3, 2, 4, 0, 5, 5), (4, 3, 4, 5, -5, 0)])


def test_every_table_that_may_only_grow_is_looked_at_by_the_invariant() -> None:
    ours = [
        migration
        for (app, _name), migration in MigrationLoader(None).disk_migrations.items()
        if app == "settlement"
    ]
    put_up = {
        operation.table
        for migration in ours
        for operation in migration.operations
        if isinstance(operation, AppendOnly)
    }
    assert put_up == set(GROWING)

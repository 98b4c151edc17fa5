"""Entries without an order are read together: how many there are adds no query."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from network.models import OrgUnit, RegionDivision
from settlement.ledger import Leg, post, reverse
from settlement.models import JournalEntry, LedgerAccount, Party
from settlement.services.parties import account, clearing_party, installer_party, unit_party
from settlement.unordered import entries_shown, entry_figures
from tests.factories import InstallerFactory, UnitFactory
from tests.settlement.company import Company

KIND = LedgerAccount.Kind


def paid(party: Party, n: int) -> int:
    entry = post(
        kind="bill",
        source_key=f"bill:{n}:1",
        legs=[
            Leg(account(clearing_party(), KIND.CLEARING), -1_000 - n),
            Leg(account(party, KIND.AVAILABLE), 1_000 + n),
        ],
        day=clock.business_day(),
    )
    return entry.pk


@pytest.fixture
def entries(company: Company) -> list[int]:
    """Entries of units and installers all over the company, one of them taken back."""
    world = company.world
    outlets = [
        UnitFactory(kind=OrgUnit.Kind.OUTLET, parent=above, code=f"O{n}", name=f"网点{n}")
        for n, above in enumerate((world.east, world.west))
    ]
    payees = [
        installer_party(company.installer),
        *(installer_party(InstallerFactory(outlet=outlet)) for outlet in outlets),
        *(unit_party(unit) for unit in (world.east, world.west, company.agent, *outlets)),
    ]
    return [paid(party, n) for n, party in enumerate(payees)]


def test_entries_are_shown_by_a_fixed_number_of_queries(entries: list[int]) -> None:
    taken = []
    for some in (entries[1:2], entries[:3], entries):
        with CaptureQueriesContext(connection) as seen:
            assert len(entries_shown(some)) == len(some)
        taken.append(len(seen))
    assert taken[0] == taken[1] == taken[2]


def test_what_took_an_entry_back_is_named_after_it_without_another_query(
    company: Company, entries: list[int]
) -> None:
    first = JournalEntry.objects.get(pk=entries[0])
    back = reverse(entry=first, source_key=f"reverse:{first.pk}", day=clock.business_day())
    with CaptureQueriesContext(connection) as alone:
        entries_shown(entries[:1])
    with CaptureQueriesContext(connection) as both:
        assert len(entries_shown([back.pk, *entries])) == len(entries) + 1
    assert len(both) == len(alone)


def test_each_entry_stands_where_its_unit_does_as_it_would_alone(
    company: Company, entries: list[int]
) -> None:
    division = RegionDivision.objects.filter(region=company.world.hangzhou).first()
    if division is not None:
        OrgUnit.objects.filter(code="O0").update(division_code=division.code)
    together = sorted(
        (row.figures.branch_id or 0, row.figures.outlet_id or 0, row.figures.region_id or 0)
        for row in entries_shown(entries)
    )
    alone = sorted(
        (found.branch_id or 0, found.outlet_id or 0, found.region_id or 0)
        for found in (entry_figures(pk) for pk in entries)
    )
    assert together == alone
    assert len({branch for branch, _outlet, _region in together}) > 1

"""The ledger only grows: nobody who serves requests can change what was posted."""

from __future__ import annotations

from settlement.models import JournalEntry
from settlement.services.parties import installer_party
from tests.settlement.company import Company, settled


def test_a_source_is_posted_once(company: Company) -> None:
    settled(company)
    assert installer_party(company.installer) == installer_party(company.installer)
    keys = list(JournalEntry.objects.values_list("source_key", flat=True))
    assert len(keys) == len(set(keys)) == 1

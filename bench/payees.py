"""A company whose period has any number of payees with settled orders: one real order, copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.order_list import copy_row

if TYPE_CHECKING:
    from settlement.models import Party, Settlement, StatementPeriod

BASE = 1_000_000
APART = 100
"""Lines and releases of a copy are numbered within so many."""
POSTED_AT_ONCE = 500


class PaidCompany:
    """A company with a settled order for each of so many installers, posted as settling posts it.

    Every copy has its own work order, settlement, lines, releases and ledger entry, so that the
    statements of its period equal the ledger and the books can be proven.
    """

    def __init__(self, slug: str, payees: int, orders_each: int = 1) -> None:
        from django.db import connection

        from tenants.provisioning import create_tenant
        from tests.factories import InstallerFactory
        from tests.settlement.company import found, settled

        self.tenant = create_tenant(name=slug, slug=slug, admin=None, pack=None)
        connection.set_tenant(self.tenant)
        self.company = found()
        original = settled(self.company)
        outlet, grade = self.company.installer.outlet, self.company.installer.grade
        people = [InstallerFactory(outlet=outlet, grade=grade) for _n in range(payees)]
        self._copy(original, people, payees * orders_each)

    def _copy(self, original: Settlement, people: list[Any], count: int) -> None:
        from settlement.services.parties import installer_party
        from tenants.owner import owner_connection

        first, last = BASE, BASE + count - 1
        parties = [installer_party(person) for person in people]
        own = installer_party(self.company.installer)
        turn = f"[1 + mod(g, {len(people)})]"
        person = f"(ARRAY{[one.pk for one in people]}){turn}"
        payee = f"(ARRAY{[one.pk for one in parties]}){turn}"
        theirs = f"CASE WHEN payee_id = {own.pk} THEN {payee} ELSE payee_id END"
        order = original.work_order
        copy_row(order.line, first, last, line_id="'B' || g")
        copy_row(order, first, last, number="'WO-B-' || g", line_id="g", installer_id=person)
        copy_row(original, first, last, work_order_id="g", estimate_id="NULL", installer_id=person)
        for rows in (original.lines.all(), original.releases.all()):
            for row in rows:
                key = f"g::bigint * {APART} + {row.seq}"
                copy_row(row, first, last, id=key, settlement_id="g", payee_id=theirs)
        with owner_connection() as owner:
            owner.execute("ANALYZE")
        self._post(original, own, parties, range(first, last + 1))

    def _post(self, original: Settlement, own: Party, parties: list[Party], numbers: range) -> None:
        """An entry for each copy with the legs of the original's, the installer's for its own payee."""
        from django.db import transaction

        from settlement.ledger import Draft, Leg, post_all
        from settlement.models import JournalEntry, LedgerAccount
        from settlement.services.parties import account
        from workorders.models import WorkOrder

        entry = JournalEntry.objects.get(work_order=original.work_order, kind="settlement")
        legs = list(entry.postings.select_related("account").order_by("n"))

        def leg(posting: Any, party: Party) -> Leg:
            kind = LedgerAccount.Kind(posting.account.kind)
            mine = posting.account.party_id == own.pk
            return Leg(account(party, kind) if mine else posting.account, posting.amount_fen)

        for at in range(0, len(numbers), POSTED_AT_ONCE):
            some = numbers[at : at + POSTED_AT_ONCE]
            orders = WorkOrder.objects.in_bulk(some)
            with transaction.atomic():
                post_all(
                    Draft(
                        kind=entry.kind,
                        source_key=f"settlement:{n}:1",
                        legs=[leg(one, parties[n % len(parties)]) for one in legs],
                        day=original.done_on,
                        work_order=orders[n],
                    )
                    for n in some
                )

    @property
    def period(self) -> StatementPeriod:
        """The period all of it lies in."""
        from settlement.models import StatementPeriod

        found: StatementPeriod = StatementPeriod.objects.get()
        return found

    def parties(self) -> list[Party]:
        """The payees with orders of their own that were copied."""
        from settlement.models import Party

        found = Party.objects.filter(kind=Party.Kind.INSTALLER)
        return list(found.exclude(installer=self.company.installer).order_by("pk"))

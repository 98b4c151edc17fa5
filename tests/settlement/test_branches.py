"""What branches owe each other is what the ledger gave one of orders another one settles."""

from __future__ import annotations

from typing import Any

from accounts.roles import Role
from network.models import OrgUnit
from settlement.branches.selectors import matrix, orders_between
from settlement.ledger import balances
from settlement.models import Party, Posting
from settlement.services.parties import unit_party
from settlement.services.settling import reverse_settlement
from tests.factories import UserFactory
from tests.settlement.company import Company, settled

KINDS = {OrgUnit.Kind.HQ, OrgUnit.Kind.BRANCH}


def test_the_matrix_is_the_ledger_and_sets_off_to_nothing(company: Company) -> None:
    slip = settled(company)
    found = matrix(period=slip.period, actor=company.finance)
    credited = sum(
        posting.amount_fen
        for posting in Posting.objects.filter(account__party__kind=Party.Kind.UNIT)
        if posting.account.party.unit and posting.account.party.unit.kind in KINDS
    )
    cells = [cell for row in found.rows for cell in row.cells]
    assert sum(cell.fen for cell in cells) == credited
    assert sum(fen for _unit, fen in found.balances) == 0
    owed = {(cell.owes.name, cell.owed.pk): cell.fen for cell in cells if not cell.is_own}
    hq = company.world.hq
    assert owed[company.world.east.name, hq.pk] == balances(unit_party(hq))["available"] != 0
    assert found.total_fen == sum(owed.values())


def test_each_cell_opens_to_its_orders_and_a_reversal_empties_it(company: Company) -> None:
    slip = settled(company)
    pair = {"owes_id": company.world.east.pk, "owed_id": company.world.hq.pk}
    asked = {"period": slip.period, "actor": company.finance, **pair}
    (order,) = orders_between(**asked)
    assert order.number == slip.work_order.number
    reverse_settlement(order_id=slip.work_order_id, reason="refund")
    assert orders_between(**asked) == []
    assert matrix(period=slip.period, actor=company.finance).total_fen == 0


def test_a_branch_sees_only_what_concerns_it(company: Company, client: Any) -> None:
    slip = settled(company)
    stranger = UserFactory(role=Role.FINANCE, unit=company.installer.outlet.parent)
    assert matrix(period=slip.period, actor=stranger).rows == ()
    client.force_login(company.finance)
    address = f"/settlement/runs/{slip.period}/branches/"
    east, hq = company.world.east.pk, company.world.hq.pk
    page = client.get(f"{address}?owes={east}&owed={hq}").content.decode()
    assert slip.work_order.number in page
    assert client.get(f"{address}?owes=x&owed=-1").status_code == 200

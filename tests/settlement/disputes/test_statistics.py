"""Which rules cause quarrels: each reader's figures are those of the list behind them."""

from __future__ import annotations

import pytest

from accounts.roles import Role, perms_of
from common.access import Perm
from settlement.disputes.inbox import inbox
from settlement.disputes.selectors import disputed_rules, visible_disputes
from settlement.disputes.statistics import quarrels_by_rule
from settlement.disputes.sums import inbox_sums
from settlement.models import Dispute
from settlement.services.parties import unit_party
from settlement.services.publishing import publish_rules
from settlement.slips import slip_of
from tests.factories import UserFactory
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.disputes.test_any_line import branch_line, of
from tests.settlement.disputes.test_disputes import decide, filed, handed_up, paid_job

REVIEWERS = [role for role in Role if Perm.DISPUTE_REVIEW in perms_of(role)]
PLACES = ["hq", "east", "west", "nanjing", "outlet", "stranger"]


def reader(company: Company, role: Role, place: str):
    """A person where an order is settled, sold, served from, or of no part in it."""
    outlet = company.installer.outlet
    units = {
        "nanjing": outlet.parent, "outlet": outlet, "stranger": company.world.stranger.unit,
    }  # fmt: skip
    return UserFactory(role=role, unit=units.get(place) or getattr(company.world, place))


@pytest.fixture
def quarrelled(company: Company) -> Company:
    """An installer's claim that was upheld, another that is open, and one of the settling branch."""
    settlement = paid_job(company)
    decide(company, handed_up(company, filed(company, settlement)), "uphold", 1_000)
    filed(company, settlement, fen=100, seq=2)
    manager = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    of(unit_party(company.world.east), manager, "line", branch_line(settlement, company).pk)
    settled(company, "E20261102002")
    return company


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", REVIEWERS)
def test_every_row_is_the_sum_of_the_list_it_leads_to(
    quarrelled: Company, role: Role, place: str
) -> None:
    actor = reader(quarrelled, role, place)
    rows = quarrels_by_rule(actor=actor)
    for row in rows:
        found = inbox(actor=actor, state="", due="", rule=row.rule, words="")
        sums = inbox_sums(found)
        assert (row.disputes, row.claimed_fen) == (sums.disputes, sums.claimed_fen)
        assert row.paid_fen == sum(one.decided_fen or 0 for one in found)
        assert 0 < row.disputes <= row.lines
    seen = visible_disputes(actor=actor)
    assert sum(row.disputes for row in rows) == seen.exclude(line=None).count()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", REVIEWERS)
def test_a_dispute_is_read_by_who_reads_its_line_on_the_slip(
    quarrelled: Company, role: Role, place: str
) -> None:
    actor = reader(quarrelled, role, place)
    for dispute in Dispute.objects.select_related("line__settlement__work_order"):
        line = dispute.line
        assert line is not None
        shares = slip_of(line.settlement, actor=actor).shares
        shown = {one.seq for share in shares for one in share.lines}
        assert visible_disputes(actor=actor).filter(pk=dispute.pk).exists() == (line.seq in shown)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.REGION_MANAGER, Role.OUTLET_MANAGER])
def test_who_only_sold_an_order_reads_no_claim_of_its_installer(
    quarrelled: Company, role: Role
) -> None:
    seller = reader(quarrelled, role, "west")
    assert not visible_disputes(actor=seller).exists()
    assert quarrels_by_rule(actor=seller) == []


def test_a_rule_whose_label_changed_is_one_row_with_the_newest_label(company: Company) -> None:
    first = filed(company, paid_job(company))
    decide(company, handed_up(company, first), "reject")
    body = preset(version="2026.2")
    body["components"] = [{**one, "label": f"新{one['label']}"} for one in body["components"]]
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    again = filed(company, settled(company, "E20261102002"))
    assert again.label == f"新{first.label}"
    (row,) = quarrels_by_rule(actor=company.finance)
    assert (row.label, row.disputes, row.lines) == (again.label, 2, 2)
    assert disputed_rules(actor=company.finance) == [(row.rule, again.label)]

"""Whose money a reader sees is one rule, wherever settlements and their amounts are listed."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from common.formatting import money, yuan
from settlement.deviations import deviations
from settlement.engine.facts import restored
from settlement.models import Settlement
from settlement.monitor.selectors import hit_settlements
from settlement.oddities.selectors import OFF_BY_FEN, oddities
from settlement.rule_examples import example_of
from settlement.rulebook.trial_facts import sample_facts, samples
from settlement.services.estimating import store_estimate
from settlement.slips import slip_list, slip_of
from settlement.suggestions.selectors import suggestions_shown
from settlement.visibility import all_shares, sees_all_shares, settlements_seen_whole
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import Company, hear, settled
from tests.settlement.test_slip_pages import page, url
from tests.workorders import walking
from tests.workorders.world import open_order
from workorders.models import WorkOrder

DESKS = [role for role in Role if role not in {Role.INSTALLER, Role.PLATFORM}]
PLACES = ["hq", "east", "west", "stranger", "outlet"]


def reader(company: Company, role: Role, place: str):
    """A person of a role: of headquarters, a branch, a strange outlet, or the installer's own."""
    units = {
        "stranger": company.world.stranger.unit,
        "outlet": company.installer.outlet,
    }
    unit = units.get(place) or getattr(company.world, place)
    return UserFactory(role=role, unit=unit)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", DESKS)
def test_lists_slips_and_orders_answer_alike_whose_money_is_seen(
    company: Company, role: Role, place: str
) -> None:
    settlement = settled(company)
    actor = reader(company, role, place)
    whole = Settlement.objects.filter(all_shares(actor)).exists()
    assert sees_all_shares(actor, settlement.work_order) == whole
    assert WorkOrder.objects.filter(all_shares(actor, "")).exists() == whole
    slip = slip_of(settlement, actor=actor)
    assert slip.whole == whole
    assert slip.shows_installer == any(share.party_role == "installer" for share in slip.shares)
    listed = slip_list(actor=actor, period=None, branch=None, state="", words="").first()
    if listed is not None:
        assert listed.shows_installer == slip.shows_installer
    assert settlements_seen_whole(actor=actor).exists() == (whole and listed is not None)


@pytest.fixture
def seller(company: Company):
    """Finance of the branch that only sold the orders of this company."""
    return UserFactory(role=Role.FINANCE, unit=company.world.west)


def test_who_only_sold_an_order_reads_no_deviation_of_its_installer(
    company: Company, seller, client: TenantClient
) -> None:
    order = walking.complete(open_order(company.world), company.world)
    store_estimate(order=order, installer=company.installer)
    hear()
    (found,) = deviations(actor=company.finance, period=None, least_fen=0)
    assert deviations(actor=seller, period=None, least_fen=0) == []
    amounts = {
        "deviation-list": money(found.estimated_fen),
        "deviation-csv": yuan(found.estimated_fen),
    }
    for name, amount in amounts.items():
        for actor, reads in ((company.finance, True), (seller, False)):
            client.force_login(actor)
            text = page(client, url(name))
            assert (amount in text) is reads
            assert (order.number in text) is reads
    day = found.settlement.done_on
    counted = [oddities(actor=actor, since=day).off for actor in (company.finance, seller)]
    assert counted == [int(abs(found.diff_fen) >= OFF_BY_FEN), 0]


def test_the_orders_behind_a_row_are_those_whose_money_is_seen_in_full(
    company: Company, seller, client: TenantClient
) -> None:
    slip = settled(company)
    line = slip.lines.order_by("seq").first()
    address = url("monitor-row", slip.version_id) + f"?code={line.code}&rule={line.rule}"
    for actor, reads in ((company.finance, True), (seller, False), (company.manager, False)):
        found = hit_settlements(version=slip.version, key=(line.code, line.rule), actor=actor)
        assert found.exists() is reads
        client.force_login(actor)
        assert (money(slip.gross_fen) in page(client, address)) is reads


def test_the_example_of_a_version_is_a_real_order_only_for_who_sees_all_its_money(
    company: Company, seller, client: TenantClient
) -> None:
    slip = settled(company)
    number = slip.work_order.number
    for actor, reads in ((company.finance, True), (seller, False), (company.manager, False)):
        assert example_of(slip.version, actor=actor).number == (number if reads else "")
        client.force_login(actor)
        assert (number in page(client, url("rule-detail", slip.version_id))) is reads


def test_the_jobs_to_try_a_draft_on_are_those_whose_money_is_seen_in_full(
    company: Company, seller
) -> None:
    slip = settled(company)
    rules, body = slip.version.rule_set, slip.version.body
    assert [key for key, _ in samples(rules, actor=company.finance)] == ["", str(slip.pk)]
    assert [key for key, _ in samples(rules, actor=seller)] == [""]
    assert [suggestions_shown(actor=each).orders for each in (company.finance, seller)] == [1, 0]
    invented = sample_facts(rules, body, "", actor=seller, there={})
    assert sample_facts(rules, body, str(slip.pk), actor=seller, there={}) == invented
    real = sample_facts(rules, body, str(slip.pk), actor=company.finance, there={})
    assert real == restored(slip.facts)

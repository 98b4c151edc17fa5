"""Milestones of a part of the pay hold that part back and no more; only installers' money waits."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Installer
from common.errors import Refused
from settlement.earnings import earned_by
from settlement.engine.lint import check_rules, sound_rules
from settlement.explaining import outcome_of
from settlement.invariants import releases_are_as_planned
from settlement.invariants.held_base import plain_base
from settlement.invariants.planned import _planned_otherwise
from settlement.ledger import balances
from settlement.models import Release
from settlement.services.parties import channel_party, installer_party
from tests.factories import InstallerFactory
from tests.settlement.company import Company, settled
from tests.settlement.milestones import WHOLE, body_with, broken, mine, of_before, part, published
from tests.settlement.recompute.cast import approved, dearer, proposed
from tests.settlement.test_crew import done, on_site
from workorders.services.crew import add_helper
from workorders.services.evidence import mark_step

PLAN = [
    part("REL1", "completed", bp=7_000), part("REL2", "followed_up", bp=2_000),
    part("REL3", "warranty", days=30),
]  # fmt: skip


@pytest.fixture
def wang(company: Company) -> Installer:
    return InstallerFactory(outlet=company.installer.outlet)


def test_retention_on_labour_alone_pays_the_rest_at_once(company: Company) -> None:
    published(PLAN, base="labour")
    settlement = settled(company)
    labour = settlement.lines.get(code="BASE").amount_fen
    planned = sum(each.amount_fen for each in settlement.releases.all())
    assert 0 < planned == labour < settlement.gross_fen == WHOLE
    pending, held, available = mine(company)
    assert (pending, held) == (labour * 2 // 10, labour - labour * 7 // 10 - labour * 2 // 10)
    assert available == WHOLE - pending - held
    assert earned_by(settlement.work_order, company.installer) is not None
    assert broken() == []
    approved(
        company,
        proposed(company, dearer("10", components=body_with(PLAN, base="labour")["components"])),
    )
    assert broken() == []


def test_a_plan_that_is_not_what_the_rules_hold_back_is_found(company: Company) -> None:
    published(PLAN, base="labour")
    settlement = settled(company)
    Release.objects.filter(settlement=settlement, code="REL1").update(amount_fen=1)
    assert any("are planned for release" in words for words in broken())


def test_orders_of_rules_that_hold_back_labour_are_looked_at_by_their_lines_alone(
    company: Company,
) -> None:
    published(PLAN, base="labour")
    first, second = settled(company), settled(company, "E20261102002")
    assert list(_planned_otherwise()) == []
    Release.objects.filter(settlement=second, code="REL1").update(amount_fen=1)
    assert list(_planned_otherwise()) == [second.pk]
    Release.objects.filter(settlement=first, code="REL1").update(amount_fen=1)
    with CaptureQueriesContext(connection) as two:
        assert len(list(releases_are_as_planned())) == 2
    Release.objects.filter(settlement=first).delete()
    with CaptureQueriesContext(connection) as one:
        assert len(list(releases_are_as_planned())) == 1
    assert len(two) == len(one)


@pytest.mark.parametrize(
    ("changes", "base"),
    [
        ({"base": "labour"}, {"BASE": 1}),
        ({"base": ["labour", "DIST", "-DIST"]}, {"BASE": 1}),
        ({"base": "gross"}, None),
        ({"base": ["BASE", "DIST"]}, {"BASE": 1, "DIST": 1}),
        ({"base": ["BASE", "-BASE"]}, None),
        ({"base": "fact:paid_fen"}, None),
        ({"base": "CHANNEL"}, None),
        ({"base": "labour", "party": "channel"}, None),
    ],
)
def test_only_a_base_of_the_installers_own_lines_is_told_by_lines(
    changes: dict, base: dict | None
) -> None:
    assert plain_base(body_with(PLAN, **changes)) == base


def test_several_people_are_held_back_a_part_each(company: Company, wang: Installer) -> None:
    published(PLAN, base="labour")
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=company.world.dispatcher)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)
    settlement = done(order, company)
    labour = sum(line.amount_fen for line in settlement.lines.filter(code="BASE"))
    assert sum(each.amount_fen for each in settlement.releases.all()) == labour
    for who in (company.installer, wang):
        earned = earned_by(order, who)
        assert earned is not None
        assert len(earned.parts) == 3
    assert broken() == []


def test_rules_of_old_that_let_the_channel_wait_leave_the_installers_money_alone(
    company: Company, wang: Installer
) -> None:
    of_before(company, body_with(PLAN, party="channel"))
    order = on_site(company)
    add_helper(order_id=order.pk, installer=wang, actor=company.world.dispatcher)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)
    settlement = done(order, company)
    assert not settlement.releases.exists()
    for who in (company.installer, wang):
        found = balances(installer_party(who))
        assert (found["pending"], found["held"]) == (0, 0)
        assert earned_by(order, who) is not None
    fee = sum(line.amount_fen for line in settlement.lines.filter(party_role="channel"))
    assert balances(channel_party(order.line.order.platform))["available"] == fee
    assert broken() == []


def test_a_plan_of_old_for_the_channel_blocks_nobody(company: Company) -> None:
    of_before(company, body_with(PLAN, party="channel"))
    settlement = settled(company)
    assert not settlement.releases.exists()
    plan = outcome_of(settlement).releases
    for seq, line in enumerate(plan, start=1):
        Release.objects.create(
            settlement=settlement, seq=seq, milestone="completed", amount_fen=line.amount_fen
        )
    assert plan
    assert list(releases_are_as_planned()) == []


FAULTS = [
    (PLAN, {"party": "channel"}, "only the installer's money waits"),
    (PLAN, {"base": "fact:paid_fen"}, "cannot be in the base"),
    (PLAN, {"base": ["gross", "BASE"]}, "cannot be in the base"),
    (PLAN, {"base": ["gross", "-DIST", "-DIST"]}, "cannot be in the base"),
    (PLAN, {"base": ["gross", "CLAWBACK"]}, "cannot be in the base"),
    ([part("REL1", "completed", bp=10), part("REL1", "followed_up")], {}, "two milestones have"),
    ([part("REL1", "completed", bp=10), part("REL2", "warranty")], {}, "how many after completion"),
    ([part("REL1", "completed", days=9_999)], {}, "longer than ten years"),
]


@pytest.mark.parametrize(("plan", "changes", "said"), FAULTS)
def test_milestones_nobody_can_keep_to_are_refused(plan: list, changes: dict, said: str) -> None:
    body = body_with(plan, **changes)
    faults = [str(each) for each in check_rules(body) if each.level == "fault"]
    assert any(said in fault for fault in faults), faults
    assert sound_rules(body) is None


def test_what_is_refused_is_not_published(company: Company) -> None:
    with pytest.raises(Refused):
        published(PLAN, party="channel")


@pytest.mark.parametrize("base", ["gross", "labour", ["gross", "-DIST"], ["BASE", "DIST"]])
def test_lines_of_the_installer_may_be_held_back(base: object) -> None:
    body = body_with(PLAN, base=base)
    assert [str(each) for each in check_rules(body) if each.level == "fault"] == []

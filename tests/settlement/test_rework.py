"""Rework is not paid twice: not to whoever repeats their own work, and not by the company."""

from __future__ import annotations

from datetime import datetime

import pytest

from common import clock
from settlement.engine.money import allocate
from settlement.invariants import company_balances, ledger_equals_lines
from settlement.ledger import balances
from settlement.models import Settlement
from settlement.people import earned_between
from tests.factories import InstallerFactory
from tests.settlement.company import hear, settled
from tests.workorders import walking
from tests.workorders.world import open_order, service_line, shop_order
from workorders.models import WorkOrder
from workorders.services.crew import add_helper, choose_shares
from workorders.services.evidence import mark_step
from workorders.services.rework import judge_rework
from workorders.services.site_facts import record_fact


def redone(company, installer) -> WorkOrder:
    line = service_line("L2", paid_fen=0)
    order = open_order(company.world, shop_order(line, number="AGAIN"))
    world = company.world
    world.installer = installer
    order = walking.complete(order, world)
    hear()
    return order


def active(order) -> Settlement:
    return Settlement.objects.get(work_order=order, status="active")


def fact(order, company, kind: str, value: str) -> None:
    at: datetime = clock.now()
    record_fact(order_id=order.pk, kind=kind, value=value, source="回访", observed_at=at,
                actor=company.world.dispatcher)  # fmt: skip
    hear()


def labour(slip: Settlement) -> int:
    codes = ["BASE", "SKILL", "REWORK"]
    return sum(slip.lines.filter(code__in=codes).values_list("amount_fen", flat=True))


def test_whoever_repeats_their_own_work_is_not_paid_twice_until_a_person_says_otherwise(company):
    first = settled(company)
    order = redone(company, company.installer)
    assert order.rework_of_id == first.work_order_id
    assert active(order).lines.get(code="REWORK").amount_fen < 0
    assert labour(active(order)) <= 0
    judge_rework(
        order_id=order.pk, is_rework=False, reason="第二台", actor=company.world.dispatcher
    )
    hear()
    assert labour(active(order)) > 0
    assert not [*company_balances(), *ledger_equals_lines()]


@pytest.mark.parametrize(("fault", "taken"), [("no", False), ("yes", True)])
def test_another_is_paid_and_the_first_installer_pays_for_their_fault(company, fault, taken):
    settled(company)
    careless = company.installer
    before = sum(balances(careless.party).values())
    other = InstallerFactory(outlet=careless.outlet, grade=careless.grade, rating_x10=49)
    order = redone(company, other)
    fact(order, company, "fault_first", fault)
    slip = active(order)
    assert slip.installer_id == other.pk
    assert labour(slip) > 0
    after = sum(balances(careless.party).values())
    assert (after < before) is taken
    if taken:
        assert before - after == labour(slip)
    assert not [*company_balances(), *ledger_equals_lines()]


@pytest.mark.parametrize("chosen", [None, (3_000, 7_000)])
def test_what_is_taken_back_is_divided_as_the_first_jobs_pay_was(company, chosen):
    li, world = company.installer, company.world
    wang = InstallerFactory(outlet=li.outlet, grade=li.grade, rating_x10=40)
    order = open_order(world)
    walking.arrive(order, world)
    add_helper(order_id=order.pk, installer=wang, actor=world.dispatcher)
    mark_step(order_id=order.pk, seq=1, actor=wang.user)  # 10 of 50 minutes
    if chosen is not None:
        shares = dict(zip((li.pk, wang.pk), chosen, strict=True))
        choose_shares(order_id=order.pk, shares=shares, actor=world.dispatcher)
    walking.prove(order, world)
    walking.step(order, "complete", li.user)
    hear()
    shared = active(order)
    base = {
        line.payee.installer_id: line.amount_fen
        for line in shared.lines.filter(code="BASE").select_related("payee")
    }
    before = {one.pk: sum(balances(one.party).values()) for one in (li, wang)}
    other = InstallerFactory(outlet=li.outlet, grade=li.grade, rating_x10=49)
    again = redone(company, other)
    fact(again, company, "fault_first", "yes")
    slip = active(again)
    taken = {who: before[who] - sum(balances(one.party).values())
             for who, one in ((li.pk, li), (wang.pk, wang))}  # fmt: skip
    whole, parts = sum(taken.values()), allocate(labour(slip), [base[li.pk], base[wang.pk]])
    assert whole == labour(slip)
    assert [taken[li.pk], taken[wang.pk]] == parts
    assert earned_between(installer_ids=[other.pk], first=slip.done_on, last=slip.done_on) == {
        other.pk: slip.gross_fen
    }
    assert not [*company_balances(), *ledger_equals_lines()]

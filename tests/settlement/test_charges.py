"""Extra charges in the books: the customer's raise revenue, the company's lower what it keeps."""

from __future__ import annotations

import pytest

from settlement.invariants import (
    company_balances,
    entries_balance,
    ledger_equals_lines,
    lines_sum_up,
    orders_are_settled,
    releases_are_as_planned,
)
from settlement.ledger import balances
from settlement.models import Settlement
from settlement.services.parties import installer_party
from settlement.services.publishing import publish_rules
from settlement.services.settling import resettle_work_order
from tests.settlement.company import INDUSTRY, hear, preset, settled
from tests.workorders import walking
from tests.workorders.test_charges import charge, late_charge
from tests.workorders.world import open_order
from workorders.services.charge_decisions import decide_charge
from workorders.services.charges import cancel_charge
from workorders.services.progress import end_by_shop


def active(order) -> Settlement:
    return Settlement.objects.get(work_order=order, status="active")


def balanced() -> bool:
    return not [*entries_balance(), *company_balances(), *ledger_equals_lines()]


@pytest.mark.parametrize(
    ("code", "more", "paid", "mine"),
    [
        ("drilling", {"quantity": 2}, 10_000, 10_000),
        ("parts", {"amount_fen": 5_333}, 5_333, 4_266),
        ("drilling", {"signed": False}, 0, 0),
        ("not_as_ordered", {"amount_fen": 4_000, "signed": False}, 0, 0),
    ],
)
def test_a_confirmed_charge_is_settled_with_its_photo_and_taken_back_when_cancelled(
    company, code, more, paid, mine
):
    before = settled(company)
    order = before.work_order
    made = late_charge(order, company.world, code, **more)
    assert made.is_late  # the work is done: the office decides
    if mine:
        decide_charge(charge=made, approve=True, reason="", actor=company.finance)
    hear()
    now = active(order)
    assert (now.paid_fen - before.paid_fen, now.gross_fen - before.gross_fen) == (paid, mine)
    if mine:
        line = now.lines.get(code="CHARGE1")
        assert line.because["photo"] == made.photo_id
    assert balanced()
    cancel_charge(charge=made, reason="收错", actor=company.world.dispatcher)
    hear()
    again = active(order)
    assert (again.paid_fen, again.gross_fen) == (before.paid_fen, before.gross_fen)
    assert balanced()


def test_an_empty_trip_settles_the_trip_alone(company):
    world = company.world
    order = walking.arrive(open_order(world), world)
    charge(order, world, "trip", signed=False)
    walking.step(order, "end_empty", company.installer.user, reason="无人在家")
    hear()
    found = active(order)
    assert (found.paid_fen, found.gross_fen) == (0, 3_000)
    mine = found.lines.filter(party_role="installer")
    assert [(line.code, line.amount_fen) for line in mine] == [("CHARGE1", 3_000)]
    assert balanced()


@pytest.mark.parametrize("has_conditions", [True, False])
def test_a_refund_of_the_whole_order_leaves_the_charges_the_customer_paid_on_site(
    company, has_conditions
):
    """Also under rules that say nothing of orders without work."""
    if not has_conditions:
        body = preset(version="9")
        for each in body["components"]:
            each.pop("when", None) if "empty_trip" in each.get("when", {}) else None
        publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    before = settled(company)
    order = before.work_order
    made = late_charge(order, company.world, "parts", amount_fen=5_000)
    decide_charge(charge=made, approve=True, reason="", actor=company.finance)
    hear()
    end_by_shop(order_id=order.pk, reason="全额退款")
    hear()
    now = active(order)
    assert (now.paid_fen, now.gross_fen, now.installer) == (5_000, 4_000, before.installer)
    mine = now.lines.filter(party_role="installer")
    assert [(line.code, line.amount_fen) for line in mine] == [("CHARGE1", 4_000)]
    assert not now.lines.filter(party_role="channel").exists()
    kept = balances(installer_party(before.installer))
    assert (sum(kept.values()), kept["pending"]) == (4_000, 0)
    assert resettle_work_order(order_id=order.pk) == now
    assert balanced()
    assert not [*orders_are_settled(), *lines_sum_up(), *releases_are_as_planned()]

"""What a job would earn is computed by the engine that settles it, for many installers at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from settlement.engine.difference import difference
from settlement.explaining import difference_to_estimate, outcome_of
from settlement.models import Estimate, Settlement
from settlement.services.estimating import estimates, store_estimate
from settlement.services.rules_in_force import compiled
from tests.factories import InstallerFactory
from tests.settlement.company import Company, hear
from tests.workorders import walking
from tests.workorders.world import open_order, tomorrow
from workorders.models import WorkOrder
from workorders.services.check_ins import check_in


def with_window(order: WorkOrder, hour: int = 14) -> WorkOrder:
    start = clock.china(clock.now()).replace(hour=hour, minute=0)
    order.window_starts_at, order.window_ends_at = start, start + timedelta(hours=2)
    order.save()
    return order


def test_an_estimate_foresees_standard_materials_and_time(company: Company) -> None:
    order = with_window(open_order(company.world))
    found = estimates(order=order, installers=[company.installer])[company.installer.pk]
    amounts = {line.code: line.amount_fen for line in found.lines}
    assert amounts == {
        "BASE": 9_000, "SKILL": 900, "DIST": 720, "TRANSPORT": 898, "CROSS": 12_000,
        "MAT1": 36_000, "RATING": 594,
    }  # fmt: skip
    assert (found.gross_fen, found.provisional) == (60_112, False)


@pytest.mark.parametrize(("hour", "night_fen"), [(14, 0), (20, 1_980)])
def test_an_evening_window_is_estimated_as_night_work(
    company: Company, hour: int, night_fen: int
) -> None:
    order = with_window(open_order(company.world), hour)
    found = estimates(order=order, installers=[company.installer])[company.installer.pk]
    assert sum(line.amount_fen for line in found.lines if line.code == "NIGHT") == night_fen


def test_without_a_window_the_estimate_is_provisional(company: Company) -> None:
    order = open_order(company.world)
    assert estimates(order=order, installers=[company.installer])[company.installer.pk].provisional


def test_ten_installers_cost_as_many_queries_as_one(company: Company) -> None:
    order = with_window(open_order(company.world))
    many = [InstallerFactory(outlet=company.installer.outlet) for _ in range(10)]
    estimates(order=order, installers=many)
    with CaptureQueriesContext(connection) as one:
        estimates(order=order, installers=many[:1])
    with CaptureQueriesContext(connection) as ten:
        found = estimates(order=order, installers=many)
    assert len(found) == 10
    assert len(ten) == len(one)


def test_without_rules_there_is_no_estimate(company: Company) -> None:
    company.world.item.industry = "pianos"
    company.world.item.save()
    order = open_order(company.world)
    assert estimates(order=order, installers=[company.installer]) == {}
    assert store_estimate(order=order, installer=company.installer) is None


def test_an_assignment_keeps_its_estimate(company: Company) -> None:
    order = walking.assign(open_order(company.world), company.world)
    hear()
    kept = Estimate.objects.get(work_order=order)
    assert kept.installer == company.installer
    assert sum(line["amount_fen"] for line in kept.lines) == kept.gross_fen


def estimated_and_settled(company: Company) -> Settlement:
    """Materials are foreseen, none are used."""
    order = walking.assign(open_order(company.world), company.world)
    hear()
    me = company.installer.user
    walking.step(order, "accept", me)
    walking.step(order, "book", me, appointment=tomorrow())
    walking.step(order, "set_out", me)
    check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
    walking.step(order, "arrive", me)
    walking.prove(order, company.world)
    walking.step(order, "complete", me)
    hear()
    return Settlement.objects.get(work_order=order)


def test_the_difference_to_the_estimate_is_explained_to_the_fen(company: Company) -> None:
    settlement = estimated_and_settled(company)
    estimate = settlement.estimate
    assert estimate is not None
    shown = difference_to_estimate(settlement)
    assert sum(entry.diff_fen for entry in shown) == settlement.gross_fen - estimate.gross_fen
    rules = compiled(settlement.version)
    parts = difference(rules, outcome_of(estimate), outcome_of(settlement))
    assert {entry.code for entry in parts} >= {"MAT"}
    assert "materials" in next(entry.causes for entry in parts if entry.code == "MAT")

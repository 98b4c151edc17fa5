"""The roll-up follows the settlements to the fen, whatever comes twice, late or in another order."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db.models import Sum

from common import clock
from dashboards.models import RevenueRollup, RollupApplied
from dashboards.rollups import MEASURES, apply_settlement, rebuild, stamp
from settlement.models import SettlementLine
from settlement.selectors import figures_of
from settlement.services.settling import reverse_settlement
from tests.dashboards.hearing import hear, settled
from tests.factories import RegionFactory, UnitFactory
from tests.settlement.recompute.cast import approved, dearer, proposed
from workorders.models import WorkOrder


def kept():
    sums = RevenueRollup.objects.aggregate(**{name: Sum(name, default=0) for name in MEASURES})
    return tuple(sums[name] for name in MEASURES)


def worth(settlement):
    figures = figures_of(settlement.pk)
    return (1, *(getattr(figures, name) for name in MEASURES[1:]))


def forget():
    RollupApplied.objects.all().delete()
    RevenueRollup.objects.all().delete()


def test_a_settled_order_is_in_the_cell_of_its_day_places_and_item(company):
    settlement = settled(company)
    order = settlement.work_order
    cell = RevenueRollup.objects.get()
    assert (cell.day, cell.region, cell.item, cell.branch, cell.outlet) == (
        clock.business_day(order.completed_at),
        company.world.hangzhou,
        company.world.item,
        company.world.east,
        company.installer.outlet,
    )
    assert kept() == worth(settlement)
    assert cell.revenue_fen == 28_000


def test_margin_is_what_headquarters_branch_and_agent_share(company):
    settlement = settled(company)
    lines = SettlementLine.objects.filter(
        settlement=settlement, party_role__in=["hq", "branch", "agent"]
    )
    assert RevenueRollup.objects.get().margin_fen == lines.aggregate(n=Sum("amount_fen"))["n"]


def test_a_repeated_event_changes_nothing(company):
    settlement = settled(company)
    assert apply_settlement(settlement_id=settlement.pk, sign=1) is False
    assert kept() == worth(settlement)


def test_a_reversed_settlement_leaves_nothing_behind(company):
    settlement = settled(company)
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    hear()
    assert kept() == (0,) * len(MEASURES)
    assert rebuild().difference_fen == 0


@pytest.mark.parametrize("signs", sorted(set(permutations((1, 1, -1, -1)))))
def test_a_settlement_and_its_reversal_cancel_out_in_any_order(company, signs):
    settlement = settled(company)
    forget()
    for sign in signs:
        apply_settlement(settlement_id=settlement.pk, sign=sign)
    assert kept() == (0,) * len(MEASURES)


def test_an_order_that_moved_gives_up_its_figures_where_they_were_added(company):
    settlement = settled(company)
    elsewhere = {"site_region": RegionFactory(), "served_by": UnitFactory()}
    WorkOrder.objects.filter(pk=settlement.work_order_id).update(**elsewhere)
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    hear()
    assert not RevenueRollup.objects.exclude(orders=0, revenue_fen=0, margin_fen=0).exists()
    assert rebuild().difference_fen == 0


def test_an_order_without_a_region_counts_too(company):
    settlement = settled(company)
    forget()
    WorkOrder.objects.filter(pk=settlement.work_order_id).update(site_region=None)
    apply_settlement(settlement_id=settlement.pk, sign=1)
    assert kept() == worth(settlement)
    assert RevenueRollup.objects.get().region is None
    assert rebuild() == (1, 0, 0)


def test_a_rebuilt_roll_up_equals_the_kept_one_to_the_fen(company):
    first, second = settled(company), settled(company, number="E20261102002")
    reverse_settlement(order_id=first.work_order_id, reason="test")
    hear()
    assert rebuild() == (1, 0, 0)
    assert kept() == worth(second)


def test_rebuilding_tells_and_mends_what_was_missed(company):
    settlement = settled(company)
    RevenueRollup.objects.update(revenue_fen=1)
    rebuilt = rebuild()
    assert (rebuilt.cells_changed, rebuilt.difference_fen) == (1, 27_999)
    assert kept() == worth(settlement)
    assert apply_settlement(settlement_id=settlement.pk, sign=1) is False


def test_the_stamp_changes_with_the_roll_up_alone(company):
    empty = stamp()
    settlement = settled(company)
    full = stamp()
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    hear()
    assert len({empty, full, stamp()}) == 3
    assert stamp() == stamp()


def test_a_recompute_moves_the_figures_of_its_orders(company):
    settlement = settled(company)
    approved(company, proposed(company, dearer()))
    hear()
    now = settlement.work_order.settlements.get(status="active")
    assert worth(now) != worth(settlement)
    assert kept() == worth(now)

"""Every cell of the roll-up is compared with a rebuild, whatever is still on its way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.roles import Role
from common import clock
from common.clock import wall_now
from common.outbox.models import OutboxRow
from dashboards.checking import check_days, compare, ledger_gaps, months
from dashboards.handlers import check_every_night
from dashboards.invariants import cells_equal_rebuild, rollup_equals_ledger
from dashboards.models import RevenueRollup, RollupApplied, RollupCheck
from dashboards.nightly import advance_check, start_check
from dashboards.rollups import rebuild
from settlement.services.settling import reverse_settlement
from tests.dashboards.hearing import hear, settled
from tests.factories import RegionFactory, UserFactory
from tests.settlement import company as companies
from workorders.models import WorkOrder

BOSS = "/dashboards/boss/"


def all_days():
    first = months()[0]
    return first, months()[-1] + timedelta(days=31)


def now():
    return compare(*all_days())


def broken():
    return [*rollup_equals_ledger(), *cells_equal_rebuild()]


def shifted(fen: int = 500):
    """Two cells of one month, wrong by opposite amounts: every month's sum is right."""
    first, second = RevenueRollup.objects.order_by("pk")[:2]
    for cell, by in ((first, fen), (second, -fen)):
        RevenueRollup.objects.filter(pk=cell.pk).update(
            revenue_fen=F("revenue_fen") + by, margin_fen=F("margin_fen") + by
        )


@pytest.fixture
def two_cells(company):
    """Two orders, settled in two cells of one month."""
    first = settled(company)
    moved = settled(company, "E2")
    WorkOrder.objects.filter(pk=moved.work_order_id).update(site_region=RegionFactory())
    rebuild()
    assert RevenueRollup.objects.count() == 2
    return first, moved


def test_what_months_hide_the_cells_show(company, two_cells):
    shifted()
    assert ledger_gaps() == []
    found = now()
    assert (len(found.off), found.off_fen) == (2, 4 * 500)
    assert len(broken()) == 2
    check_days(*all_days())
    assert now().equals_rebuild
    assert broken() == []


def test_an_event_on_its_way_hides_no_fault(company, two_cells):
    companies.settled(company, "E3")  # the dashboards have not heard of it
    assert now().equals_rebuild
    assert len(now().waiting) == 1
    assert broken() == []
    shifted()
    assert len(now().off) == 2
    assert len(broken()) == 2
    RevenueRollup.objects.update(revenue_fen=F("revenue_fen") + 1)
    assert ledger_gaps() != []
    hear()
    check_days(*all_days())
    assert (now().waiting, broken()) == (set(), [])


def test_a_reversal_on_its_way_is_left_in_until_it_is_handled(company, two_cells):
    reverse_settlement(order_id=two_cells[0].work_order_id, reason="test")
    found = now()
    assert (found.equals_rebuild, found.waiting) == (True, {f"-{two_cells[0].pk}"})
    assert ledger_gaps() == []
    hear()
    assert (now().equals_rebuild, now().waiting) == (True, set())
    assert broken() == []


def test_what_no_event_will_bring_is_missed_and_brought_in(company, two_cells):
    third = companies.settled(company, "E3")
    rows = OutboxRow.objects.filter(handler__startswith="dashboards.", done_at=None)
    rows.update(dead_at=wall_now())
    assert now().missed == {f"+{third.pk}"}
    assert broken() != []
    check_days(*all_days())
    assert RollupApplied.objects.filter(source_key=f"+{third.pk}").exists()
    assert broken() == []


def test_an_order_that_moved_stands_where_it_is_after_the_check(company, two_cells):
    region = RegionFactory()
    WorkOrder.objects.filter(pk=two_cells[0].work_order_id).update(site_region=region)
    assert (now().off, now().moved) == ({}, 1)
    assert broken() == []
    check_days(*all_days())
    assert now().moved == 0
    assert RevenueRollup.objects.get(region=region).orders == 1


def test_some_days_made_anew_leave_the_others_alone(company, two_cells):
    day = RevenueRollup.objects.first().day
    before = set(RollupApplied.objects.values_list("pk", flat=True))
    RevenueRollup.objects.update(revenue_fen=F("revenue_fen") + 1)
    rebuild(day + timedelta(days=1), day + timedelta(days=30))
    assert set(RollupApplied.objects.values_list("pk", flat=True)) == before
    assert len(now().off) == 2
    assert rebuild(day, day).cells_changed == 2
    assert now().equals_rebuild


def test_a_step_that_runs_twice_counts_once(company, two_cells):
    check = start_check()
    month = clock.business_day().replace(day=1)
    for _start in range(2):
        advance_check(check_id=check.pk, month=month)
    check.refresh_from_db()
    assert check.cells == 2
    assert OutboxRow.objects.filter(topic="RollupCheckAdvanced").count() <= len(months())


def test_headquarters_reads_what_the_night_found_and_a_branch_does_not(company, two_cells, client):
    shifted()
    companies.settled(company, "E3")
    OutboxRow.objects.filter(topic="WorkOrderSettled", done_at=None).update(
        due_at=wall_now() - timedelta(hours=1)
    )
    check_every_night()
    for row in OutboxRow.objects.filter(topic="RollupCheckAdvanced", done_at=None):
        advance_check(check_id=row.payload["check_id"], month=months()[0])
    check = RollupCheck.objects.get()
    assert (check.finished_at is not None, check.off, check.off_fen) == (True, 2, 2_000)
    assert check.waiting == 1
    client.force_login(company.world.admin)
    shown = client.get(BOSS)
    text = shown.content.decode()
    assert "¥20.00" in text
    titles = {alert.key: alert for alert in shown.context["page"].alerts}
    assert {"figures-off", "figures-late"} <= titles.keys()
    assert titles["figures-late"].url
    branch = UserFactory(role=Role.FINANCE, unit=company.world.east)
    client.force_login(branch)
    hidden = client.get(BOSS).context["page"]
    assert hidden.proof == ""
    assert not [alert for alert in hidden.alerts if alert.key.startswith("figures-")]

"""A completed order is settled once, to the fen, for every party; and taken back by opposites."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Sum
from django_tenants.utils import schema_context

from common import clock
from settlement.ledger import Leg, Unbalanced, balances, post
from settlement.models import (
    JournalEntry,
    LedgerAccount,
    Posting,
    Settlement,
    StatementPeriod,
)
from settlement.services.parties import account, clearing_party, installer_party
from settlement.services.publishing import publish_rules
from settlement.services.settling import (
    resettle_work_order,
    reverse_settlement,
    settle_work_order,
)
from tests.factories import GradeFactory
from tests.settlement.company import INDUSTRY, Company, completed, hear, preset, settled
from tests.workorders import walking
from tests.workorders.world import goods_line, open_order, service_line, shop_order, tomorrow
from workorders.intake_facts import RefundState
from workorders.models import WorkOrder
from workorders.services.editing import mark_order
from workorders.services.evidence import use_material
from workorders.services.intake import take_in
from workorders.services.opening import Marks
from workorders.services.progress import end_by_shop
from workorders.services.site_facts import record_fact


def shown(settlement: Settlement) -> list[tuple[str, str, int]]:
    lines = settlement.lines.select_related("payee").order_by("seq")
    return [(line.code, line.payee.name, line.amount_fen) for line in lines]


def sum_of_all() -> int:
    return int(Posting.objects.aggregate(total=Sum("amount_fen"))["total"] or 0)


def work_again(order: WorkOrder, company: Company) -> None:
    me = company.installer.user
    walking.step(order, "book", me, appointment=tomorrow())
    for key in ("set_out", "arrive", "complete"):
        walking.step(order, key, me)


def test_every_party_of_an_order_across_three_cities_gets_its_line_to_the_fen(
    company: Company,
) -> None:
    settlement = settled(company)
    me = company.installer.user.display_name
    assert settlement.facts["distance_m"] == 16_221
    assert shown(settlement) == [
        ("BASE", me, 9_000),  # 10,000 × 0.9, tier B of a new first-tier city
        ("SKILL", me, 900),  # senior: 10 % of 9,000
        ("DIST", me, 720),  # 6.2 km beyond 10 km: one full step of 8 % of 9,000
        ("TRANSPORT", me, 898),  # 11.221 km × 0.80
        ("CROSS", me, 12_000),  # the site's branch is not the installer's
        ("RATING", me, 594),  # 4.9 stars: 6 % of 9,900
        ("CHANNEL", "有赞", 4_200),  # 15 % of 28,000
        ("VAT", "增值税", 1_680),  # 6 % of 28,000
        ("HQ", company.world.hq.name, -797),  # 40 % of −1,992
        ("BRANCH", "华东分公司", -896),  # 45 %
        ("AGENT", "浙江代理", -299),  # 15 %
    ]
    assert (settlement.gross_fen, settlement.paid_fen) == (24_112, 28_000)
    assert sum(line.amount_fen for line in settlement.lines.all()) == settlement.paid_fen
    assert not settlement.provisional


def test_the_installers_money_waits_by_milestone(company: Company) -> None:
    settlement = settled(company)
    parts = settlement.releases.order_by("seq").values_list("milestone", "amount_fen", "due_on")
    assert [(m, fen, str(day)) for m, fen, day in parts] == [
        ("completed", 16_878, "None"),
        ("followed_up", 4_822, "None"),
        ("warranty", 2_412, "2026-12-03"),
    ]
    mine = balances(installer_party(company.installer))
    assert mine == {
        "available": 16_878, "pending": 4_822, "held": 2_412, "transit": 0, "paid": 0,
    }  # fmt: skip
    assert sum_of_all() == 0


def test_settling_again_changes_nothing(company: Company) -> None:
    first = settled(company)
    again = settle_work_order(order_id=first.work_order_id)
    same = resettle_work_order(order_id=first.work_order_id)
    assert again == same == first
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "revenue_fen"),
    [
        (service_line(), 28_000),
        (service_line(quantity=2, paid_fen=56_000), 56_000),
        (service_line(paid_fen=28_000, refund_fen=3_000), 25_000),
        (goods_line("L1"), 26_000),
        (goods_line("L1", quantity=2), 52_000),
    ],
)
def test_revenue_is_what_was_paid_or_the_list_price_when_the_goods_include_it(
    company: Company, line: Any, revenue_fen: int
) -> None:
    order = completed(company, shop_order(line))
    hear()
    assert order.settlements.get().paid_fen == revenue_fen


def test_a_fact_recorded_after_completion_settles_again(company: Company) -> None:
    first = settled(company)
    record_fact(
        order_id=first.work_order_id, kind="rain", value="yes", source="气象台",
        observed_at=first.settled_at, actor=company.world.dispatcher,
    )  # fmt: skip
    hear()
    first.refresh_from_db()
    second = Settlement.objects.get(work_order=first.work_order_id, status="active")
    rain = second.lines.get(code="RAIN")
    assert (first.status, rain.amount_fen) == ("reversed", 135)  # 15 % of 898
    assert second.gross_fen == first.gross_fen + 135
    assert sum(balances(installer_party(company.installer)).values()) == second.gross_fen
    assert sum_of_all() == 0


def test_marks_and_materials_that_come_after_completion_settle_again(company: Company) -> None:
    first = settled(company)
    order_id, me = first.work_order_id, company.installer.user
    use_material(order_id=order_id, material=company.world.pipe, quantity_milli=2_000, actor=me)
    hear()
    second = Settlement.objects.get(work_order=order_id, status="active")
    assert second.gross_fen == first.gross_fen + 2 * company.world.pipe.unit_price_fen
    mark_order(order_id=order_id, marks=Marks(urgent=True), actor=company.world.dispatcher)
    hear()
    third = Settlement.objects.get(work_order=order_id, status="active")
    assert third.lines.filter(code="URGENT").exclude(amount_fen=0).exists()


def test_a_sent_back_order_loses_its_settlement_and_gets_a_new_one(company: Company) -> None:
    first = settled(company)
    order = first.work_order
    walking.step(order, "send_back", company.world.dispatcher, reason="照片不清楚")
    hear()
    assert not Settlement.objects.filter(status="active").exists()
    assert sum(balances(installer_party(company.installer)).values()) == 0
    work_again(order, company)
    hear()
    assert order.settlements.filter(status="active").count() == 1
    assert order.settlements.count() == 2
    assert sum_of_all() == 0


def test_late_news_of_a_reopening_does_not_take_back_the_new_settlement(company: Company) -> None:
    first = settled(company)
    walking.step(first.work_order, "send_back", company.world.dispatcher, reason="再看一次")
    work_again(first.work_order, company)
    settle_work_order(order_id=first.work_order_id)
    hear()
    assert first.work_order.settlements.filter(status="active").count() == 1


def test_a_refund_after_completion_takes_everything_back(company: Company) -> None:
    settlement = settled(company)
    end_by_shop(order_id=settlement.work_order_id, reason="全额退款")
    hear()
    settlement.refresh_from_db()
    assert settlement.status == "reversed"
    for party in {line.payee for line in settlement.lines.select_related("payee")}:
        assert set(balances(party).values()) == {0}
    assert JournalEntry.objects.filter(corrects__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("line", "revenue_fen"),
    [
        (service_line(refund_state=RefundState.REFUNDED, refund_fen=3_000), 25_000),
        (service_line(paid_fen=27_000), 27_000),
        (service_line(quantity=2, paid_fen=56_000), 56_000),
    ],
)
def test_money_that_moves_later_settles_again_in_the_month_of_the_work_while_that_is_open(
    company: Company, line: Any, revenue_fen: int
) -> None:
    first = settled(company)
    with clock.moved_to(datetime(2026, 12, 5, tzinfo=UTC)):
        take_in(shop_order(line, version=101), sold_by=company.world.shop)
        hear()
    first.refresh_from_db()
    second = Settlement.objects.get(work_order=first.work_order_id, status="active")
    assert (first.status, second.paid_fen) == ("reversed", revenue_fen)
    entries = JournalEntry.objects.filter(work_order=first.work_order_id).order_by("pk")
    assert list(entries.values_list("kind", flat=True)) == ["settlement", "reversal", "settlement"]
    assert {entry.period_id for entry in entries} == {first.period_id}
    assert sum(balances(installer_party(company.installer)).values()) == second.gross_fen
    take_in(shop_order(line, version=102), sold_by=company.world.shop)
    hear()
    assert entries.count() == 3


def test_money_that_moves_after_its_month_was_locked_corrects_the_open_month(
    company: Company,
) -> None:
    first = settled(company)
    StatementPeriod.objects.filter(pk=first.period_id).update(state="locked")
    line = service_line(refund_state=RefundState.REFUNDED, refund_fen=3_000)
    take_in(shop_order(line, version=101), sold_by=company.world.shop)
    hear()
    second = Settlement.objects.get(work_order=first.work_order_id, status="active")
    later = JournalEntry.objects.exclude(period=first.period_id)
    assert {str(entry.period) for entry in later} == {"2026-12"}
    assert (second.paid_fen, second.is_late, later.count()) == (25_000, True, 2)


def test_what_changes_beside_the_order_after_its_completion_moves_no_money(
    company: Company,
) -> None:
    first = settled(company)
    company.installer.grade = GradeFactory(code="G1", name="初级", rank=1)
    company.installer.rating_x10 = 20
    company.installer.save()
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=preset(version="2025.2"), actor=None)
    assert resettle_work_order(order_id=first.work_order_id) == first
    line = service_line(refund_state=RefundState.REFUNDED, refund_fen=3_000)
    take_in(shop_order(line, version=101), sold_by=company.world.shop)
    hear()
    second = Settlement.objects.get(work_order=first.work_order_id, status="active")
    mine = second.lines.filter(party_role="installer").order_by("seq")
    before = first.lines.filter(party_role="installer").order_by("seq")
    assert list(mine.values_list("code", "amount_fen")) == list(
        before.values_list("code", "amount_fen")
    )
    assert (second.paid_fen, second.version_id) == (25_000, first.version_id)


def test_taking_back_twice_takes_back_once(company: Company) -> None:
    order_id = settled(company).work_order_id
    assert reverse_settlement(order_id=order_id, reason="test") is not None
    assert reverse_settlement(order_id=order_id, reason="test") is None
    assert JournalEntry.objects.count() == 2


def test_an_order_that_is_not_complete_is_not_settled(company: Company) -> None:
    order = open_order(company.world)
    assert settle_work_order(order_id=order.pk) is None
    assert not hasattr(order, "settlement_problem")


def test_what_does_not_sum_to_zero_is_not_posted(company: Company) -> None:
    kinds = LedgerAccount.Kind
    legs = [
        Leg(account(clearing_party(), kinds.CLEARING), -100),
        Leg(account(installer_party(company.installer), kinds.AVAILABLE), 99),
    ]
    with pytest.raises(Unbalanced):
        post(kind="test", source_key="t", legs=legs, day=company.version.effective_from)


@pytest.mark.commits
def test_many_completions_at_once_settle_once(company: Company) -> None:
    order_id = completed(company).pk
    schema, start = connection.schema_name, Barrier(6)
    found: list[Settlement | None] = []

    def settle() -> None:
        with schema_context(schema):
            start.wait()
            found.append(settle_work_order(order_id=order_id))
        connections.close_all()

    threads = [Thread(target=settle) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.pk for each in found if each}) == 1
    assert JournalEntry.objects.count() == 1
    assert sum_of_all() == 0

"""Each order of an installer's month has a number of its own, whatever came late or was sent back."""

from __future__ import annotations

from datetime import timedelta

from common import clock
from settlement.models import Settlement
from settlement.services.settling import settle_work_order
from tests.settlement.company import Company, completed, hear, settled
from tests.settlement.test_settling import work_again
from tests.workorders import walking
from tests.workorders.world import shop_order
from workorders.services.progress import end_by_shop


def ranks(*found: Settlement) -> list[int]:
    """The numbers of orders as they are settled now."""
    orders = [each.work_order_id for each in found]
    kept = dict(
        Settlement.objects.filter(work_order__in=orders, status="active").values_list(
            "work_order_id", "facts__installer_month_orders"
        )
    )
    return [kept[order] for order in orders if order in kept]


def three(company: Company) -> list[Settlement]:
    return [settled(company, number=f"E2026110200{n}") for n in (1, 2, 3)]


def test_an_order_sent_back_keeps_its_number_and_nobody_has_it_twice(company: Company) -> None:
    first, second, third = three(company)
    assert ranks(first, second, third) == [1, 2, 3]
    walking.step(first.work_order, "send_back", company.world.dispatcher, reason="照片不清楚")
    hear()
    fourth = settled(company, number="E20261102004")
    work_again(first.work_order, company)
    hear()
    assert ranks(first, second, third, fourth) == [1, 2, 3, 4]


def test_a_completion_that_is_heard_of_late_gets_a_number_of_its_own(company: Company) -> None:
    early = completed(company, shop_order(number="E20261102001"))
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        late = completed(company, shop_order(number="E20261102002"))
        second = settle_work_order(order_id=late.pk)
        first = settle_work_order(order_id=early.pk)
    assert first is not None
    assert second is not None
    assert sorted(ranks(first, second)) == [1, 2]


def test_the_number_of_a_refunded_order_goes_to_the_next(company: Company) -> None:
    first, second, third = three(company)
    end_by_shop(order_id=second.work_order_id, reason="全额退款")
    hear()
    fourth, fifth = (settled(company, number=f"E2026110200{n}") for n in (4, 5))
    assert ranks(first, third, fourth, fifth) == [1, 3, 2, 4]

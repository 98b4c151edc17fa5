"""An item is there once: the order and the one that goes on with it share its price and its payment."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.invariants import run_checks
from common.outbox import announce
from settlement.bills.sides import Key, books
from settlement.engine.facts import restored
from settlement.engine.money import cut_fen
from settlement.engine.result import check_line
from settlement.explaining import engine_line, why_of
from settlement.facts import estimate_facts
from settlement.models import Settlement, SettlementLine
from tests.settlement.company import Company, hear
from tests.workorders import walking
from tests.workorders.world import open_order, photo, shop_order, signature
from workorders.events import WorkOrderChanged
from workorders.guards import body_of, missing_photos
from workorders.item_parts import living_together, sharing
from workorders.models import ShopOrderLine, WorkOrder
from workorders.services.evidence import mark_step
from workorders.services.follow_on import go_on_with_another
from workorders.services.photos import add_photo
from workorders.services.progress import end_by_shop
from workorders.services.signatures import add_signature


def begun(company: Company, *done: int) -> WorkOrder:
    order = walking.arrive(open_order(company.world), company.world)
    for seq in done or (1,):
        mark_step(order_id=order.pk, seq=seq, actor=company.installer.user)
    return order


def leave(company: Company, order: WorkOrder, *steps: int) -> WorkOrder:
    return go_on_with_another(
        order_id=order.pk, steps=steps, reason="缺铜管", actor=company.world.dispatcher
    )


def finish(company: Company, order: WorkOrder) -> Settlement:
    """Do what is left of an order; one that was never begun is travelled to first."""
    order, me = WorkOrder.objects.get(pk=order.pk), company.installer.user
    if order.installer_id is None:
        order = walking.arrive(order, company.world)
    for step in body_of(order).steps:
        mark_step(order_id=order.pk, seq=step.seq, actor=me)
    for n, lack in enumerate(missing_photos(order)):
        for each in range(lack.count):
            upload = photo(10 + 40 * n + 20 * each)
            add_photo(order_id=order.pk, upload=upload, actor=me, seq=lack.seq, label=lack.label)
    add_signature(order_id=order.pk, upload=signature(), actor=me)
    walking.step(order, "complete", me)
    hear()
    return active(order)


def active(order: WorkOrder) -> Settlement:
    return Settlement.objects.get(work_order=order, status="active")


def line(settlement: Settlement, code: str) -> SettlementLine:
    return settlement.lines.get(code=code)


def broken() -> list[str]:
    found = run_checks(only=["I1", "I2", "I3", "I4", "I5"])
    return [sentence for each in found for sentence in each.violations]


def test_the_order_and_what_goes_on_with_it_settle_the_item_once(company: Company) -> None:
    whole = finish(company, begun(company))
    order = walking.arrive(
        open_order(company.world, shop_order(number="E20261102077")), company.world
    )
    mark_step(order_id=order.pk, seq=1, actor=company.installer.user)
    rest = leave(company, order, 2, 3)
    one, other = finish(company, order), finish(company, rest)
    assert one.paid_fen + other.paid_fen == whole.paid_fen
    bases = [line(each, "BASE").amount_fen for each in (one, other, whole)]
    assert bases[0] + bases[1] == bases[2]
    assert bases[0] == cut_fen(bases[2], 0, 10, 55)  # ten of 55 planned minutes
    assert broken() == []
    assert all(check_line(engine_line(row)) for row in one.lines.all())


def test_the_line_says_of_which_whole_it_is_which_part(company: Company) -> None:
    order = begun(company)
    leave(company, order, 2, 3)
    one = finish(company, order)
    base = engine_line(line(one, "BASE"))
    words = why_of(base, {}, restored(one.facts))[0]
    for number in ("3", "10", "55", f"{base.because['part']['fen'] / 100:,.2f}"):
        assert number in words


def test_a_stored_part_that_was_changed_is_noticed(company: Company) -> None:
    order = begun(company)
    leave(company, order, 2, 3)
    base = engine_line(line(finish(company, order), "BASE"))
    part = {**base.because["part"], "end": base.because["part"]["end"] + 1}
    assert check_line(base)
    assert not check_line(base._replace(because={**base.because, "part": part}))


def test_what_goes_on_twice_moves_nobody_elses_part(company: Company) -> None:
    order = begun(company)
    second = leave(company, order, 2, 3)
    one = finish(company, order)
    second = walking.arrive(second, company.world)
    mark_step(order_id=second.pk, seq=2, actor=company.installer.user)
    third = leave(company, second, 3)
    two, three = finish(company, second), finish(company, third)
    assert active(order) == one
    parts = [each.facts["item_part"] for each in (one, two, three)]
    assert [part[:3] for part in parts] == [[0, 10, 55], [10, 50, 55], [50, 55, 55]]
    assert sum(each.paid_fen for each in (one, two, three)) == order.paid_fen
    assert broken() == []


def test_after_the_follow_on_is_cancelled_what_was_paid_is_the_first_orders(
    company: Company,
) -> None:
    order = begun(company)
    rest = leave(company, order, 2, 3)
    one = finish(company, order)
    assert one.paid_fen == cut_fen(order.paid_fen, 0, 10, 55)
    ShopOrderLine.objects.filter(pk=order.line_id).update(refunded_fen=order.paid_fen // 2)
    end_by_shop(order_id=rest.pk, reason="the customer will not wait")
    hear()
    again = active(order)
    assert again.paid_fen == order.paid_fen - order.paid_fen // 2
    assert line(again, "BASE").amount_fen == line(one, "BASE").amount_fen
    assert broken() == []


def test_a_refund_on_the_first_order_settles_both_again(company: Company) -> None:
    order = begun(company)
    rest = leave(company, order, 2, 3)
    before = finish(company, order).paid_fen + finish(company, rest).paid_fen
    ShopOrderLine.objects.filter(pk=order.line_id).update(refunded_fen=5_001)
    announce(WorkOrderChanged(order.pk, "facts"))
    hear()
    assert active(order).paid_fen + active(rest).paid_fen == before - 5_001
    assert broken() == []


def test_the_shops_bill_is_held_against_both_orders(company: Company) -> None:
    order = begun(company)
    rest = leave(company, order, 2, 3)
    one = finish(company, order)
    shop = order.line.order
    key = Key(shop.platform, shop.shop_key, shop.number, order.line.line_id)
    ShopOrderLine.objects.filter(pk=order.line_id).update(paid_fen=order.paid_fen)
    assert books([key])[key].ours.payable_fen is None
    other = finish(company, rest)
    ours = books([key])[key].ours
    assert (ours.fee_fen or 0) + (ours.payable_fen or 0) == one.paid_fen + other.paid_fen


def test_only_the_order_of_a_whole_item_foresees_all_of_its_work(company: Company) -> None:
    order = begun(company)
    rest = leave(company, order, 2, 3)
    seen: dict[int, Any] = {}
    for each in (WorkOrder.objects.get(pk=order.pk), rest):
        ((_who, facts),) = estimate_facts(order=each, installers=[company.installer])
        seen[each.pk] = facts
    minutes = [seen[pk].work_min for pk in (order.pk, rest.pk)]
    assert minutes == [10, 45]
    assert sum(len(facts.materials) for facts in seen.values()) == 1


def test_an_order_nobody_leaves_steps_of_is_settled_as_ever(company: Company) -> None:
    alone = finish(company, begun(company))
    assert "item_part" not in alone.facts
    assert all("part" not in row.because for row in alone.lines.all())


def test_the_books_of_many_orders_that_share_items_take_as_many_queries_as_of_one(
    company: Company,
) -> None:
    keys = []
    for n in range(3):
        order = walking.arrive(
            open_order(company.world, shop_order(number=f"E2026110200{n}")), company.world
        )
        mark_step(order_id=order.pk, seq=1, actor=company.installer.user)
        rest = leave(company, order, 2, 3)
        finish(company, order)
        finish(company, rest)
        placed = order.line.order
        keys.append(Key(placed.platform, placed.shop_key, placed.number, ""))
    taken = []
    for some in (keys[:1], keys):
        with CaptureQueriesContext(connection) as seen:
            found = books(some)
        assert all(found[key].ours.fee_fen is not None for key in some)
        taken.append(len(seen))
    assert taken[0] == taken[1]


def test_orders_that_do_an_item_together_are_found_at_once_as_one_by_one(company: Company) -> None:
    order = begun(company)
    second = leave(company, order, 2, 3)
    alone = open_order(company.world, shop_order(number="E20261102099"))
    asked = list(WorkOrder.objects.filter(pk__in=[order.pk, second.pk, alone.pk]))
    found = living_together(asked)
    for one in asked:
        shared = sharing(one)
        members = (
            [each for each in shared.orders if each.meaning != "cancelled"] if shared else [one]
        )
        assert sorted(found[one.pk]) == sorted(each.pk for each in members)

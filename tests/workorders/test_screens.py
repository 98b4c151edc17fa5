"""The pages about orders: they show, they keep what was typed, they stay cheap."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.workorders.walking import arrive, assign, complete
from tests.workorders.world import HANGZHOU, open_order, service_line, shop_order, tomorrow
from workorders.models import FollowUp, SiteFact, WorkOrder
from workorders.services.editing import add_note
from workorders.services.intake import take_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def order(world):
    return open_order(world)


@pytest.fixture
def desk(client, world):
    """A browser of the dispatcher of the branch that settles the orders."""
    client.force_login(world.dispatcher)
    return client


def page(order, part=""):
    return f"/orders/{order.number}/{part}"


def test_the_list_shows_the_order_with_its_places_and_a_masked_phone(desk, order):
    html = desk.get("/orders/").content.decode()
    for shown in (order.number, "E20261102001", "杭州", "成都旗舰店", "137****5678", "王芳"):
        assert shown in html
    assert "13712345678" not in html


@pytest.mark.parametrize(("role", "offered"), [("dispatcher", True), ("finance", False)])
def test_the_list_offers_only_what_the_role_may_do(client, world, role, offered):
    client.force_login(UserFactory(role=role, unit=world.dispatcher.unit))
    html = client.get("/orders/").content.decode()
    for path in ("/orders/enter/", "/orders/import/"):
        assert (path in html) is offered
        assert client.get(path).status_code == (200 if offered else 403)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=5678", 1),
        ("q=0000", 0),
        ("q=13712345678", 1),
        ("q=E2026110", 1),
        ("q=e-nothing-here", 0),
        ("q=王", 1),
        ("q=李", 0),
        ("state=open", 1),
        ("state=overdue", 0),
        ("state=DONE", 0),
        ("state=nonsense", 1),
        ("urgent=on", 0),
        ("since=2020-01-01&until=2020-01-02", 0),
        ("since=9999-99-99", 1),
        ("after=99999999999999999-1", 1),
        ("after=1-1", 0),
        ("region=999999&unit=abc", 1),
    ],
)
def test_filters_and_search_find_what_they_should_and_survive_nonsense(desk, order, query, found):
    answer = desk.get(f"/orders/?{query}")
    assert answer.status_code == 200
    assert answer.content.decode().count(f'id="order-{order.pk}"') == found


def test_search_finds_the_own_number_with_and_without_its_prefix(desk, order):
    for text in (order.number, order.number[3:], order.number[:11].lower()):
        assert order.number in desk.get("/orders/", {"q": text}).content.decode()


def test_the_bar_opens_the_only_order_that_fits_and_lists_several(desk, world, order):
    own = desk.get("/orders/", {"q": order.number, "open": "1"})
    assert (own.status_code, own["Location"]) == (302, f"/orders/{order.number}/")
    open_order(world, shop_order(number="E20261109"))
    assert desk.get("/orders/", {"q": "E202611", "open": "1"}).status_code == 200


def test_a_poll_that_sees_nothing_new_answers_204(desk, order):
    rows = desk.get("/orders/", headers=HTMX)
    assert desk.get(f"/orders/?stamp={rows['X-Stamp']}", headers=HTMX).status_code == 204
    WorkOrder.objects.update(urgent=True)
    assert desk.get(f"/orders/?stamp={rows['X-Stamp']}", headers=HTMX).status_code == 200


def test_the_list_costs_the_same_queries_for_one_row_and_for_fifty(desk, world, order):
    desk.get("/orders/")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.get("/orders/").status_code == 200
        return len(captured)

    one = queries()
    lines = [service_line(f"L{n}") for n in range(60)]
    take_in(shop_order(*lines, number="E2"), sold_by=world.shop)
    desk.get("/orders/")  # The session keeps which orders were listed, once for each other list.
    assert queries() == one <= 16


def test_older_pages_go_on_where_the_newer_ended(desk, world):
    take_in(shop_order(*[service_line(f"L{n}") for n in range(60)]), sold_by=world.shop)
    first = desk.get("/orders/").content.decode()
    token = first.split("after=")[1].split('"')[0].split("&")[0]
    second = desk.get(f"/orders/?after={token}").content.decode()
    assert first.count('id="order-') - second.count('id="order-') == 40
    assert 'rel="next"' not in second


def test_the_file_is_in_scope_and_no_cell_is_a_formula(client, world):
    danger = service_line(title="=1+1")
    facts = shop_order(danger)
    open_order(world, facts)
    WorkOrder.objects.get().contact.__class__.objects.update(name='=HYPERLINK("x")')
    client.force_login(world.dispatcher)
    raw = b"".join(client.get("/orders/export.csv").streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text
    assert "137****5678" in text
    client.force_login(world.stranger)
    foreign = b"".join(client.get("/orders/export.csv").streaming_content)
    assert len(foreign.splitlines()) == 1


def test_the_detail_page_answers_where_and_why(desk, world, order):
    assign(order, world)
    html = desk.get(page(order)).content.decode()
    for shown in (
        "成都旗舰店",
        "杭州",
        "苏州网点",
        "华东分公司",
        world.installer.user.display_name,
    ):
        assert shown in html


def test_the_detail_poll_answers_204_until_something_happens(desk, world, order):
    first = desk.get(page(order), headers=HTMX)
    again = f"{page(order)}?stamp={first['X-Stamp']}&stage=waiting"
    assert desk.get(again, headers=HTMX).status_code == 204
    assign(order, world)
    changed = desk.get(again, headers=HTMX)
    assert (changed.status_code, changed["HX-Refresh"]) == (200, "true")


def test_a_transition_is_taken_from_the_page(desk, world, order):
    answer = desk.post(page(order, "move/cancel/"), {"cancel-reason": "客户不装了"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, page(order))
    order.refresh_from_db()
    assert order.meaning == "CANCELLED"


def test_what_was_typed_stays_when_something_is_missing(desk, world, order):
    assign(order, world)
    start, _end = tomorrow()
    answer = desk.post(
        page(order, "move/hold/"),
        {"hold-reason": "", "hold-next_contact": f"{start:%Y-%m-%dT%H:%M}"},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert f"{start:%Y-%m-%dT%H:%M}" in answer.content.decode()


def test_a_refused_move_is_a_toast_and_a_stale_one_a_conflict(desk, world, order):
    missing = desk.post(page(order, "move/approve/"), {}, headers=HTMX)
    assert (missing.status_code, missing["HX-Retarget"]) == (409, "#x-toasts")
    assert desk.post(page(order, "move/fly/"), {}, headers=HTMX).status_code == 404


def test_rain_is_recorded_with_source_and_time(desk, world, order):
    typed = {"kind": "rain", "value": "yes", "source": "气象台", "observed_at": "2026-11-20T10:00"}
    assert desk.post(page(order, "facts/"), typed).status_code == 302
    fact = SiteFact.objects.get()
    assert (fact.kind, fact.value, fact.source) == ("rain", "yes", "气象台")


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "maybe"},
        {"kind": "floor", "value": "-1"},
        {"kind": "floor", "value": "1e3"},
        {"kind": "quote_fen"},
        {"source": " "},
        {"observed_at": "9999-12-31T23:00"},
        {"observed_at": "2026-02-30T10:00"},
    ],
)
def test_an_impossible_fact_is_refused(desk, order, wrong):
    typed = {"kind": "rain", "value": "yes", "source": "x", "observed_at": "2026-11-20T10:00"}
    assert desk.post(page(order, "facts/"), typed | wrong, headers=HTMX).status_code == 422
    assert not SiteFact.objects.exists()


def test_a_follow_up_can_approve_at_once(desk, world, order):
    complete(order, world)
    typed = {"passed": "yes", "rating": "4.8", "remark": "", "approve": "1"}
    assert desk.post(page(order, "follow-up/"), typed).status_code == 302
    order.refresh_from_db()
    assert (order.meaning, FollowUp.objects.get().rating_x10) == ("DONE", 48)


def test_a_number_is_shown_on_demand_and_the_look_is_limited(desk, order):
    for _look in range(30):
        assert "13712345678" in desk.post(page(order, "phone/")).content.decode()
    assert desk.post(page(order, "phone/"), headers=HTMX).status_code == 429


def test_entering_an_order_opens_a_work_order(client, world):
    client.force_login(world.admin)
    typed = {
        "customer_name": "赵敏",
        "phone": "１３９ 0013 9000",
        "province": "330000",
        "city": "330100",
        "district": "330106",
        "detail": "文二路 1 号",
        "item": world.item.pk,
        "quantity": "2",
        "paid": "５６０.00",
        "sold_by": world.shop.pk,
        "site_kind": "urban",
        "urgent": "on",
    }
    assert client.get("/orders/enter/").status_code == 200
    assert client.post("/orders/enter/", typed).status_code == 302
    order = WorkOrder.objects.get()
    assert (order.quantity, order.paid_fen, order.urgent) == (2, 56_000, True)
    assert order.contact.phone == "13900139000"
    assert order.site_region == world.hangzhou
    assert (order.order_type, order.flow_version.key) == ("installation", "installation")


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("repair", ("repair", "repair")),
        ("", ("installation", "installation")),
    ],
)
def test_an_order_type_chosen_by_hand_counts_before_item_and_region(
    client, world, chosen, expected
):
    client.force_login(world.admin)
    typed = {
        "customer_name": "赵敏",
        "phone": "13900139000",
        "province": "330000",
        "city": "330100",
        "district": "330106",
        "detail": "文二路 1 号",
        "item": world.item.pk,
        "quantity": "1",
        "sold_by": world.shop.pk,
        "site_kind": "urban",
        "order_type": chosen,
    }
    assert client.post("/orders/enter/", typed).status_code == 302
    order = WorkOrder.objects.get()
    assert (order.order_type, order.flow_version.key) == expected
    assert client.post("/orders/enter/", typed | {"order_type": "nonsense"}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "1.39E+10"},
        {"phone": "110"},
        {"quantity": "0"},
        {"paid": "1.005"},
        {"paid": "1e3"},
        {"paid": "-5"},
        {"item": "999999"},
        {"sold_by": "999999"},
        {"customer_name": ""},
    ],
)
def test_a_wrong_entry_is_kept_and_explained(client, world, wrong):
    client.force_login(world.admin)
    typed = {
        "customer_name": "赵敏",
        "phone": "13900139000",
        "detail": "杭州市西湖区文二路 1 号",
        "item": world.item.pk,
        "quantity": "1",
        "paid": "",
        "sold_by": world.shop.pk,
        "site_kind": "urban",
    }
    answer = client.post("/orders/enter/", typed | wrong, headers=HTMX)
    assert answer.status_code == 422
    assert "文二路 1 号" in answer.content.decode()
    assert not WorkOrder.objects.exists()


def test_mapping_a_product_once_opens_every_waiting_line(client, world):
    take_in(shop_order(service_line(outer_item_id="NEW")), sold_by=world.shop)
    take_in(shop_order(service_line(outer_item_id="NEW"), number="E2"), sold_by=world.shop)
    client.force_login(world.seller)
    html = client.get("/orders/unmapped/").content.decode()
    line = html.split('id="line-')[1].split('"')[0]
    url = f"/orders/unmapped/{line}/map/"
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"item": world.item.pk}).status_code == 302
    assert WorkOrder.objects.count() == 2
    assert client.post(url, {"item": world.item.pk}).status_code == 404
    again = take_in(shop_order(service_line(outer_item_id="NEW"), number="E3"), sold_by=world.shop)
    assert len(again.opened) == 1


def test_placing_a_site_gives_its_open_order_region_and_branch(client, world):
    from dataclasses import replace

    from tests.workorders.world import HANGZHOU

    nowhere = replace(HANGZHOU, province="", city="", district="", detail="老地方", position=None)
    order = open_order(world, shop_order(receiver=nowhere))
    client.force_login(world.seller)
    assert order.number in client.get("/orders/unlocated/").content.decode()
    assert client.get(page(order, "place/")).status_code == 200
    wrong = client.post(page(order, "place/"), {"datum": "gcj02"}, headers=HTMX)
    assert wrong.status_code == 422
    typed = {"province": "330000", "city": "330100", "district": "330106", "datum": "gcj02"}
    assert client.post(page(order, "place/"), typed).status_code == 302
    order.refresh_from_db()
    assert (order.site_region, order.settled_by) == (world.hangzhou, world.east)
    assert take_in(shop_order(receiver=nowhere, version=101), sold_by=world.shop).changed == []
    order.refresh_from_db()
    assert order.site_region == world.hangzhou


def test_every_page_of_a_working_order_renders(desk, world, order):
    arrive(order, world)
    assert desk.get(page(order)).status_code == 200
    html = desk.get(page(order)).content.decode()
    assert "铭牌照" in html


def test_what_strangers_typed_is_text_and_hides_nothing(desk, world):
    hostile = '"><img src=x onerror=alert(1)>\u202e{{7*7}}😀'
    receiver = replace(HANGZHOU, name=hostile, detail=hostile)
    order = open_order(world, shop_order(receiver=receiver, buyer_message=hostile))
    add_note(order_id=order.pk, text=hostile, actor=world.dispatcher)
    board = desk.get("/dispatch/").content.decode()
    assign(order, world)
    phone = TenantClient(desk.place)
    phone.force_login(world.installer.user)
    shown = [desk.get(url).content.decode() for url in ("/orders/", page(order))]
    shown += [phone.get(url).content.decode() for url in ("/m/today/", f"/m/today/{order.number}/")]
    for html in (board, *shown):
        assert "<img src=x" not in html
        assert "\u202e" not in html
    for html in shown:
        assert "⟨U+202E⟩{{7*7}}😀" in html

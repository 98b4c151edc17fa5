import httpx
import pytest

from integrations.simulators import trade
from integrations.simulators.clock import MovableClock
from integrations.simulators.faults import KINDS
from integrations.simulators.platforms import make_platforms
from integrations.simulators.seed import all_addresses, make_world
from integrations.wecom.cards import TextCard
from tests.integrations.conftest import CORP, NOON, TMALL, YOUZAN


def post(stage, path, body=None):
    return httpx.post(f"{stage.base}/control/api/{path}", json=body or {})


def get(stage, path):
    return httpx.get(f"{stage.base}/control/api/{path}").json()


def test_an_order_is_placed_for_a_wished_district_with_its_own_position(stage):
    wish = {"product": "P-AC-30", "address": {"city": "苏州市", "district": "吴中区"}, "pay": True}
    order = post(stage, f"shops/{TMALL}/orders", wish).json()
    assert (order["status"], order["address"]["district"]) == ("paid", "吴中区")
    assert 31 < order["address"]["lat"] < 32
    assert [line["outer_item_id"] for line in order["lines"]] == ["P-AC-30", "P-AC-30-AZ"]


def test_a_district_that_no_sample_has_comes_without_a_position(stage):
    wish = {"address": {"province": "云南省", "city": "昆明市", "district": "五华区"}}
    address = post(stage, f"shops/{TMALL}/orders", wish).json()["address"]
    assert (address["city"], address["lon"]) == ("昆明市", 0)


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        (["pay", "ship", "finish"], "finished"),
        (["pay", "address", "refund"], "closed"),
        (["deposit", "pay"], "paid"),
        (["cancel"], "closed"),
        (["pay", "ask-refund", "agree-refund"], "paid"),
        (["memo"], "unpaid"),
    ],
)
def test_a_buyer_and_a_seller_can_do_what_they_can_do(stage, actions, status):
    number = post(stage, f"shops/{YOUZAN}/orders").json()["number"]
    for action in actions:
        answer = post(
            stage, f"orders/{number}/{action}", {"memo": "加急"} if action == "memo" else {}
        )
        assert answer.status_code == 200
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("shops/1/orders", {}, 404),
        (f"shops/{YOUZAN}/orders", {"product": "P-NONE"}, 404),
        ("orders/E1/pay", {}, 404),
        (f"shops/{YOUZAN}/orders", {"quantity": "many"}, 409),
        ("faults", {"kind": "earthquake"}, 409),
        ("corps/ww/press", {}, 404),
        (f"corps/{CORP}/press", {"message_id": "M"}, 404),
    ],
)
def test_a_wish_for_the_unknown_or_impossible_is_told_so(stage, path, body, status):
    assert post(stage, path, body).status_code == status


def test_paying_twice_is_a_conflict(stage):
    number = post(stage, f"shops/{YOUZAN}/orders", {"pay": True}).json()["number"]
    assert post(stage, f"orders/{number}/pay").status_code == 409
    assert post(stage, f"orders/{number}/fly").status_code == 404


def test_the_clock_faults_and_traffic_are_moved_over_json(stage):
    before = get(stage, "clock")["now"]
    assert post(stage, "clock", {"advance_s": 60}).json()["now"] > before
    assert post(stage, "faults", {"kind": "limit", "times": 2}).json()[0]["times"] == 2
    assert httpx.delete(f"{stage.base}/control/api/faults").json() == []
    assert post(stage, "traffic", {"every_s": 90}).json() == {"every_s": 90}


def test_orders_come_by_themselves_to_every_shop_in_turn(stage):
    traffic, world = stage.platforms.traffic, stage.platforms.world
    traffic.run_due()
    assert all(not shop.orders for shop in world.shops.values())
    traffic.every_s = 90
    traffic.run_due()
    for _ in range(40):
        stage.later(90)
        assert traffic.run_due() is not None
        assert traffic.run_due() is None
    assert {len(shop.orders) for shop in world.shops.values()} == {10}
    bought = [order for shop in world.shops.values() for order in shop.orders.values()]
    assert {order.status for order in bought} == {"paid"}
    assert len({order.address.city for order in bought}) > 8
    assert len({order.lines[0].outer_item_id for order in bought}) > 10


def test_the_page_shows_orders_and_carries_out_its_forms(stage):
    page = f"{stage.base}/control/"
    form = {
        "do": "place",
        "shop_id": TMALL,
        "product": "P-TV-65",
        "message": "<b>轻放</b>",
        "back": "/control/?shop=" + TMALL,
    }
    answer = httpx.post(page, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/control/?shop={TMALL}")
    order = next(iter(stage.shop(TMALL).orders.values()))
    shown = httpx.get(page, params={"shop": TMALL}).text
    assert order.number in shown
    assert "4K超薄电视" in shown
    httpx.post(page, data={"do": "cancel", "number": order.number})
    assert order.status == "closed"


@pytest.mark.parametrize("whose", [{"shop_id": YOUZAN}, {"corp_id": CORP}])
def test_the_page_sets_where_pushes_and_events_go(stage, whose):
    httpx.post(
        f"{stage.base}/control/", data={"do": "callback", "url": "https://k.example/", **whose}
    )
    world = stage.platforms.world
    owner = world.shops.get(whose.get("shop_id", "")) or world.corps[CORP]
    assert owner.callback_url == "https://k.example/"


def test_what_cannot_be_done_is_said_on_the_page(stage):
    order = stage.buy(TMALL)
    answer = httpx.post(
        f"{stage.base}/control/",
        data={"do": "cancel", "number": order.number},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    assert "没有做成" in answer.text


def test_the_page_leads_back_to_itself_only(stage):
    answer = httpx.post(
        f"{stage.base}/control/", data={"do": "clock", "back": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/control/"


def test_members_messages_are_shown_as_text(stage):
    corp = stage.platforms.world.corps[CORP]
    stage.wecom().send(["li"], TextCard("结算", "<script>x</script>", "https://k.example", "看"))
    shown = httpx.get(f"{stage.base}/control/", params={"corp": corp.corp_id}).text
    assert "<script" not in shown
    assert "结算" in shown


def test_orders_and_messages_outlive_a_restart(tmp_path):
    first = make_platforms(clock=MovableClock(NOON), state_dir=tmp_path)
    shop = first.world.shops[TMALL]
    order = trade.place_order(
        first.world, shop, product=shop.products[0], address=shop.addresses[0], is_presale=True
    )
    trade.pay(first.world, shop, order)
    refund = trade.ask_refund(first.world, shop, order, order.lines[0])
    first.tick()
    second = make_platforms(clock=MovableClock(NOON), state_dir=tmp_path)
    kept = second.world.shops[TMALL]
    assert (kept.orders, kept.refunds) == ({order.number: order}, {refund.refund_id: refund})
    assert second.world.next_number() > first.world.counter
    assert len(second.top.tmc.consume("chengyu", 100)) == 3


def test_simulators_that_forgot_their_orders_hand_out_new_numbers():
    made = set()
    for restart in range(3):
        clock = MovableClock(NOON)
        clock.move(restart * 60)
        world = make_world(clock)
        for shop in world.shops.values():
            order = trade.place_order(
                world, shop, product=shop.products[0], address=shop.addresses[0]
            )
            made |= {order.number, *(line.line_id for line in order.lines)}
    assert len(made) == 3 * 4 * 3


def test_the_seed_is_complete_and_invented():
    world = make_world()
    assert {shop.platform for shop in world.shops.values()} == {"youzan", "tmall"}
    assert len({shop.client_id for shop in world.shops.values()}) == 4
    assert all(len(shop.addresses) >= 20 for shop in world.shops.values())
    assert any(not address.city for address in all_addresses())
    assert all(address.phone.startswith("1990000") for address in all_addresses())


def test_every_fault_has_a_name_on_the_page(stage):
    shown = httpx.get(f"{stage.base}/control/").text
    assert all(f'value="{kind}"' in shown for kind in KINDS)

import json
from datetime import timedelta

import httpx
import pytest
from werkzeug.wrappers import Response

from integrations.errors import Kind, PlatformError
from integrations.simulators import trade
from integrations.tokens import MemoryTokenStore
from integrations.youzan.mapping import read_order
from integrations.youzan.signing import parse_push, verify_push
from tests.integrations.conftest import OTHER_YOUZAN, YOUZAN
from workorders.intake_facts import RefundState, Secrecy, ShopOrderStatus

LIST, DETAIL = "youzan.trades.sold.get/4.0.4", "youzan.trade.get/4.0.2"


def post(stage, path, body, **more):
    """A raw call beside the client; the answer's JSON."""
    sent = {"json": body} if more.get("as_json", True) else {"data": body}
    query = {"access_token": more["token"]} if "token" in more else {}
    answer = httpx.post(
        f"{stage.base}/youzan/{path}", params=query, headers=more.get("headers"), **sent
    )
    assert answer.status_code == 200
    return answer.json()


def ask_token(stage, **changes):
    shop = stage.shop(YOUZAN)
    wish = {
        "client_id": shop.client_id,
        "client_secret": shop.client_secret,
        "authorize_type": "silent",
        "grant_id": YOUZAN,
        "refresh": False,
    }
    return post(stage, "auth/token", {**wish, **changes})


def numbers(stage, **window):
    start, end = stage.last_hour()
    rows = stage.youzan().orders_modified(window.get("start", start), window.get("end", end))
    return [row["order_info"]["tid"] for row in rows]


def test_an_order_bought_is_mapped_with_service_position_and_ciphertext(stage):
    order = stage.buy(YOUZAN)
    facts = read_order(stage.youzan().order(order.number), shop_id=YOUZAN)
    goods, service = facts.lines
    assert facts.status is ShopOrderStatus.PAID
    assert (goods.is_service, service.is_service) == (False, True)
    assert service.product_codes == ("P-AC-15-AZ",)
    assert facts.paid_fen == goods.paid_fen + service.paid_fen
    assert facts.receiver.phone_secrecy is Secrecy.CIPHER
    assert facts.receiver.position is not None


def test_a_shop_opens_its_own_ciphertexts_only(stage):
    order = stage.buy(YOUZAN)
    receiver = read_order(stage.youzan().order(order.number), shop_id=YOUZAN).receiver
    sources = [receiver.phone, receiver.name, receiver.detail, ""]
    opened = stage.youzan().decrypt_many(sources)
    assert opened[receiver.phone] == order.address.phone
    assert opened[receiver.name] == order.address.name
    assert stage.youzan().decrypt(receiver.name) == order.address.name
    with pytest.raises(PlatformError, match="500100001"):
        stage.youzan(OTHER_YOUZAN, MemoryTokenStore()).decrypt(receiver.phone)


def test_lists_are_half_a_minute_late_and_details_are_not(stage):
    order = stage.buy(YOUZAN)
    assert numbers(stage) == []
    assert stage.youzan().order(order.number)
    stage.later(30)
    assert numbers(stage) == [order.number]


def test_no_order_of_three_pages_is_lost_although_some_change_meanwhile(stage):
    bought = {stage.buy(YOUZAN).number for _ in range(250)}
    stage.later(60)
    stage.fault("shift", YOUZAN, times=4)
    first = numbers(stage)
    assert len(first) == len(set(first))
    moved = bought - set(first)
    assert len(moved) <= 4
    stage.later(300)
    # What changed while we read has left the first window and stands in the next one.
    assert moved <= set(numbers(stage, start=stage.now() - timedelta(minutes=5)))


def test_pages_that_only_say_there_is_more_are_followed(stage):
    stage.fault("no_total", YOUZAN, times=2)
    bought = {stage.buy(YOUZAN).number for _ in range(130)}
    stage.later(60)
    assert set(numbers(stage)) == bought


def test_a_window_wider_than_the_pages_is_refused_not_cut(stage):
    for _ in range(10_001):
        stage.buy(YOUZAN, paid=False)
    stage.later(60)
    with pytest.raises(PlatformError, match=r"window\.too_wide"):
        numbers(stage)


def test_a_token_of_one_shop_does_not_open_another(stage):
    order = stage.buy(OTHER_YOUZAN)
    with pytest.raises(PlatformError, match="5000: trade not found"):
        stage.youzan().order(order.number)


@pytest.mark.parametrize("trouble", ["revoke", "expire"])
def test_a_dead_token_is_replaced_once_and_the_call_repeated(stage, trouble):
    order = stage.buy(YOUZAN)
    api = stage.youzan()
    api.order(order.number)
    first = stage.tokens.get()
    if trouble == "revoke":
        stage.fault("revoke", YOUZAN)
    else:
        stage.later(7 * 86_400)
    assert api.order(order.number)
    assert stage.tokens.get() != first


def test_a_token_refreshed_elsewhere_is_taken_from_the_store(stage):
    order = stage.buy(YOUZAN)
    api = stage.youzan()
    api.order(order.number)
    ask_token(stage, refresh=True)
    assert api.order(order.number)
    assert api.order(order.number)
    asked = [call for call in stage.calls if call.operation == "auth/token"]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_secret": "wrong"}, 1000),
        ({"client_id": "nobody"}, 1103),
        ({"grant_id": "1"}, 1004),
        ({"authorize_type": "password"}, 1005),
    ],
)
def test_a_token_is_given_to_the_right_application_only(stage, changes, code):
    assert ask_token(stage, **changes)["code"] == code


def test_a_token_request_as_a_form_is_refused(stage):
    assert post(stage, "auth/token", {"client_id": "x"}, as_json=False)["code"] == 1000


def test_asking_again_returns_the_same_token_and_a_refresh_kills_it(stage):
    first, same, fresh = (
        ask_token(stage, refresh=wish)["data"]["access_token"] for wish in (False, False, True)
    )
    assert first == same != fresh
    assert post(stage, f"api/{DETAIL}", {}, token=first)["gw_err_resp"]["err_code"] == 4203


@pytest.mark.parametrize(
    ("path", "more", "code"),
    [
        (f"api/{DETAIL}", {}, 4201),
        (f"api/{DETAIL}", {"headers": {"Authorization": "Bearer x"}}, 4201),
        (f"api/{DETAIL}", {"token": "unknown"}, 4203),
        ("api/youzan.trade.get/9.9.9", {}, 4005),
        ("api/youzan.trade.get", {}, 4001),
        (f"api/{DETAIL}", {"as_json": False}, 4007),
    ],
)
def test_the_gateway_refuses_in_its_own_order(stage, path, more, code):
    assert post(stage, path, {"tid": "E1"}, **more)["gw_err_resp"]["err_code"] == code


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"start_update": "2026-03-01", "end_update": "2026-03-02"}, 5001),
        ({"page_no": 101}, 5000),
        ({"page_size": 101}, 5000),
        ({"page_size": "20"}, 53002),
    ],
)
def test_a_list_refuses_what_the_real_one_refuses(stage, parameters, code):
    token = ask_token(stage)["data"]["access_token"]
    answer = post(stage, f"api/{LIST}", parameters, token=token)
    assert (answer.get("gw_err_resp") or answer).get("err_code", answer.get("code")) == code


def test_half_a_window_is_ignored_and_unknown_parameters_are_counted(stage):
    stage.buy(YOUZAN)
    stage.later(60)
    token = ask_token(stage)["data"]["access_token"]
    answer = post(
        stage, f"api/{LIST}", {"start_update": "2030-01-01 00:00:00", "colour": 1}, token=token
    )
    assert answer["data"]["total_results"] == 1
    assert stage.platforms.world.unknown_parameters == {"youzan.trades.sold.get:colour": 1}


@pytest.mark.parametrize("kind", ["limit", "limit_business"])
def test_a_limit_is_waited_out_and_then_left_to_the_caller(stage, kind):
    order = stage.buy(YOUZAN)
    stage.fault(kind, YOUZAN, times=2)
    assert stage.youzan().order(order.number)
    assert stage.waits == [3, 6]
    stage.fault(kind, YOUZAN, times=3)
    with pytest.raises(PlatformError) as limited:
        stage.youzan().order(order.number)
    assert limited.value.kind is Kind.LIMIT


@pytest.mark.parametrize(("days", "accepted"), [(92, True), (93, False)])
def test_a_window_reaches_over_three_months_at_most(stage, days, accepted):
    api, end = stage.youzan(), stage.now()
    if accepted:
        assert list(api.orders_modified(end - timedelta(days=days), end)) == []
    else:
        with pytest.raises(PlatformError, match="5000") as refused:
            list(api.orders_modified(end - timedelta(days=days), end))
        assert refused.value.kind is Kind.REFUSED


def test_a_failed_list_is_an_error_although_it_carries_an_empty_list(stage):
    stage.fault("failed_list", YOUZAN)
    with pytest.raises(PlatformError, match="5000"):
        numbers(stage)


def test_a_refund_is_found_by_search_and_reaches_its_line(stage):
    order = stage.buy(YOUZAN)
    world, shop = stage.platforms.world, stage.shop(YOUZAN)
    trade.ask_refund(world, shop, order, order.lines[1], 10_000)
    api = stage.youzan()
    rows = list(api.refunds_modified(*stage.last_hour()))
    assert [row["tid"] for row in rows] == [order.number]
    trade.agree_refund(world, shop, order, order.lines[1])
    refund = api.refund(rows[0]["refund_id"])
    facts = read_order(api.order(order.number), shop_id=YOUZAN, refunds=[refund])
    assert (facts.lines[1].refund_state, facts.lines[1].refund_fen) == (
        RefundState.REFUNDED,
        10_000,
    )
    assert facts.lines[0].refund_state is RefundState.NONE


class Receiver:
    """Stands where our webhook stands: keeps what arrived, answers as told."""

    def __init__(self, stage) -> None:
        self.stage, self.arrived, self.answer = stage, [], '{"code":0,"msg":"success"}'
        stage.shop(YOUZAN).callback_url = "https://shop.example/hook"
        stage.platforms.pushes.post = self

    def __call__(self, url, body, headers):
        self.arrived.append((body, headers))
        return self.answer

    def verified(self):
        shop = self.stage.shop(YOUZAN)
        for body, headers in self.arrived:
            verify_push(
                client_id=shop.client_id,
                client_secret=shop.client_secret,
                sent_client_id=headers["Client-Id"],
                sent_sign=headers["Event-Sign"],
                body=body,
            )
            yield parse_push(body)


def test_a_payment_is_pushed_signed_and_names_its_order(stage):
    receiver = Receiver(stage)
    order = stage.buy(YOUZAN)
    stage.platforms.pushes.deliver_due()
    pushes = list(receiver.verified())
    assert [one.event_type for one in pushes] == [
        "trade_TradeCreate",
        "trade_TradePaid",
        "trade_TradeBuyerPay",
    ]
    assert {one.order_number for one in pushes} == {order.number}
    assert [one.version for one in pushes] == sorted(one.version for one in pushes)


def test_a_push_comes_again_until_the_answer_says_success(stage):
    receiver = Receiver(stage)
    receiver.answer = "<h1>502</h1>"
    stage.buy(YOUZAN, paid=False)
    deliver = stage.platforms.pushes.deliver_due
    assert deliver() == 0
    assert deliver() == 0
    assert len(receiver.arrived) == 1
    stage.later(10)
    deliver()
    assert len(receiver.arrived) == 2
    receiver.answer = "success"
    stage.later(30)
    assert deliver() == 1
    stage.later(10_000)
    assert deliver() == 0
    assert len({parse_push(body).msg_id for body, _ in receiver.arrived}) == 1


def test_pushes_can_come_twice_and_in_reverse_with_the_same_ids(stage):
    receiver = Receiver(stage)
    stage.buy(YOUZAN)
    deliver = stage.platforms.pushes.deliver_due
    deliver()
    stage.platforms.pushes.repeat_all(is_reversed=True)
    deliver()
    ids = [one.msg_id for one in receiver.verified()]
    assert ids == [*ids[:3], *reversed(ids[:3])]


@pytest.mark.parametrize(
    ("how", "genuine"), [("odd_spacing", True), ("wrong_sign", False), ("wrong_client", False)]
)
def test_forgeries_can_be_ordered(stage, how, genuine):
    receiver = Receiver(stage)
    order = stage.buy(YOUZAN)
    stage.platforms.pushes.deliver_due()
    receiver.arrived.clear()
    stage.platforms.pushes.forge(stage.shop(YOUZAN), order, how)
    stage.platforms.pushes.deliver_due()
    if genuine:
        assert [one.order_number for one in receiver.verified()] == [order.number]
    else:
        with pytest.raises(Exception, match="signature"):
            list(receiver.verified())


def test_a_refund_is_pushed_in_both_shapes_and_both_name_the_order(stage):
    receiver = Receiver(stage)
    order = stage.buy(YOUZAN)
    trade.ask_refund(stage.platforms.world, stage.shop(YOUZAN), order, order.lines[0])
    stage.platforms.pushes.deliver_due()
    refunds = [one for one in receiver.verified() if "efund" in one.event_type]
    assert {one.order_number for one in refunds} == {order.number}
    assert {type(json.loads(body)["msg"]) for body, _ in receiver.arrived} == {str, dict}


def test_a_receiver_that_mostly_fails_is_only_probed(stage):
    receiver = Receiver(stage)
    receiver.answer = "no"
    for _ in range(10):
        stage.buy(YOUZAN, paid=False)
    stage.platforms.pushes.deliver_due()
    assert 5 <= len(receiver.arrived) < 10


def test_a_name_that_only_browsers_know_is_reached_under_its_own_host(stage, serve):
    seen = []

    def receive(request):
        seen.append((request.host, request.headers["Event-Type"]))
        return Response('{"code":0,"msg":"success"}')

    port = serve(receive)
    stage.shop(YOUZAN).callback_url = f"http://company.localhost:{port}/hook"
    stage.buy(YOUZAN, paid=False)
    assert stage.platforms.pushes.deliver_due() == 1
    assert seen == [(f"company.localhost:{port}", "trade_TradeCreate")]

import pytest

from integrations.breaker import FAILURES_TO_OPEN, OPEN_S, Breaker
from integrations.client import HttpClient, Request
from integrations.errors import Kind, PlatformError
from integrations.strict_json import load_object
from tests.integrations.conftest import YOUZAN


class HandClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("fault", "code"),
    [("http500", "http.502"), ("half_json", "net.half_answer"), ("kill", "net.broken")],
)
def test_a_reading_call_survives_two_troubles_of_the_line(stage, fault, code):
    order = stage.buy(YOUZAN)
    stage.fault(fault, YOUZAN, times=2)
    found = stage.youzan().order(order.number)
    assert found["full_order_info"]["order_info"]["tid"] == order.number
    outcomes = [
        call.outcome for call in stage.calls if call.operation.startswith("youzan.trade.get")
    ]
    assert outcomes == [code, code, "ok"]
    assert stage.waits == [1, 3]


def test_a_third_trouble_in_a_row_is_the_callers(stage):
    order = stage.buy(YOUZAN)
    stage.fault("http500", YOUZAN, times=3)
    with pytest.raises(PlatformError) as failed:
        stage.youzan().order(order.number)
    assert failed.value.kind is Kind.RETRY


def test_a_call_that_must_not_happen_twice_is_not_repeated(stage):
    stage.fault("kill")
    url = f"{stage.base}/wecom/cgi-bin/gettoken"
    with pytest.raises(PlatformError, match=r"net\.broken"):
        stage.client.call(Request("wecom", "once", "GET", url), load_object)
    assert [call.attempt for call in stage.calls] == [0]


def test_nobody_listening_is_tried_again_because_nothing_was_sent(stage):
    client = HttpClient(
        egress_allow=frozenset({("127.0.0.1", 1)}),
        wait=stage.waits.append,
        journal=stage.calls.append,
    )
    with pytest.raises(PlatformError, match=r"net\.connect"):
        client.call(Request("test", "ask", "POST", "http://127.0.0.1:1/", body={}), load_object)
    assert len(stage.calls) == 3


def test_the_journal_holds_no_query_and_no_body(stage):
    stage.youzan().decrypt("plain")
    token = stage.tokens.get()
    assert token is not None
    assert all(token.value not in repr(call) for call in stage.calls)
    assert {call.host for call in stage.calls} == {f"127.0.0.1:{stage.port}"}
    assert token.value not in repr(token)


def test_five_failures_in_a_row_open_the_circuit_and_one_probe_closes_it():
    clock = HandClock()
    breaker = Breaker(now=clock)
    for _ in range(FAILURES_TO_OPEN):
        breaker.admit("shop")
        breaker.failed("shop")
    with pytest.raises(PlatformError, match=r"breaker\.open") as opened:
        breaker.admit("shop")
    assert opened.value.retry_after_s == OPEN_S
    breaker.admit("another shop")
    clock.seconds += OPEN_S
    breaker.admit("shop")
    with pytest.raises(PlatformError):
        breaker.admit("shop")
    breaker.succeeded("shop")
    breaker.admit("shop")


def test_a_failed_probe_keeps_the_circuit_open():
    clock = HandClock()
    breaker = Breaker(now=clock)
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed("shop")
    clock.seconds += OPEN_S
    breaker.admit("shop")
    breaker.failed("shop")
    with pytest.raises(PlatformError, match=r"breaker\.open"):
        breaker.admit("shop")


def test_an_open_circuit_asks_the_platform_nothing(stage):
    order = stage.buy(YOUZAN)
    stage.fault("http500", YOUZAN, times=100)
    api = stage.youzan()
    for _ in range(2):
        with pytest.raises(PlatformError):
            api.order(order.number)
    asked = len(stage.platforms.world.calls)
    with pytest.raises(PlatformError, match=r"breaker\.open"):
        api.order(order.number)
    assert len(stage.platforms.world.calls) == asked


def test_a_refusal_of_the_platform_is_no_failure_of_the_line(stage):
    api = stage.youzan()
    for _ in range(FAILURES_TO_OPEN + 1):
        with pytest.raises(PlatformError, match="trade not found"):
            api.order("E0")

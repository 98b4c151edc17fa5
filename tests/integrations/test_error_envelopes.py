import json

import pytest

from integrations.errors import Kind, PlatformError
from integrations.tmall.envelopes import read_answer, response_root
from integrations.youzan.envelopes import read_api_answer, read_token_answer
from tests.integrations.golden import payload

ERRORS = payload("S8-errors.json")
TRADE = "taobao.trade.fullinfo.get"


def raw(value: object) -> bytes:
    return json.dumps(value).encode()


def youzan_gateway(code: int) -> bytes:
    return raw({"gw_err_resp": {"err_code": code, "err_msg": "x"}})


def youzan_business(code: object, **more: object) -> bytes:
    return raw({"success": False, "code": code, "message": "x", **more})


def top(code: int, sub_code: str = "", sub_msg: str = "") -> bytes:
    return raw(
        {"error_response": {"code": code, "msg": "x", "sub_code": sub_code, "sub_msg": sub_msg}}
    )


@pytest.mark.parametrize(
    ("body", "code", "kind"),
    [
        (raw(ERRORS["youzan_gateway"]), "4201", Kind.AUTH),
        (raw(ERRORS["youzan_business"]), "5000", Kind.REFUSED),
        (youzan_gateway(4101), "4101", Kind.LIMIT),
        (youzan_gateway(4203), "4203", Kind.AUTH),
        (youzan_gateway(5002), "5002", Kind.RETRY),
        (youzan_gateway(4005), "4005", Kind.REFUSED),
        (youzan_gateway(777), "777", Kind.UNKNOWN),
        (youzan_business(123000042), "123000042", Kind.LIMIT),
        (youzan_business("500100004"), "500100004", Kind.LIMIT),
        (youzan_business(5000, data={"full_order_info_list": []}), "5000", Kind.REFUSED),
        (raw({"error_response": {"code": 140500101, "msg": "x"}}), "140500101", Kind.UNKNOWN),
        (raw({"success": True, "code": 5000, "data": {}}), "5000", Kind.REFUSED),
        (raw({}), "missing", Kind.UNKNOWN),
    ],
)
def test_every_error_envelope_of_youzan_is_told_apart(body, code, kind):
    with pytest.raises(PlatformError) as failed:
        read_api_answer(body)
    assert (failed.value.code, failed.value.kind) == (code, kind)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (raw({"success": True, "code": 200, "data": {"a": 1}}), {"a": 1}),
        (raw({"success": True, "code": "200", "data": "plain"}), "plain"),
        (raw({"response": {"is_success": True}}), {"is_success": True}),
    ],
)
def test_every_good_envelope_of_youzan_is_opened(body, value):
    assert read_api_answer(body) == value


def test_a_token_answer_without_a_token_is_none():
    with pytest.raises(PlatformError, match=r"token\.malformed"):
        read_token_answer(raw({"success": True, "code": 200, "data": None}))


@pytest.mark.parametrize(
    ("body", "code", "kind", "retry_after_s"),
    [
        (raw(ERRORS["top"]), "26", Kind.AUTH, None),
        (top(25), "25", Kind.AUTH, None),
        (top(27, "invalid-sessionkey"), "27/invalid-sessionkey", Kind.AUTH, None),
        (top(7, "accesscontrol.limited-by-app-access-count", "This ban will last for 12 more seconds"),
         "7/accesscontrol.limited-by-app-access-count", Kind.LIMIT, 12),
        (top(15, "isp.top-remote-service-timeout"), "15/isp.top-remote-service-timeout", Kind.RETRY, None),
        (top(15, "isv.trade-not-exist"), "15/isv.trade-not-exist", Kind.REFUSED, None),
        (top(15, "something-else"), "15/something-else", Kind.UNKNOWN, None),
        (top(41, "isv.invalid-parameter"), "41/isv.invalid-parameter", Kind.REFUSED, None),
        (raw({"another_response": {}}), "answer.malformed", Kind.UNKNOWN, None),
    ],
)  # fmt: skip
def test_every_error_of_the_top_gateway_is_told_apart(body, code, kind, retry_after_s):
    with pytest.raises(PlatformError) as failed:
        read_answer(body, TRADE)
    seen = (failed.value.code, failed.value.kind, failed.value.retry_after_s)
    assert seen == (code, kind, retry_after_s)


@pytest.mark.parametrize(
    ("method", "root"),
    [
        (TRADE, "trade_fullinfo_get_response"),
        ("tmall.servicecenter.workcard.query", "tmall_servicecenter_workcard_query_response"),
    ],
)
def test_an_answer_stands_under_its_methods_root(method, root):
    assert response_root(method) == root


def test_the_recorded_work_cards_are_opened():
    method = "tmall.servicecenter.workcard.query"
    root = read_answer(raw(payload("S4-tmall-workcard-query.json")), method)
    assert root["result"]["result_data"]["data_list"]["workcard_d_t_o"][0]["id"] == 880001


@pytest.mark.parametrize(
    ("result", "code", "kind"),
    [
        (
            {"success": False, "msg_code": "isv.no-such-card", "msg_info": "x"},
            "isv.no-such-card",
            Kind.REFUSED,
        ),
        ({"success": False, "error_code": "isp.busy", "error_msg": "x"}, "isp.busy", Kind.RETRY),
        ({}, "missing", Kind.UNKNOWN),
    ],
)
def test_a_service_answer_is_judged_by_its_own_success(result, code, kind):
    with pytest.raises(PlatformError) as failed:
        read_answer(raw({response_root("tmall.any"): {"result": result}}), "tmall.any")
    assert (failed.value.code, failed.value.kind) == (code, kind)

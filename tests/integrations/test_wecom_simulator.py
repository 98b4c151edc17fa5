from dataclasses import replace

import httpx
import pytest
from werkzeug.wrappers import Response

from common.clock import wall_now
from integrations.errors import ForgedMessageError, Kind, PlatformError
from integrations.simulators.world import Corp
from integrations.wecom.cards import ButtonCard, TextCard
from integrations.wecom.crypto import CallbackCrypto
from integrations.wecom.events import read_event
from integrations.wecom.replies import button_reply
from tests.integrations.conftest import CORP

CARD = TextCard(
    title="工单已结算",
    description="李师傅，您完成的工单已结算",
    url="https://k.example/m",
    button="查看",
)
BUTTONS = ButtonCard(
    title="新工单",
    text="杭州市西湖区",
    rows=[("预约", "今天下午")],
    task_id="offer-1",
    buttons=[("accept", "接单"), ("decline", "拒绝")],
    url="https://k.example/m",
    open_text="查看",
)


@pytest.fixture
def corp(stage) -> Corp:
    corp = stage.platforms.world.corps[CORP]
    corp.accepts_any_user, corp.users = False, ["li", "wang"]
    return corp


def test_a_card_reaches_its_members_and_names_who_was_not_reached(stage, corp):
    sent = stage.wecom().send(["li", "nobody", "wang"], CARD)
    assert sent.not_reached == ("nobody",)
    assert [message.to_user for message in corp.messages] == ["li", "wang"]
    assert sent.message_id == corp.messages[0].message_id


def test_nobody_known_is_an_error(stage, corp):
    with pytest.raises(PlatformError) as refused:
        stage.wecom().send(["nobody"], CARD)
    assert (refused.value.code, refused.value.kind) == ("81013", Kind.REFUSED)
    assert corp.messages == []


def test_the_same_message_twice_is_shown_once(stage, corp):
    first, second = (stage.wecom().send(["li"], CARD) for _ in range(2))
    assert first == second
    assert len(corp.messages) == 1
    stage.later(1801)
    stage.wecom().send(["li"], CARD)
    assert len(corp.messages) == 2


def test_one_token_serves_many_calls(stage, corp):
    api = stage.wecom()
    for title in "abc":
        api.send(["li"], TextCard(title, "text", "https://k.example", "ok"))
    assert [call.operation for call in stage.calls].count("gettoken") == 1


@pytest.mark.parametrize("trouble", ["revoke", "expire"])
def test_a_dead_token_is_replaced_once_and_the_message_sent(stage, corp, trouble):
    api = stage.wecom()
    api.send(["li"], CARD)
    if trouble == "revoke":
        stage.fault("revoke", CORP)
    else:
        stage.later(7200)
    assert api.send(["li"], BUTTONS).message_id
    assert [call.operation for call in stage.calls].count("gettoken") == 2


@pytest.mark.parametrize(
    ("changes", "code", "kind"),
    [
        ({"secret": "wrong"}, "40001", Kind.AUTH),
        ({"corp_id": "ww0"}, "40013", Kind.AUTH),
        ({"agent_id": 5}, "301002", Kind.UNKNOWN),
    ],
)
def test_a_wrong_application_is_refused(stage, corp, changes, code, kind):
    with pytest.raises(PlatformError) as refused:
        stage.wecom(**changes).send(["li"], CARD)
    assert (refused.value.code, refused.value.kind) == (code, kind)


def test_a_token_in_a_header_is_no_token(stage):
    answer = httpx.post(
        f"{stage.base}/wecom/cgi-bin/message/send", headers={"Authorization": "Bearer x"}, json={}
    )
    assert (answer.status_code, answer.json()["errcode"]) == (200, 41001)


def test_a_limit_and_a_busy_system_are_waited_out(stage, corp):
    stage.fault("limit", CORP)
    stage.fault("isp", CORP)
    stage.wecom().send(["li"], CARD)
    assert len(corp.messages) == 1


def test_the_thirty_first_message_of_a_minute_is_dropped_without_a_word(stage, corp):
    api = stage.wecom()
    for number in range(31):
        api.send(["li"], TextCard(f"{number}", "text", "https://k.example", "ok"))
    assert len(corp.messages) == 30
    stage.later(61)
    api.send(["li"], CARD)
    assert len(corp.messages) == 31


def test_markup_in_a_name_stays_text_and_fits(stage, corp):
    card = TextCard("t", '<script>alert("x")</script>' * 40, "https://k.example", "查看详情吧")
    stage.wecom().send(["li"], card)
    shown = corp.messages[0].content["description"]
    assert "<" not in shown
    assert len(shown.encode()) <= 512
    assert not shown.rstrip("…").endswith("&")


def test_a_card_keeps_six_rows_and_six_buttons_at_most():
    many = [(str(n), "v") for n in range(9)]
    card = replace(BUTTONS, rows=many, buttons=many).payload()["template_card"]
    assert len(card["horizontal_content_list"]) == len(card["button_list"]) == 6
    assert card["button_list"][-1]["url"] == "https://k.example/m"


@pytest.mark.parametrize(
    "changes", [{"task_id": "offer:1"}, {"title": ""}, {"buttons": [("", "接单")]}]
)
def test_a_card_that_the_platform_would_refuse_is_refused(stage, corp, changes):
    with pytest.raises(PlatformError, match="40058"):
        stage.wecom().send(["li"], replace(BUTTONS, **changes))
    assert corp.messages == []


def crypto_of(corp):
    return CallbackCrypto(
        token=corp.callback_token, encoding_aes_key=corp.encoding_aes_key, receive_id=corp.corp_id
    )


def signed(request):
    """The three signed parts of a callback's query."""
    return {
        "signature": request.args["msg_signature"],
        "timestamp": request.args["timestamp"],
        "nonce": request.args["nonce"],
    }


def test_a_pressed_button_comes_back_as_an_event_for_its_task(stage, corp, serve):
    sent = stage.wecom().send(["li"], BUTTONS)
    events = []

    def receive(request):
        inner = crypto_of(corp).open_message(**signed(request), body=request.get_data())
        events.append(read_event(inner))
        return Response()

    corp.callback_url = f"http://company.localhost:{serve(receive)}/wecom"
    outcomes = stage.platforms.callbacks.press(corp, corp.messages[0], "accept", times=2)
    assert outcomes == ["ok", "ok"]
    assert {event.dedup_key for event in events} == {events[0].dedup_key}
    event = events[0]
    assert (event.event_key, event.task_id, event.from_user) == ("accept", "offer-1", "li")
    assert event.response_code == sent.response_code != ""


@pytest.mark.parametrize(
    ("receive_id", "outcome", "replaced"),
    [("", "ok", "已接单"), ("wwforeign", "answer refused: ForgedMessageError", "")],
)
def test_a_sealed_answer_is_written_over_the_button(
    stage, corp, serve, receive_id, outcome, replaced
):
    stage.wecom().send(["li"], BUTTONS)

    def answer(request):
        inner = crypto_of(corp).open_message(**signed(request), body=request.get_data())
        words = button_reply(read_event(inner), "已接单", now=wall_now())
        sealing = CallbackCrypto(
            token=corp.callback_token,
            encoding_aes_key=corp.encoding_aes_key,
            receive_id=receive_id or corp.corp_id,
        )
        sealed = sealing.close_reply(words, timestamp=request.args["timestamp"], nonce="7")
        return Response(sealed, mimetype="text/xml")

    corp.callback_url = f"http://127.0.0.1:{serve(answer)}/"
    assert stage.platforms.callbacks.press(corp, corp.messages[0], "accept") == [outcome]
    assert corp.messages[0].replaced == replaced


def test_an_event_is_repeated_three_times_when_it_is_not_taken(stage, corp, serve):
    stage.wecom().send(["li"], BUTTONS)
    arrived = []

    def refuse(request):
        arrived.append(request.get_data())
        return Response(status=503)

    corp.callback_url = f"http://127.0.0.1:{serve(refuse)}/"
    assert stage.platforms.callbacks.press(corp, corp.messages[0], "accept") == ["HTTP 503"]
    assert len(arrived) == 4
    assert len(set(arrived)) == 1


@pytest.mark.parametrize(
    ("receive_id", "outcome"), [("", "ok"), ("wwforeign", "HTTP 403, not the bare text")]
)
def test_an_address_is_checked_with_an_echo_for_this_corp_only(
    stage, corp, serve, receive_id, outcome
):
    def answer(request):
        try:
            echo = crypto_of(corp).verify_url(**signed(request), echo=request.args["echostr"])
        except ForgedMessageError:
            return Response(status=403)
        return Response(echo)

    corp.callback_url = f"http://127.0.0.1:{serve(answer)}/"
    assert stage.platforms.callbacks.check_address(corp, receive_id=receive_id) == outcome


def test_a_button_that_is_not_on_the_card_cannot_be_pressed(stage, corp):
    stage.wecom().send(["li"], BUTTONS)
    with pytest.raises(ValueError, match="no button"):
        stage.platforms.callbacks.press(corp, corp.messages[0], "forged")

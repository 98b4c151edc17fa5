"""The life of a Tmall work card, and what our client makes of each refusal inside an answer."""

import json

import pytest

from integrations.errors import Kind, PlatformError
from integrations.simulators import trade
from integrations.simulators.top_card import Card
from integrations.times import from_text_or_ms
from tests.integrations.conftest import TMALL, Stage

QUERY = "tmall.servicecenter.workcard.query"
RESERVE = "tmall.servicecenter.workcard.reserve"
SIGN_IN = "tmall.servicecenter.workcard.signin"
IDENTIFY = "tmall.workcard.identify"
COMPLETE = "tmall.servicecenter.workcard.complete"
WINDOW = {"gmt_create_start": "2026-03-02 11:50:00", "gmt_create_end": "2026-03-02 12:05:00"}
AFTERNOON = {
    "reserve_time_start": "2026-03-03 14:00:00",
    "reserve_time_end": "2026-03-03 16:00:00",
}


@pytest.fixture
def card(stage: Stage) -> Card:
    stage.buy(TMALL)
    return stage.platforms.top.cards.cards(stage.shop(TMALL))[0]


def asked(stage: Stage, method: str, card: Card | None = None, **more: str) -> dict:
    named = {"workcard_id": card.card_id} if card else {}
    return stage.gateway().call(method, {**named, **more})


def refused(stage: Stage, method: str, card: Card | None = None, **more: str) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        asked(stage, method, card, **more)
    return caught.value


def verify(card: Card, code: str) -> dict[str, str]:
    return {"verify_request": json.dumps({"workcard_id": card.card_id, "code": code})}


def shown(stage: Stage, **more: str) -> list[dict]:
    page = asked(stage, QUERY, **WINDOW, **more)["result"]["result_data"]
    return page["data_list"]["workcard_d_t_o"]


def test_a_card_is_reserved_signed_in_identified_and_completed(stage, card):
    asked(stage, RESERVE, card, **AFTERNOON)
    asked(stage, SIGN_IN, card)
    asked(stage, IDENTIFY, **verify(card, card.code))
    asked(stage, COMPLETE, card, complete_count="1", sequence="1")
    seen = shown(stage)[0]
    assert (seen["used_service_count"], seen["left_service_count"]) == (1, 0)


def test_a_wrong_code_is_refused_not_repeated_and_completes_nothing(stage, card):
    asked(stage, RESERVE, card, **AFTERNOON)
    asked(stage, SIGN_IN, card)
    stage.calls.clear()
    error = refused(stage, IDENTIFY, **verify(card, "000000"))
    assert (error.code, error.kind) == ("isv.identify-code-error", Kind.REFUSED)
    assert len(stage.calls) == 1
    error = refused(stage, COMPLETE, card, complete_count="1", sequence="1")
    assert error.code == "isv.workcard-not-verified"


def test_a_card_that_is_cancelled_after_its_appointment_refuses_the_sign_in(stage, card):
    asked(stage, RESERVE, card, **AFTERNOON)
    trade.refund_order(stage.platforms.world, stage.shop(TMALL), card.order)
    error = refused(stage, SIGN_IN, card)
    assert (error.code, error.kind) == ("isv.workcard-cancelled", Kind.REFUSED)
    assert shown(stage)[0]["status_code"] == "12"


def test_a_completion_that_comes_again_with_its_sequence_counts_once(stage, card):
    asked(stage, RESERVE, card, **AFTERNOON)
    asked(stage, SIGN_IN, card)
    asked(stage, IDENTIFY, **verify(card, card.code))
    for _ in range(2):
        asked(stage, COMPLETE, card, complete_count="1", sequence="1")
    assert shown(stage)[0]["used_service_count"] == 1
    assert refused(stage, COMPLETE, card, complete_count="1", sequence="3").code == (
        "isv.sequence-invalid"
    )
    assert refused(stage, COMPLETE, card, complete_count="1", sequence="2").code == (
        "isv.complete-count-invalid"
    )


def test_nobody_signs_in_without_an_appointment_or_for_no_card(stage, card):
    assert refused(stage, SIGN_IN, card).code == "isv.workcard-not-reserved"
    assert refused(stage, SIGN_IN, workcard_id="1").code == "isv.workcard-not-exist"


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        (QUERY, {**WINDOW, "gmt_create_start": "2026-03-02 11:49:59"}),
        *(
            (QUERY, {**WINDOW, "current_page": page})
            for page in ("", "0", "-1", "x", "²", "9" * 5000)
        ),
        (QUERY, {**WINDOW, "page_size": "101"}),
        (RESERVE, {"workcard_id": "1", "reserve_time_start": "2026-03-03"}),
        (IDENTIFY, {"verify_request": "{"}),
        (IDENTIFY, {"verify_request": "[]"}),
        (COMPLETE, {"workcard_id": "1", "complete_count": "x", "sequence": "1"}),
    ],
)
def test_a_malformed_parameter_gets_the_gateways_own_error(stage, method, parameters):
    error = refused(stage, method, **parameters)
    assert (error.code, error.kind) == ("41/isv.invalid-parameter", Kind.REFUSED)


def test_cards_come_page_by_page_with_moments_in_both_ways_of_writing(stage):
    orders = [stage.buy(TMALL) for _ in range(5)]
    pages = [shown(stage, current_page=str(n), page_size="2") for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    found = [row["parent_biz_order_id"] for page in pages for row in page]
    assert sorted(found) == sorted(int(order.number) for order in orders)
    first = pages[0][0]
    assert first["gmt_create"].isdecimal()
    assert not first["gmt_modify"].isdecimal()
    made, changed = (from_text_or_ms(first[name], name) for name in ("gmt_create", "gmt_modify"))
    assert made <= changed

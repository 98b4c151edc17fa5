"""The pages of connections: what they show, what they keep, what they never give away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from common.journal.models import AuditRecord
from common.sealed import SealBroken, unseal
from integrations.keys import extra_of, secret_of
from integrations.models import Connection, InboundEvent
from integrations.services.pulling import pull
from integrations.services.storing import Told, store
from tests.factories import UserFactory
from tests.integrations.connected import CORP, TMALL, YOUZAN, orders_of, work


@pytest.fixture
def desk(connected: Any) -> Any:
    """A browser of somebody at headquarters who may connect shops."""
    connected.client.force_login(connected.world.admin)
    return connected


def entered(connected: Any, shop_id: str = YOUZAN, **changes: Any) -> dict[str, Any]:
    facts = connected.facts(shop_id)
    fields = {
        "name": "商城",
        "shop_key": facts.shop_key,
        "client_id": facts.client_id,
        "secret": facts.secret,
        "session": facts.extra.session,
        "message_group": facts.extra.message_group,
        "agent_id": facts.extra.agent_id,
        "callback_token": facts.extra.callback_token,
        "encoding_aes_key": facts.extra.encoding_aes_key,
        "sold_by": connected.world.shop.pk,
        "base_url": facts.base_url,
        "is_active": "on",
    }
    return fields | changes


def page(desk: Any, name: str, *args: Any) -> str:
    answer = desk.client.get(reverse(f"integrations:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def send(desk: Any, name: str, *args: Any, fields: dict[str, Any] | None = None) -> Any:
    address = reverse(f"integrations:{name}", args=args)
    return desk.client.post(address, fields or {}, headers={"HX-Request": "true"})


def test_the_first_page_of_a_company_shows_the_way_to_its_first_shop(desk):
    html = page(desk, "connection-list")
    for platform in ("youzan", "tmall", "wecom"):
        assert reverse("integrations:connection-add", args=[platform]) in html


@pytest.mark.parametrize(
    ("shop_id", "platform"), [(YOUZAN, "youzan"), (TMALL, "tmall"), (CORP, "wecom")]
)
def test_what_is_entered_is_sealed_tried_and_never_shown_again(desk, shop_id, platform):
    assert "password" in page(desk, "connection-add", platform)
    fields = entered(desk, shop_id)
    answer = send(desk, "connection-add", platform, fields=fields)
    saved = Connection.objects.get()
    assert answer["HX-Redirect"] == reverse("integrations:connection-detail", args=[saved.pk])
    assert secret_of(saved) == fields["secret"]
    assert fields["secret"] not in saved.secret_sealed
    assert saved.secret_tail == fields["secret"][-4:]
    trial = send(desk, "connection-try", saved.pk).content.decode()
    assert "x-note-good" in trial
    work()
    shown = page(desk, "connection-detail", saved.pk) + page(desk, "connection-edit", saved.pk)
    for name in ("secret", "session", "callback_token", "encoding_aes_key"):
        assert not fields[name] or fields[name] not in shown
    assert saved.secret_tail in shown
    assert AuditRecord.objects.filter(action="connection.added").count() == 1


def test_a_seal_opens_nowhere_but_in_its_own_row(desk):
    one, other = desk.connect(YOUZAN), desk.connect(TMALL)
    with pytest.raises(SealBroken):
        unseal(one.secret_sealed, place=f"connection:{other.pk}:secret")


def test_a_changed_form_keeps_the_secrets_it_was_not_given(desk):
    saved = desk.connect(TMALL)
    before = secret_of(saved), extra_of(saved)
    fields = entered(desk, TMALL, name="新名字", secret="", session="", message_group="")
    assert send(desk, "connection-edit", saved.pk, fields=fields).status_code == 204
    saved.refresh_from_db()
    assert (saved.name, secret_of(saved), extra_of(saved)) == ("新名字", *before)


def test_another_address_gets_no_secret_that_was_not_entered_for_it(desk):
    saved = desk.connect(TMALL)
    fields = entered(desk, TMALL, base_url="https://elsewhere.example.com/", secret="", session="")
    answer = send(desk, "connection-edit", saved.pk, fields=fields)
    assert answer.status_code == 422
    saved.refresh_from_db()
    assert saved.base_url.startswith(desk.base)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://127.0.0.1:1/youzan", "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/", "https://10.0.0.8/", "https://localhost/", "https://db/",
        "https://user@open.youzanyun.com/", "http://open.youzanyun.com/", "ftp://a.example.com/",
        "https://127.1/", "https://0x7f000001/",
    ],
)  # fmt: skip
def test_an_address_inside_our_own_network_is_refused_and_what_was_typed_stays(desk, address):
    answer = send(desk, "connection-add", "youzan", fields=entered(desk, base_url=address))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "商城" in html
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"secret": "wrong"}, "1000"), ({"client_id": "nobody"}, "1103")],
)
def test_a_wrong_secret_is_said_in_the_platforms_words(desk, changes, words):
    saved = desk.connect(YOUZAN, **changes)
    assert words in send(desk, "connection-try", saved.pk).content.decode()


def test_a_shop_is_connected_once(desk):
    desk.connect(YOUZAN)
    assert send(desk, "connection-add", "youzan", fields=entered(desk)).status_code == 409


def test_the_cards_are_answered_with_nothing_while_nothing_changed(desk):
    saved = desk.connect(YOUZAN)
    address = reverse("integrations:connection-list")
    first = desk.client.get(address, headers={"HX-Request": "true"})
    asked = {"stamp": first["X-Stamp"]}
    assert desk.client.get(address, asked, headers={"HX-Request": "true"}).status_code == 204
    pull(connection_id=saved.pk)
    assert desk.client.get(address, asked, headers={"HX-Request": "true"}).status_code == 200


def test_the_list_asks_the_database_as_often_for_many_as_for_one(desk):
    def asked() -> int:
        with CaptureQueriesContext(database) as seen:
            page(desk, "connection-list")
        return len(seen)

    one = desk.connect(YOUZAN)
    pull(connection_id=one.pk)
    asked()
    few = asked()
    for shop_id in (TMALL, CORP):
        desk.connect(shop_id)
    pull(connection_id=desk.connections[TMALL].pk)
    assert asked() == few


def test_the_payload_of_an_event_is_shown_with_its_persons_masked(desk):
    saved = desk.connect(YOUZAN)
    body = (
        '{"address_info": {"receiver_name": "王小明", "receiver_tel": "13712345678",'
        ' "delivery_address": "文三路 8 号", "delivery_city": "杭州市"},'
        ' "msg": "%7B%22receiver_mobile%22%3A%2213712345678%22%2C%22note%22%3A%22call 13712345678%22%7D"}'
    )
    event, _new = store(saved, Told("push", "1", "trade_TradeBuyerPay", "E1", body))
    html = page(desk, "event-detail", event.pk)
    assert "杭州市" in html
    for private in ("王小明", "13712345678", "文三路"):
        assert private not in html


def test_one_order_is_fetched_again_by_its_number_and_by_its_event(desk):
    saved = desk.connect(YOUZAN)
    order = desk.buy()
    for _ in range(2):
        answer = send(desk, "order-replay", saved.pk, fields={"number": order.number})
        assert answer.status_code == 204
    assert len(orders_of(order.number)) == 1
    InboundEvent.objects.update(state="dead")
    event = InboundEvent.objects.get()
    assert send(desk, "event-replay", event.pk).status_code == 204
    event.refresh_from_db()
    assert event.state == "done"
    assert AuditRecord.objects.filter(action="order.replayed").count() == 3


@pytest.mark.parametrize("number", ["E404", "", "../1", "x" * 65])
def test_an_order_that_the_shop_does_not_know_is_refused_and_nothing_changes(desk, number):
    saved = desk.connect(YOUZAN)
    answer = send(desk, "order-replay", saved.pk, fields={"number": number})
    assert answer.status_code == 422
    assert InboundEvent.objects.count() == 0


def test_a_connection_of_another_branch_does_not_exist(desk):
    saved = desk.connect(YOUZAN)
    for role in (Role.HQ_ADMIN, Role.DISPATCHER):
        desk.client.force_login(UserFactory(role=role))
        answer = desk.client.get(reverse("integrations:connection-detail", args=[saved.pk]))
        assert answer.status_code == (404 if role == Role.HQ_ADMIN else 403)

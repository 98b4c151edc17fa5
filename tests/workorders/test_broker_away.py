"""Redis is away: what can go on goes on, what cannot says so and what to do, and nothing is a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.http import HttpResponse
from django.test import RequestFactory

from common.errors import Unavailable
from common.machine.servers import temporary_redis
from common.outbox import doorbell
from common.outbox.models import OutboxRow
from common.refusals import RefusalMiddleware
from settlement.bills.importing import ShopKey, confirm_bill, preview_bill
from settlement.models import PlatformBill
from tenants import health, limits
from tests import cast
from tests.settlement.bills.test_bill_pages import HEAD as BILL_HEAD
from tests.workorders.test_importing import GOOD, preview, text, upload
from tests.workorders.test_phone import message, post, url
from tests.workorders.walking import assign, step
from tests.workorders.world import open_order
from workorders.codes import issue_code
from workorders.models import CheckIn, OrderImport


@pytest.fixture
def stop(tenant: Any, settings: Any, monkeypatch: Any) -> Iterator[Callable[[], None]]:
    """Let the process use a Redis of this test's own; calling it ends that server."""
    server = temporary_redis()
    address = server.__enter__()
    settings.REDIS_URL = address
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": address}}
    for place, name in ((limits, "_counters"), (health, "_broker")):
        monkeypatch.setattr(place, name, redis.Redis.from_url(address))
    doorbell._redis.cache_clear()
    doorbell._Pause.until = 0.0
    running = [server]

    def end() -> None:
        while running:
            running.pop().__exit__(None, None, None)

    yield end
    end()
    doorbell._redis.cache_clear()
    doorbell._Pause.until = 0.0


def test_a_code_is_not_checked_and_the_arrival_is_noted_otherwise(world, client, stop):
    order = assign(open_order(world), world)
    step(order, "accept", world.installer.user)
    code = issue_code(order_id=order.pk, actor=None)
    client.force_login(world.installer.user)
    stop()
    arrive = url("job-arrive", order, "arrive")
    answer = post(client, arrive, code=code)
    assert answer.status_code == 503
    assert "定位" in message(answer), message(answer)
    assert not CheckIn.objects.exists()
    assert post(client, arrive, latitude="30.28", longitude="120.12").status_code == 200
    assert OutboxRow.objects.filter(done_at=None).exists()


def test_a_preview_says_that_nothing_was_imported(world, client, stop):
    client.force_login(world.admin)
    token = preview(upload(client, text(GOOD))).token
    bill = f"{BILL_HEAD}\r\nB1,E1,L1,收款,280.00,42.00,2026-11-04".encode()
    kept = preview_bill(raw=bill, name="b.csv", shop=ShopKey("youzan", "44001"), actor=world.admin)
    stop()
    for answer in (
        upload(client, text(GOOD)),
        client.post(f"/orders/import/{token}/confirm/"),
        client.get(f"/orders/import/{token}/errors.csv"),
        client.post(
            "/settlement/bills/files/confirm/",
            {"token": kept.token},
            headers={"Idempotency-Key": "k", "HX-Request": "true"},
        ),
    ):
        assert answer.status_code == 503
        assert "没有导入任何内容" in answer.content.decode()
    with pytest.raises(Unavailable):
        confirm_bill(token=kept.token, actor=world.admin)
    assert not OrderImport.objects.exists()
    assert not PlatformBill.objects.exists()


def test_people_sign_in_and_work_and_the_health_page_names_the_part(world, client, stop):
    stop()
    form = {"username": "admin", "password": "wrong-one"}
    assert client.post("/sign-in/", form).status_code == 422
    form["password"] = cast.ALPHA.password
    assert client.post("/sign-in/", form).status_code == 302
    for page in ("/orders/", "/orders/import/", "/settlement/bills/files/"):
        assert client.get(page).status_code == 200
    told = health.health(RequestFactory().get("/healthz"))
    assert (told.status_code, b'"broker": false' in told.content) == (503, True)


@pytest.mark.usefixtures("tenant")
def test_redis_failing_where_nobody_thought_of_it_is_a_sentence_too():
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    answer = RefusalMiddleware(HttpResponse).process_exception(request, redis.ConnectionError())
    assert answer is not None
    assert (answer.status_code, "稍后再试" in answer.content.decode()) == (503, True)

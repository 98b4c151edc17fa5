"""A flow calls an address of the company's own: signed, once, never into our own network, seen when it fails."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.urls import reverse

from common.outbox import drain
from integrations.models import Webhook
from integrations.services.webhooks import save_webhook
from tests.workorders.own_flows import order_with
from tests.workorders.world import World, make_world
from workorders.models import FiredAction

SECRET = "s3cret-of-the-shop-16"


@pytest.fixture
def world(tenant: Any) -> World:
    return make_world()


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]], list[int]]]:
    """A server that answers what it is told to: its address, what it heard, what it answers."""
    calls: list[tuple[dict[str, str], bytes]] = []
    answers = [204]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.append((dict(self.headers), body))
            self.send_response(answers[0])
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", calls, answers
    server.shutdown()
    thread.join()
    server.server_close()


def calling(world: World, url: str) -> Any:
    hook = Webhook(code="erp", name="ERP", url=url)
    save_webhook(webhook=hook, secret=SECRET, actor=world.admin)
    said = {"action": "webhook", "hook": "erp"}
    trigger = {"key": "t", "on": "entered", "stage": "waiting", "do": [said]}
    order = order_with(world, {"op": "trigger", "trigger": trigger})
    drain(strict=True)
    return order, FiredAction.objects.get()


def allow(settings: Any, url: str) -> None:
    settings.EGRESS_ALLOW = [url.removeprefix("http://").partition("/")[0]]


def test_the_call_says_what_happened_and_is_signed(world, heard, settings):
    url, calls, _answers = heard
    allow(settings, url)
    order, action = calling(world, url)
    assert action.state == "done"
    [(headers, body)] = calls
    assert json.loads(body)["order"] == order.number
    at_s, _comma, given = headers["X-Kuaqu-Signature"].removeprefix("t=").partition(",v1=")
    signed = f"{at_s}.".encode() + body
    assert given == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Kuaqu-Delivery"].endswith(f"-{action.pk}")
    assert order.timeline.filter(code="hook_called").count() == 1


@pytest.mark.parametrize(("status", "again"), [(500, True), (404, False)])
def test_a_failure_is_seen_on_the_order_and_only_trouble_is_tried_again(
    world, heard, settings, status, again
):
    url, _calls, answers = heard
    allow(settings, url)
    answers[0] = status
    order, action = calling(world, url)
    assert (action.state, action.retry_at is not None) == ("failed", again)
    assert str(status) in action.result
    assert order.timeline.filter(code="action_failed").count() == 1


def test_our_own_network_is_not_called(world, heard):
    url, calls, _answers = heard
    _order, action = calling(world, url)
    assert (action.state, calls) == ("failed", [])


def test_a_webhook_that_is_not_there_is_said(world):
    said = {"action": "webhook", "hook": "none"}
    trigger = {"key": "t", "on": "entered", "stage": "waiting", "do": [said]}
    order_with(world, {"op": "trigger", "trigger": trigger})
    drain(strict=True)
    assert "none" in FiredAction.objects.get().result


def test_the_page_keeps_the_secret_and_refuses_inner_addresses(world, client):
    client.force_login(world.admin)
    url = reverse("integrations:webhook-add")
    typed = {"code": "erp", "name": "ERP", "secret": SECRET, "is_active": "on"}
    assert client.post(url, {**typed, "url": "http://127.0.0.1/x"}).status_code == 422
    assert client.post(url, {**typed, "url": "https://example.org/x"}).status_code == 302
    hook = Webhook.objects.get()
    edit = client.get(reverse("integrations:webhook-edit", args=[hook.pk])).content.decode()
    assert SECRET not in edit + hook.secret_sealed
    listed = client.get(reverse("integrations:webhook-list")).content.decode()
    assert SECRET[-4:] in listed

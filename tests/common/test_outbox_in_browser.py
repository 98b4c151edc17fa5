"""The phone's queue keeps what was entered until the server names it, in a real browser."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from tests.common.static_host import HOST, path_of, serve_page, serve_static

pytestmark = pytest.mark.browser

PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SCRIPTS = ("photo", "outbox_view", "outbox")

PATIENCE_S = 20
"""How long a queue may take on a busy machine."""


@dataclass
class Server:
    """A server in the browser's own network layer: what it answers, and what reached it."""

    answer: str = "ok"
    user: str = "7"
    arrived: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def handle(self, route: Route) -> None:
        path = path_of(route)
        if serve_static(route):
            return
        if path.startswith("/photos/"):
            self._take(route, path.removeprefix("/photos/"))
        else:
            serve_page(route, self._page())

    def _page(self) -> str:
        shots = "".join(
            render_to_string(
                "ui/_shot.html", {"action": f"/photos/{slot}", "name": slot, "label": slot}
            )
            for slot in "abcd"
        )
        scripts = "".join(f'<script src="/static/js/{name}.js"></script>' for name in SCRIPTS)
        queue = render_to_string("ui/_outbox.html")
        return f'<!doctype html><body data-user="{self.user}">{queue}{shots}{scripts}</body>'

    def _take(self, route: Route, slot: str) -> None:
        key = route.request.headers["idempotency-key"]
        self.arrived.append(slot)
        if self.answer == "offline":
            route.abort()
        elif self.answer == "ok":
            self.accepted.append(f"{slot} {key}")
            route.fulfill(json={"ok": True}, headers={"X-Idempotency-Key": key})
        elif self.answer == "running":
            route.fulfill(json={"error": {"code": "key.running", "message": ""}}, status=409)
        elif self.answer == "portal":
            route.fulfill(body="<h1>Welcome to the hotel</h1>", content_type="text/html")
        elif self.answer == "refuse a" and slot == "a":
            self.refused.append(key)
            body = {"error": {"code": "photo.dark", "message": "照片太暗"}}
            route.fulfill(json=body, status=422)
        elif self.answer == "refuse a":
            self.accepted.append(f"{slot} {key}")
            route.fulfill(json={"ok": True}, headers={"X-Idempotency-Key": key})
        else:
            route.fulfill(status=int(self.answer), body="")

    @property
    def slots(self) -> list[str]:
        return [entry.split()[0] for entry in self.accepted]


@pytest.fixture
def server(page: Page) -> Iterator[Server]:
    server = Server()
    page.route(re.compile(".*"), server.handle)
    page.goto(f"{HOST}/job")
    yield server
    page.unroute_all(behavior="wait")


def take(page: Page, slots: str) -> None:
    """Take photos one by one, each stored and its first try to go begun before the next."""
    for slot in slots:
        page.evaluate(
            """() => {
                window.stored = new Promise((done) => {
                    document.addEventListener('outbox:stored', () => done(), { once: true });
                });
            }"""
        )
        page.locator(f'form[action="/photos/{slot}"]').locator("input[type=file]").set_input_files(
            {"name": "photo.png", "mimeType": "image/png", "buffer": PHOTO}
        )
        page.evaluate("() => window.stored")


def flush(page: Page) -> None:
    page.evaluate("window.kuaquOutbox.flush()")


def arrived(page: Page, server, slots: list[str]) -> None:
    """Flush until the server has just these; a flush during another one answers with the first."""
    deadline = time.monotonic() + PATIENCE_S
    while server.slots != slots and time.monotonic() < deadline:
        flush(page)
    assert server.slots == slots


def test_photos_taken_offline_survive_a_reload_and_arrive_once_and_in_order(page, server):
    server.answer = "offline"
    take(page, "abcd")
    expect(page.locator("#x-strip")).to_be_visible()
    server.answer = "503"
    page.reload()
    flush(page)
    assert server.accepted == []
    server.answer = "ok"
    flush(page)
    flush(page)
    arrived(page, server, list("abcd"))
    assert len(set(server.accepted)) == 4
    expect(page.locator("#x-strip")).to_be_hidden()


@pytest.mark.parametrize("answer", ["portal", "500", "429", "running"])
def test_an_entry_stays_until_an_answer_names_its_key(page, server, answer):
    server.answer = answer
    take(page, "a")
    flush(page)
    server.answer = "ok"
    flush(page)
    arrived(page, server, ["a"])


def test_after_the_sign_in_ran_out_only_the_same_person_goes_on(page, server):
    server.answer = "401"
    take(page, "ab")
    flush(page)
    expect(page.locator("#x-strip")).to_have_attribute("data-state", "sign-in")
    expect(page.locator("[data-to-sign-in]")).to_be_visible()
    server.answer, server.user = "ok", "8"
    page.reload()
    flush(page)
    assert server.accepted == []
    server.user = "7"
    page.reload()
    flush(page)
    arrived(page, server, ["a", "b"])


def test_a_refused_entry_is_listed_with_reason_and_photo_and_blocks_nobody(page, server):
    server.answer = "refuse a"
    take(page, "ab")
    flush(page)
    arrived(page, server, ["b"])
    listed = page.locator("#x-refused li")
    expect(listed).to_have_count(1)
    expect(listed.locator("[data-reason]")).to_have_text("照片太暗")
    expect(listed.locator("img")).to_have_attribute("src", re.compile("^blob:"))
    page.reload()
    expect(listed).to_have_count(1)
    server.answer = "ok"
    listed.locator("[data-retry]").click()
    expect(listed).to_have_count(0)
    arrived(page, server, ["b", "a"])
    assert not server.accepted[-1].endswith(server.refused[0])


def test_a_refused_entry_leaves_the_phone_only_when_the_person_says_so(page, server):
    server.answer = "refuse a"
    take(page, "a")
    flush(page)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("[data-discard]").click()
    expect(page.locator("#x-refused li")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("[data-discard]").click()
    expect(page.locator("#x-refused li")).to_have_count(0)
    assert server.accepted == []

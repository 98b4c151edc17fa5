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
SCRIPTS = ("photo", "outbox_view", "outbox_lists", "outbox_store", "outbox")

PATIENCE_S = 20
"""How long a queue may take on a busy machine."""


@dataclass
class Server:
    """A server in the browser's own network layer: what it answers, and what reached it."""

    answer: str = "ok"
    user: str = "7"
    patience: str = "30"
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
        body = f'<body data-user="{self.user}" data-patience="{self.patience}">'
        return f"<!doctype html>{body}{queue}{shots}{scripts}</body>"

    def _take(self, route: Route, slot: str) -> None:
        key = route.request.headers["idempotency-key"]
        self.arrived.append(slot)
        if self.answer == "hang":
            return  # the browser waits for as long as it wants to
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
        elif self.answer == "fail a" and slot == "a":
            route.fulfill(status=500, body="")
        elif self.answer in ("refuse a", "fail a"):
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


def test_what_is_tapped_while_a_photo_is_made_ready_goes_behind_it_and_it_is_kept_only_then(
    page, server
):
    server.answer = "offline"
    page.evaluate(
        """() => {
            const ready = new Promise((done) => { window.ready = done; });
            window.kuaquPlace = { prepare: () => null, beside: () => ready };
        }"""
    )
    forms = [page.locator(f'form[action="/photos/{slot}"]') for slot in "ab"]
    picture = {"name": "photo.png", "mimeType": "image/png", "buffer": PHOTO}
    forms[0].locator("input[type=file]").set_input_files(picture)
    page.evaluate(
        "() => { kuaquOutbox.add(document.querySelector('form[action=\"/photos/b\"]')); }"
    )
    expect(forms[0]).to_have_attribute("data-outbox-state", "making")
    expect(forms[0].locator("img")).to_have_count(0)
    assert page.evaluate("async () => (await kuaquStore.all()).length") == 0
    page.evaluate("() => window.ready([])")
    expect(forms[0]).to_have_attribute("data-outbox-state", "stored")
    page.reload()
    server.answer = "ok"
    arrived(page, server, ["a", "b"])


def test_a_store_that_was_closed_is_opened_anew(page, server):
    server.answer = "offline"
    take(page, "a")
    page.evaluate(
        """() => {
            const real = IDBDatabase.prototype.transaction;
            IDBDatabase.prototype.transaction = function (...names) {
                IDBDatabase.prototype.transaction = real;
                this.close();
                return real.apply(this, names);
            };
        }"""
    )
    take(page, "b")
    server.answer = "ok"
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
    assert server.accepted[-1].endswith(server.refused[0])


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


def test_a_request_that_hangs_is_cut_off_and_sent_again(page, server):
    server.patience, server.answer = "0.2", "hang"
    page.reload()
    take(page, "ab")
    expect(page.locator("#x-strip")).to_have_attribute("data-state", "silent")
    page.evaluate("document.body.dataset.patience = '30'")
    server.answer = "ok"
    arrived(page, server, ["a", "b"])
    # Nobody waits for what was never answered.
    page.unroute_all(behavior="ignoreErrors")


def test_a_large_entry_may_take_longer_than_a_small_one(page, server):
    """Twenty seconds more for each MB: what is large is not cut off on its way for ever."""
    server.answer = "offline"
    take(page, "a")
    flush(page)
    page.evaluate(
        """async () => {
          const [entry] = await window.kuaquStore.all();
          entry.fields[0].bytes = new ArrayBuffer(1048576);
          await window.kuaquStore.put(entry);
          window.waits = [];
          const real = window.setTimeout;
          window.setTimeout = (work, after) => { window.waits.push(after); return real(work, after); };
        }"""
    )
    flush(page)
    waits = page.evaluate("window.waits")
    assert 45_000 < max(waits) < 60_000


def somebody_is_answered(page: Page) -> None:
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('htmx:afterRequest', {detail: {successful: true}}))"
    )


def test_an_entry_the_server_fails_at_alone_is_set_aside_with_its_photo(page, server):
    server.answer = "fail a"
    take(page, "ab")
    expect(page.locator("#x-strip")).to_have_attribute("data-state", "silent")
    waiting = page.locator("#x-waiting")
    waiting.locator("summary").click()
    expect(waiting.locator("li")).to_have_text([re.compile("^a"), re.compile("^b")])
    deadline = time.monotonic() + PATIENCE_S
    while server.slots != ["b"] and time.monotonic() < deadline:
        somebody_is_answered(page)
        flush(page)
    assert server.slots == ["b"]
    assert server.arrived.count("a") >= 3
    listed = page.locator("#x-refused li")
    expect(listed).to_have_count(1)
    expect(listed.locator("img")).to_have_attribute("src", re.compile("^blob:"))
    expect(listed.locator("[data-reason]")).to_contain_text("服务器")
    expect(waiting).to_be_hidden()


def test_a_server_that_fails_altogether_is_waited_for(page, server):
    server.answer = "500"
    take(page, "ab")
    for _each in range(6):
        flush(page)
    expect(page.locator("#x-refused")).to_be_hidden()
    expect(page.locator("#x-waiting li")).to_have_count(2)
    server.answer = "ok"
    arrived(page, server, ["a", "b"])


def test_what_was_refused_of_an_order_is_sent_again_as_a_whole_and_in_its_order(page, server):
    page.goto(f"{HOST}/m/today/WO-1/")
    server.answer = "422"
    take(page, "ab")
    page.goto(f"{HOST}/m/today/WO-2/")
    take(page, "c")
    listed = page.locator("#x-refused li")
    expect(listed).to_have_count(3)
    expect(listed.locator("[data-order]")).to_have_text(["WO-1", "WO-1", "WO-2"])
    expect(listed.locator("[data-when]").first).to_have_text(re.compile(r"\d\d:\d\d"))
    ways = [link.get_attribute("href") or "" for link in listed.locator("[data-order]").all()]
    assert [re.sub(r"\d+$", "", way) for way in ways] == [
        "/m/today/WO-1/#e",
        "/m/today/WO-1/#e",
        "/m/today/WO-2/#e",
    ]
    expect(listed.locator("[data-retry-order]:visible")).to_have_count(1)
    server.answer = "offline"
    take(page, "d")
    flush(page)
    server.answer = "ok"
    listed.locator("[data-retry-order]").first.click()
    arrived(page, server, ["a", "b", "d"])
    expect(listed).to_have_count(1)

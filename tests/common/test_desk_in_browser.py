"""Live pages, keys and errors as a dispatcher meets them, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, Route, expect

from tests.common.static_host import HOST, path_of, serve_page, serve_static

pytestmark = pytest.mark.browser

SCRIPTS = (
    "django_htmx/htmx-2.min.js",
    "vendor/idiomorph-0.8.0/idiomorph-ext.es2018.min.js",
    "js/refusals.js",
    "js/ui.js",
    "js/live.js",
    "js/keys.js",
)
BODY = """
<div id="pool" hx-get="/pool" hx-trigger="live" hx-swap="morph" data-live="10"><input id="note"></div>
<section class="x-card" id="card"><header><h2>Orders</h2></header>
  <button id="read" hx-get="/read" hx-target="#answer">read</button>
  <button id="write" hx-post="/write" hx-target="#answer" data-key="e">write</button>
  <div id="answer">before</div>
  <button data-item id="one">1</button><button data-item id="two">2</button>
</section>
<form class="x-form" id="typed" hx-post="/typed" hx-swap="none"><input name="amount" value="12x">
  <div class="x-form-foot"><button id="send">send</button></div></form>
<form role="search"><input data-search></form>
"""


@dataclass
class Server:
    """Answers per path, and how often each was asked."""

    status: dict[str, int] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    live_headers: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def handle(self, route: Route) -> None:
        path = path_of(route)
        if serve_static(route):
            return
        if path == "/page":
            self.asked.append(path)
            serve_page(route, page_source())
        else:
            self.asked.append(path)
            self.live_headers += [route.request.headers.get("x-live", "")]
            status = self.status.get(path, 200)
            headers = {"Content-Type": "text/html", **self.headers}
            route.fulfill(status=status, body=self.body.get(path, ""), headers=headers)


def page_source() -> str:
    head = render_to_string("ui/_head.html")
    live = render_to_string("ui/_live.html")
    patterns = render_to_string("ui/_patterns.html")
    scripts = "".join(f'<script src="/static/{name}"></script>' for name in SCRIPTS)
    return (
        f"<!doctype html><html><head>{head}</head>"
        f'<body hx-ext="morph">{live}{BODY}{patterns}{scripts}</body></html>'
    )


@pytest.fixture
def server(page: Page) -> Iterator[Server]:
    server = Server(status={"/pool": 204})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
    page.clock.install()
    page.route(re.compile(".*"), server.handle)
    page.goto(f"{HOST}/page")
    yield server
    assert faults == []


def test_a_live_part_is_asked_when_it_is_due_and_says_it_is_a_poll(page, server):
    page.clock.run_for(9_000)
    assert "/pool" not in server.asked
    with page.expect_response(f"{HOST}/pool"):
        page.clock.run_for(2_000)
    assert server.live_headers == ["1"]
    expect(page.locator("#x-live")).to_have_attribute("data-state", "ok")


def test_new_content_leaves_the_keyboard_where_it_was(page, server):
    attributes = 'id="pool" hx-get="/pool" hx-trigger="live" hx-swap="morph" data-live="10"'
    server.status["/pool"] = 200
    server.body["/pool"] = f'<div {attributes}><b>new row</b><input id="note"></div>'
    page.locator("#note").fill("half a word")
    with page.expect_response(f"{HOST}/pool"):
        page.clock.run_for(11_000)
    expect(page.locator("#pool b")).to_have_text("new row")
    expect(page.locator("#note")).to_be_focused()
    expect(page.locator("#note")).to_have_value("half a word")


def test_three_misses_in_a_row_are_shown_and_one_answer_heals_them(page, server):
    server.status["/pool"] = 503
    for _ in range(3):
        with page.expect_response(f"{HOST}/pool"):
            page.clock.run_for(11_000)
    expect(page.locator("#x-live")).to_have_attribute("data-state", "lost")
    server.status["/pool"] = 204
    with page.expect_response(f"{HOST}/pool"):
        page.clock.run_for(11_000)
    expect(page.locator("#x-live")).to_have_attribute("data-state", "ok")


def test_a_poll_without_a_sign_in_reloads_the_page(page, server):
    server.status["/pool"] = 401
    with page.expect_navigation():
        page.clock.run_for(11_000)
    assert server.asked.count("/page") == 2


@pytest.mark.parametrize(
    ("status", "text"),
    [(200, "after"), (422, "after"), (409, "after"), (204, "before"), (500, "before")],
)
def test_refusals_and_lost_races_are_shown_but_faults_are_not(page, server, status, text):
    server.status["/write"], server.body["/write"] = status, "after"
    with page.expect_response(f"{HOST}/write"):
        page.locator("#write").click()
    expect(page.locator("#answer")).to_have_text(text)
    expect(page.locator("#card [data-error-bar]")).to_have_count(1 if status == 500 else 0)


@pytest.mark.parametrize("status", [403, 410, 413, 422, 429])
def test_a_sentence_of_the_server_is_shown_whatever_its_status(page, server, status):
    server.status["/write"], server.body["/write"] = status, "<p class='x-toast'>30 numbers</p>"
    server.headers = {"HX-Retarget": "#x-toasts", "HX-Reswap": "beforeend"}
    page.locator("#write").click()
    expect(page.locator("#x-toasts .x-toast")).to_have_text("30 numbers")
    expect(page.locator("[data-error-bar]")).to_have_count(0)
    expect(page.locator("#answer")).to_have_text("before")


def test_what_is_wrong_with_a_form_is_said_above_its_button_and_goes_when_it_is_sent_again(
    page, server
):
    toast = "<p class='x-toast'>an amount in yuan<button data-close>×</button></p>"
    server.status["/typed"], server.body["/typed"] = 422, toast
    server.headers = {"HX-Retarget": "#x-toasts", "HX-Reswap": "beforeend"}
    for _again in range(2):
        page.locator("#send").click()
        expect(page.locator("#typed .x-refused-here")).to_have_text("an amount in yuan")
        expect(page.locator("#typed button")).to_have_count(1)
        expect(page.locator("#x-toasts .x-toast")).to_have_count(0)
    expect(page.locator("#typed .x-refused-here + .x-form-foot")).to_be_visible()
    expect(page.locator("#typed input")).to_have_value("12x")
    server.status["/typed"], server.headers = 204, {}
    page.locator("#send").click()
    expect(page.locator("#typed .x-refused-here")).to_have_count(0)


def test_a_lost_race_of_a_form_stays_a_toast(page, server):
    server.status["/typed"], server.body["/typed"] = (
        409,
        "<p class='x-toast'>somebody was faster</p>",
    )
    server.headers = {"HX-Retarget": "#x-toasts", "HX-Reswap": "beforeend"}
    page.locator("#send").click()
    expect(page.locator("#x-toasts .x-toast")).to_have_text("somebody was faster")


def test_a_failed_read_can_be_tried_again_and_old_content_stays(page, server):
    server.status["/read"] = 502
    page.locator("#read").click()
    bar = page.locator("#card [data-error-bar]")
    expect(bar).to_be_visible()
    expect(page.locator("#answer")).to_have_text("before")
    server.status["/read"], server.body["/read"] = 200, "after"
    bar.locator("button").click()
    expect(page.locator("#answer")).to_have_text("after")
    expect(bar).to_have_count(0)


def test_letters_move_and_press_but_never_while_typing(page, server):
    page.keyboard.press("j")
    expect(page.locator("#one")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#two")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#one")).to_be_focused()
    with page.expect_response(f"{HOST}/write"):
        page.keyboard.press("e")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jeek/")
    expect(page.locator("[data-search]")).to_have_value("jeek/")
    assert server.asked.count("/write") == 1

"""Who signs out while the queue is not empty reads how much waits, and may send it first."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import moves, open_visit

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("LEAVING_PICTURES", "")
POSTS = re.compile(r"/m/today/.+/(moves|arrivals|steps)/")


def waiting(page: Page, product, order) -> None:
    """Leave two moves in the queue, whose posts do not come through, and open one's own page."""
    page.context.route(POSTS, lambda route: route.abort())
    open_visit(page, product, order)
    visits.press(page)
    visits.at(page, "go")
    visits.press(page)
    visits.at(page, "arrive")
    page.goto(product.url("/m/me/"))


def leave(page: Page) -> None:
    page.locator("form[data-leaving] [data-leave]").click()


@pytest.mark.parametrize(
    ("language", "sentence", "first", "anyway"),
    [
        ("zh-hans", "还有 2 条记录未上传。", "先上传", "仍然退出"),
        ("en", "2 entries are not uploaded yet.", "Upload first", "Sign out all the same"),
    ],
)
def test_signing_out_with_entries_waiting_is_asked_about_in_both_languages(
    product, world, phone, fits, language, sentence, first, anyway
):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    waiting(page, product, order)
    if language == "en":
        page.locator("button[value=en]").click()
        page.wait_for_url("**/m/me/")
    leave(page)
    warning = page.locator("[data-leaving-warning]")
    expect(warning.locator("[data-words]")).to_have_text(sentence)
    expect(warning.locator("[data-first]")).to_have_text(first)
    expect(warning.locator("[data-anyway]")).to_have_text(anyway)
    expect(warning.locator("[data-first]")).to_be_focused()
    assert "/m/me/" in page.url
    fits(page, f"leaving-{language}")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/leaving-{language}.png")
    # Nothing comes through: it says so, and nobody is signed out.
    warning.locator("[data-first]").click()
    failed = warning.locator("[data-words]").get_attribute("data-failed")
    expect(warning.locator("[data-words]")).to_have_text(failed.replace("{n}", "2"))
    assert moves(order) == []


def test_what_is_sent_first_has_arrived_before_the_sign_out(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    waiting(page, product, order)
    leave(page)
    page.context.unroute_all()
    page.locator("[data-first]").click()
    page.wait_for_url(re.compile("/sign-in/"))
    assert moves(order) == ["accept", "set_out"]


def test_who_leaves_all_the_same_finds_the_entries_at_the_next_sign_in(product, world, phone):
    order = visits.fresh_order(world)
    me = world.installer.user
    me.set_password("leaving-password-1")
    me.save()
    page = phone(me)
    waiting(page, product, order)
    leave(page)
    page.locator("[data-anyway]").click()
    page.wait_for_url(re.compile("/sign-in/"))
    assert moves(order) == []
    page.context.unroute_all()
    page.locator("[name=username]").fill(me.username)
    page.locator("[name=password]").fill("leaving-password-1")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/m/today/")
    # The strip is hidden before the queue is looked into as well: the answers themselves are waited for.
    while moves(order) != ["accept", "set_out"]:
        page.wait_for_event("response")
    expect(page.locator("#x-strip")).to_be_hidden(timeout=20_000)


def test_an_empty_queue_asks_nothing(product, world, phone):
    page = phone(world.installer.user)
    page.goto(product.url("/m/me/"))
    leave(page)
    page.wait_for_url(re.compile("/sign-in/"))

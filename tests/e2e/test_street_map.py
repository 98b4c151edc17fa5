"""The street map of the board in a real browser: the company's tiles under its policy, pins, who made it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from playwright.sync_api import expect

from integrations.street_tiles import save_tiles
from tests.e2e.test_dispatch_board import order, person, scene

__all__ = ["scene"]

pytestmark = pytest.mark.browser
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TILES = "https://tiles.example.com/{z}/{x}/{y}.png"


@pytest.fixture
def tiles(scene):
    save_tiles(url=TILES, datum="gcj02", credit="© 某某地图", actor=scene.admin)
    yield
    save_tiles(url="", datum="gcj02", credit="", actor=scene.admin)


def test_m_opens_the_map_with_tiles_pins_and_its_makers(scene, tiles, desk, product, axe):
    somebody, waiting = person(scene, "刘海涛"), order(scene)
    page = desk(scene.dispatcher)
    asked: list[str] = []

    def tile(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(body=DOT, content_type="image/png")

    page.route("https://tiles.example.com/**", tile)
    page.goto(product.url("/dispatch/"))
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", waiting.number)
    page.keyboard.press("m")
    expect(page.locator(".x-street .leaflet-tile-loaded").first).to_be_visible()
    expect(page.locator(".x-pin")).to_have_count(2)
    expect(page.locator(".leaflet-control-attribution")).to_have_text("© 某某地图")
    expect(page.locator(".x-places")).to_contain_text(somebody.user.display_name)
    assert asked
    axe(page)


def test_tiles_that_do_not_come_are_told_and_the_list_stays(scene, tiles, desk, product):
    person(scene, "周鹏")
    order(scene)
    page = desk(scene.dispatcher)
    page.route("https://tiles.example.com/**", lambda route: route.abort())
    page.goto(product.url("/dispatch/"))
    page.keyboard.press("m")
    expect(page.locator("[data-street-lost]")).to_be_visible()
    expect(page.locator(".x-places li")).to_have_count(2)


def test_the_page_of_the_maps_suits_everybody(scene, desk, product, axe):
    page = desk(scene.admin)
    page.goto(product.url("/integrations/maps/"))
    axe(page)

"""The street map of the board: the company's own tiles, nobody else's, and none where none are named."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from common import clock
from common.errors import Refused
from integrations.models import MapService
from integrations.street_tiles import is_tile_address, save_tiles
from network.geo import Datum, haversine_m, to_wgs84
from tests.dispatch.town import MONDAY, make_town, person, waiting

TILES = "https://tiles.example.com/{z}/{x}/{y}.png"


@pytest.fixture
def town(tenant):
    with clock.moved_to(MONDAY):
        yield make_town()


def use(town, url=TILES, datum="wgs84"):
    save_tiles(url=url, datum=datum, credit="© 某某地图", actor=town.admin)


def pictures(answer) -> str:
    return re.search(r"img-src ([^;]*)", answer["Content-Security-Policy"])[1]


def test_without_tiles_the_board_loads_pictures_of_nobody_else(town, client):
    order = waiting(town)
    client.force_login(town.dispatcher)
    board = client.get(reverse("dispatch:board"))
    assert "https" not in pictures(board)
    assert "street.js" not in board.content.decode()
    assert client.get(reverse("dispatch:order-street", args=[order.number])).status_code == 404


def test_the_board_alone_may_load_the_companys_tiles(town, client):
    waiting(town)
    use(town, "https://tiles.example.com:8443/{z}/{x}/{y}.png?key=abc")
    client.force_login(town.admin)
    board = client.get(reverse("dispatch:board"))
    assert "https://tiles.example.com:8443" in pictures(board).split()
    assert "key=abc" not in pictures(board)
    assert "street.js" in board.content.decode()
    others = client.get(reverse("workorders:order-list"))
    assert "tiles.example.com" not in others["Content-Security-Policy"]


@pytest.mark.parametrize("datum", ["wgs84", "gcj02"])
def test_site_and_people_stand_in_the_datum_of_the_tiles(town, client, datum):
    near = person(town, km=2)
    order = waiting(town)
    use(town, datum=datum)
    client.force_login(town.dispatcher)
    shown = client.get(reverse("dispatch:order-street", args=[order.number])).content.decode()
    spots = re.findall(r'data-lon="([\d.]+)" data-lat="([\d.]+)"', shown)
    assert len(spots) == 2
    home = (float(near.home_lon), float(near.home_lat))
    for told, true in zip(spots, (None, home), strict=True):
        point = (float(told[0]), float(told[1]))
        site = true or (float(order.address.lon), float(order.address.lat))
        assert haversine_m(to_wgs84(point, Datum(datum)), site) <= 1
        assert (haversine_m(point, site) > 200) == (datum == "gcj02")
    assert "© 某某地图" in shown
    assert TILES in shown


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.com/{z}/{x}/{y}.png",
        "https://tiles.example.com/{z}/{x}.png",
        "https://{s}.tiles.example.com/{z}/{x}/{y}.png",
        "https://user:pw@tiles.example.com/{z}/{x}/{y}.png",
        "https://tiles.example.com; script-src *://x/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "https://localhost/{z}/{x}/{y}.png",
        "https://tiles.example.com/{z}/{x}/{y}.png' unsafe-inline",
        "javascript:alert(1)//{z}/{x}/{y}",
        "{z}{x}{y}",
    ],
)
def test_what_is_no_address_of_tiles_never_reaches_the_policy(town, url):
    assert not is_tile_address(url)
    with pytest.raises(Refused):
        use(town, url)
    assert not MapService.objects.exists()


def test_a_map_needs_the_name_of_its_makers_and_goes_away_with_its_address(town, client):
    client.force_login(town.admin)
    told = {"tile_url": TILES, "tile_datum": "gcj02", "tile_credit": " "}
    assert client.post(reverse("integrations:map-tiles"), told).status_code == 422
    assert (
        client.post(reverse("integrations:map-tiles"), told | {"tile_credit": "我们"}).status_code
        == 302
    )
    page = client.get(reverse("integrations:map-settings")).content.decode()
    assert TILES in page
    assert (
        client.post(
            reverse("integrations:map-tiles"), {"tile_url": "", "tile_datum": "wgs84"}
        ).status_code
        == 302
    )
    assert MapService.objects.get().tile_url == ""


def test_saving_the_platform_keeps_the_street_map(town, client):
    use(town)
    client.force_login(town.admin)
    told = {
        "provider": "amap",
        "key": "k" * 32,
        "daily_limit": "10",
        "is_active": "on",
        "base_url": "",
    }
    assert client.post(reverse("integrations:map-settings"), told).status_code == 302
    assert MapService.objects.get().tile_url == TILES

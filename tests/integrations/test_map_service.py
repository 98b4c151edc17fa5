"""The company's map platform: its key, its test, the ways on the board, and what stands without it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from werkzeug.wrappers import Response

from common import clock
from common.outbox import drain
from customers.models import Address
from dispatch.selectors import candidates
from integrations.models import MapService
from integrations.services.locating import locate_site
from integrations.services.map_service import save_map_service, try_map_service
from network.geo import haversine_m
from tests.dispatch.town import MONDAY, make_town, person, waiting
from tests.integrations.map_servers import DOOR, KEY, NAMES, SERVERS
from workorders.models import WorkOrder

KEYED = ("amap", "tencent", "baidu")


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def town(tenant: Any):
    with clock.moved_to(MONDAY):
        yield make_town()


@pytest.fixture
def use(town, serve, settings):
    """Lets the company use a platform whose server answers by a function; gives the calls it got."""

    def begin(name: str, answer_by: Any = None, *, key: str = KEY, limit: int = 2_000):
        calls: list[str] = []

        def heard(request):
            calls.append(request.path)
            return (answer_by or SERVERS[name])(request)

        port = serve(heard)
        settings.EGRESS_ALLOW = [f"127.0.0.1:{port}"]
        service = MapService(provider=name, base_url=f"http://127.0.0.1:{port}", daily_limit=limit)
        save_map_service(service=service, key=key if name in KEYED else "", actor=town.admin)
        return calls

    return begin


def silent(_request):
    return Response("no", status=503)


def posted(client, **fields):
    known = {"provider": "amap", "daily_limit": "2000", "is_active": "on", "base_url": ""}
    return client.post(reverse("integrations:map-settings"), known | fields)


def test_the_key_is_sealed_and_never_shown_again(town, client):
    client.force_login(town.admin)
    assert posted(client, key=KEY).status_code == 302
    service = MapService.objects.get()
    assert KEY not in service.key_sealed
    page = client.get(reverse("integrations:map-settings")).content.decode()
    assert KEY not in page
    assert KEY[-4:] in page
    assert posted(client, daily_limit="5").status_code == 302
    service.refresh_from_db()
    assert (service.key_tail, service.daily_limit) == (KEY[-4:], 5)


def test_a_key_is_not_handed_to_another_platform(town, client):
    client.force_login(town.admin)
    posted(client, key=KEY)
    refused = posted(client, provider="baidu")
    assert refused.status_code == 422
    assert MapService.objects.get().provider == "amap"
    assert posted(client, provider="osrm", base_url="https://osrm.example.com").status_code == 302
    assert MapService.objects.get().key_sealed == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"key": KEY, "base_url": "http://127.0.0.1:5432"},
        {"key": KEY, "base_url": "https://10.0.0.7/"},
        {"key": KEY, "base_url": "javascript:alert(1)"},
        {"key": ""},
        {"provider": "osrm"},
        {"key": KEY, "daily_limit": "0"},
        {"key": KEY, "daily_limit": "-1"},
        {"key": KEY, "provider": "google"},
    ],
)
def test_what_cannot_be_asked_is_not_kept(town, client, fields):
    client.force_login(town.admin)
    assert posted(client, **fields).status_code == 422
    assert not MapService.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_the_test_tells_a_way(use, town, client, name):
    use(name)
    client.force_login(town.admin)
    page = client.post(reverse("integrations:map-try")).content.decode()
    assert "x-note-good" in page
    assert " km" in page
    assert MapService.objects.get().last_answer_at is not None


@pytest.mark.parametrize("name", KEYED)
def test_the_test_tells_a_refused_key_from_a_silent_platform(use, town, client, name):
    client.force_login(town.admin)
    use(name, key="wrong-key-of-somebody")
    assert try_map_service(MapService.objects.get()).kind == "auth"
    page = client.post(reverse("integrations:map-try")).content.decode()
    assert "wrong-key" not in page
    use(name, silent)
    trial = try_map_service(MapService.objects.get())
    assert (trial.worked, trial.kind) == (False, "retry")
    assert MapService.objects.get().last_error


def panel(client, order):
    page = client.get(reverse("dispatch:order-panel", args=[order.number]))
    return page.content.decode()


def ways(client, order):
    return client.get(reverse("dispatch:order-ways", args=[order.number])).content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_the_panel_stands_with_estimates_and_the_ways_follow(use, town, client, name):
    calls = use(name)
    near, order = person(town, km=3), waiting(town)
    client.force_login(town.dispatcher)
    shown = panel(client, order)
    assert calls == []
    assert reverse("dispatch:order-ways", args=[order.number]) in shown
    told = ways(client, order)
    assert len(calls) == 1
    words = str(MapService.objects.get().get_provider_display())
    assert words in told
    assert f"x-way-{near.pk}" in told
    again = panel(client, order)
    assert words in again
    assert reverse("dispatch:order-ways", args=[order.number]) not in again
    assert len(calls) == 1


def test_the_order_of_the_suggestions_does_not_depend_on_the_platform(use, town, client):
    people = [person(town, km=km) for km in (5, 1, 3)]
    order = waiting(town)
    before = [(each.pk, each.candidate.score_fen) for each in candidates(order=order)]
    use("osrm")
    client.force_login(town.dispatcher)
    ways(client, order)
    assert [(each.pk, each.candidate.score_fen) for each in candidates(order=order)] == before
    assert len(before) == len(people)


def test_without_a_platform_nobody_is_asked(town, client):
    person(town)
    client.force_login(town.dispatcher)
    order = waiting(town)
    assert reverse("dispatch:order-ways", args=[order.number]) not in panel(client, order)
    assert "x-way-" not in ways(client, order)


@pytest.mark.parametrize("off", ["inactive", "failing", "used up"])
def test_the_estimates_stand_when_the_platform_is_off(use, town, client, off):
    calls = use("osrm", silent if off == "failing" else None, limit=1 if off == "used up" else 9)
    if off == "inactive":
        MapService.objects.update(is_active=False)
    person(town, km=2)
    person(town, km=4)
    order = waiting(town)
    client.force_login(town.dispatcher)
    assert "x-way-" not in ways(client, order)
    assert len(calls) == (1 if off == "failing" else 0)
    # After a failure nobody waits for the platform a second time.
    assert "x-way-" not in ways(client, order)
    assert len(calls) == (1 if off == "failing" else 0)
    assert "OSRM" not in panel(client, order)


def order_at(town, detail: str, **fields: Any) -> WorkOrder:
    order = waiting(town)
    Address.objects.filter(pk=order.address_id).update(detail=detail, **fields)
    return WorkOrder.objects.get(pk=order.pk)


CENTRE = {"lon": "120.130000", "lat": "30.260000", "precision": "district"}
NOWHERE = {
    "lon": None, "lat": None, "precision": "none", "division_code": "", "region": None,
    "province": "", "city": "", "district": "",
}  # fmt: skip


def where(order: WorkOrder) -> Address:
    return Address.objects.get(pk=order.address_id)


@pytest.mark.parametrize("name", KEYED)
def test_a_site_at_its_districts_centre_is_put_on_the_door(use, town, name):
    order = order_at(town, "文三路 90 号 5 幢", **CENTRE, division_code="330106")
    use(name)
    assert locate_site(order_id=order.pk)
    found = where(order)
    assert found.precision == "exact"
    assert haversine_m((float(found.lon), float(found.lat)), DOOR) <= 2
    assert found.division_code == "330106"


@pytest.mark.parametrize("name", ["amap", "tencent"])
def test_an_address_nobody_could_place_is_placed_where_it_names_the_city(use, town, name):
    order = order_at(town, "杭州文三路 90 号", **NOWHERE)
    use(name)
    assert locate_site(order_id=order.pk)
    assert (where(order).precision, where(order).division_code) == ("exact", "330106")
    order.refresh_from_db()
    assert order.site_region is not None


@pytest.mark.parametrize(
    ("detail", "fields"),
    [
        ("西湖区政府附近", {**CENTRE, "division_code": "330106"}),
        ("文三路 90 号", {**CENTRE, "division_code": "220104"}),
        ("文三路 90 号", {**CENTRE, "lon": "125.3", "lat": "43.8", "division_code": "330106"}),
        ("文三路 90 号", NOWHERE),
        ("文三路 9* 号", {**CENTRE, "division_code": "330106"}),
        ("", {**CENTRE, "division_code": "330106"}),
    ],
)
def test_a_place_that_is_not_sure_or_contradicts_is_not_taken(use, town, detail, fields):
    order = order_at(town, detail, **fields)
    before = where(order).precision
    use("amap")
    assert not locate_site(order_id=order.pk)
    assert where(order).precision == before


def test_whoever_placed_the_site_by_hand_is_not_overruled(use, town):
    order = order_at(
        town, "文三路 90 号", **{**CENTRE, "precision": "exact"}, division_code="330106"
    )
    calls = use("amap")
    assert not locate_site(order_id=order.pk)
    assert calls == []


def test_a_new_order_is_looked_up_by_itself(use, town):
    calls = use("amap")
    order = order_at(town, "文三路 90 号", **CENTRE, division_code="330106")
    drain(strict=True)
    assert calls == ["/v3/geocode/geo"]
    assert where(order).precision == "exact"

"""A step may name a video: an https address that the phone opens when it is tapped, never by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.checked_table import CheckedTable, Errors
from catalog.forms.steps import StepForm
from catalog.item_body import read_body
from catalog.pack_format import _read_step
from catalog.services.items import publish_item
from tests.workorders import walking
from tests.workorders.world import INSTALL_BODY, make_world, open_order

VIDEO = "https://video.example.org/ac/2.mp4"
WITH_VIDEO = replace(
    INSTALL_BODY, steps=(replace(INSTALL_BODY.steps[0], video=VIDEO), *INSTALL_BODY.steps[1:])
)


def test_an_item_without_videos_keeps_its_fingerprint():
    assert not any("video" in step for step in INSTALL_BODY.as_body()["steps"])
    assert read_body(INSTALL_BODY.as_body()) == INSTALL_BODY
    assert WITH_VIDEO.sha256 != INSTALL_BODY.sha256
    assert read_body(WITH_VIDEO.as_body()) == WITH_VIDEO


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        (VIDEO, True),
        ("", True),
        ("http://video.example.org/2.mp4", False),
        ("javascript:alert(1)", False),
        ("https://" + "a" * 300, False),
    ],
)
def test_only_https_addresses_are_videos_in_the_editor_and_in_packs(address, is_fine):
    typed = {"name": "安装", "minutes": "10", "instruction": "水平", "video": address}
    form = StepForm(typed, known_materials=frozenset())
    assert form.is_valid() is is_fine
    errors: Errors = []
    row = {"name": "安装", "minutes": 10, "instruction": "水平"} | (
        {"video": address} if address else {}
    )
    _read_step(CheckedTable(row, "step", errors), 1)
    assert (errors == []) is is_fine


def test_the_phone_links_to_the_video_and_loads_nothing_of_it(tenant, client):
    world = make_world()
    publish_item(body=WITH_VIDEO, industry="家电", actor=None)
    order = walking.arrive(open_order(world), world)
    client.force_login(world.installer.user)
    page = client.get(f"/m/today/{order.number}/").content.decode()
    assert page.count(f'href="{VIDEO}"') == 1
    assert page.count(VIDEO) == 1
    assert "<video" not in page

"""Photo, signature, code and position as an installer gives them, in a real browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import segno
from django.template.loader import render_to_string
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.common.static_host import HOST, path_of, serve_page, serve_static
from tests.workorders.cameras import shot
from workorders.strokes import read_strokes

pytestmark = pytest.mark.browser

SCRIPTS = (
    "vendor/signature_pad-5.1.4/signature_pad.es2018.min.js",
    "js/position.js",
    "js/camera.js",
    "js/photo.js",
    "js/scan.js",
    "js/sign.js",
    "js/outbox_view.js",
    "js/outbox_store.js",
    "js/outbox.js",
)


def page_source() -> str:
    shot = render_to_string("ui/_shot.html", {"action": "/photo", "name": "plate", "label": "铭牌"})
    sign = render_to_string("ui/_signature.html", {"name": "signature", "required": True})
    scan = render_to_string("ui/_scan.html", {"field_id": "id_code"})
    scripts = "".join(f'<script src="/static/{name}"></script>' for name in SCRIPTS)
    styles = '<link rel="stylesheet" href="/static/css/app.css">'
    styles += '<link rel="stylesheet" href="/static/css/phone.css">'
    return f"""<!doctype html><html><head>{styles}</head><body data-user="7">
      {render_to_string("ui/_outbox.html")}{shot}
      <form id="sign" method="post" action="/sign" data-outbox>{sign}<button>ok</button></form>
      {scan}<input id="id_code">
      <form id="here" method="post" action="/here" data-outbox>
        <input type="hidden" name="latitude"><input type="hidden" name="longitude">
        <input type="hidden" name="accuracy"><input type="hidden" name="position_error">
        <button data-position>here</button></form>{scripts}</body></html>"""


@dataclass
class Server:
    """Takes every post and keeps its bytes."""

    posts: dict[str, bytes] = field(default_factory=dict)

    def handle(self, route: Route) -> None:
        if serve_static(route):
            return
        if route.request.method == "POST":
            self.posts[path_of(route)] = route.request.post_data_buffer or b""
            key = route.request.headers["idempotency-key"]
            route.fulfill(json={"ok": True}, headers={"X-Idempotency-Key": key})
        else:
            serve_page(route, page_source())


@pytest.fixture
def server(page: Page) -> Iterator[Server]:
    server = Server()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
    page.route(re.compile(".*"), server.handle)
    page.goto(f"{HOST}/job")
    yield server
    assert faults == []


def png(image: Image.Image) -> dict[str, object]:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def test_a_large_photo_is_made_small_before_it_is_kept(page, server):
    photo = Image.effect_noise((3000, 2000), 60).convert("RGB")
    with page.expect_response(f"{HOST}/photo"):
        page.locator(".x-shot-form input[type=file]").set_input_files(png(photo))
    body = server.posts["/photo"]
    start = body.index(b"\xff\xd8")
    with Image.open(io.BytesIO(body[start:])) as sent:
        assert sent.size == (1600, 1067)
    expect(page.locator(".x-shot-form")).to_have_attribute("data-outbox-state", "sent")
    expect(page.locator(".x-shot-form img")).to_be_visible()


def test_a_file_the_browser_cannot_draw_is_sent_as_it_is(page, server):
    file = {"name": "a.heic", "mimeType": "image/heic", "buffer": b"no picture at all"}
    with page.expect_response(f"{HOST}/photo"):
        page.locator(".x-shot-form input[type=file]").set_input_files(file)
    assert b"no picture at all" in server.posts["/photo"]


def test_an_empty_signature_is_refused_on_the_spot_and_a_drawn_one_is_sent(page, server):
    page.locator("#sign > button").click()
    expect(page.locator("[data-wrong]")).to_be_visible()
    assert server.posts == {}
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=8)
    page.mouse.up()
    expect(page.locator("[data-wrong]")).to_be_hidden()
    with page.expect_response(f"{HOST}/sign"):
        page.locator("#sign > button").click()
    assert b'name="signature"; filename="signature.png"' in server.posts["/sign"]
    drawn = read_strokes(fields_of(server.posts["/sign"])["signature_strokes"])
    assert len(drawn.lines) == 1
    ends = drawn.lines[0][0][:2], drawn.lines[0][-1][:2]
    assert sum(ends, ()) == pytest.approx((200, 200, 1200, 900), abs=30)


def test_a_code_on_a_photo_is_read_into_its_field(page, server):
    drawn = io.BytesIO()
    segno.make("KQ7M2P", micro=False).save(drawn, kind="png", scale=8, border=6)
    with Image.open(drawn) as code:
        page.locator("[data-scan] input").set_input_files(png(code.convert("RGB")))
    expect(page.locator("#id_code")).to_have_value("KQ7M2P")
    page.locator("[data-scan] input").set_input_files(png(Image.new("RGB", (400, 300), "white")))
    expect(page.locator("#id_code-scan-error")).to_be_visible()
    expect(page.locator("#id_code")).to_have_value("KQ7M2P")


def test_a_position_is_sent_with_its_accuracy(page, server):
    page.context.grant_permissions(["geolocation"], origin=HOST)
    page.context.set_geolocation({"latitude": 30.274085, "longitude": 120.15507, "accuracy": 25})
    with page.expect_response(f"{HOST}/here"):
        page.locator("[data-position]").click()
    assert b"30.274085" in server.posts["/here"]
    assert b"120.155070" in server.posts["/here"]


def test_a_refused_position_never_blocks_the_check_in(page, server):
    with page.expect_response(f"{HOST}/here"):
        page.locator("[data-position]").click()
    assert b"denied" in server.posts["/here"]


def fields_of(body):
    """The texts of a posted form by name."""
    found = re.findall(rb'name="([^"]+)"\r\n\r\n([^\r]*)\r\n', body)
    return {name.decode(): value.decode() for name, value in found}


def test_what_the_camera_wrote_is_sent_beside_the_photo_that_was_made_small(page, server):
    taken = datetime(2026, 11, 2, 2, 15, 30, tzinfo=UTC)
    photo = shot(size=(2400, 1800), lon=-70.5, lat=-33.25, at=taken)
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo.read()}
    with page.expect_response(f"{HOST}/photo"):
        page.locator(".x-shot-form input[type=file]").set_input_files(file)
    said = fields_of(server.posts["/photo"])
    assert b"Exif" not in server.posts["/photo"]
    assert (said["camera_at"], said["camera_offset"]) == ("2026:11:02 10:15:30", "+08:00")
    assert (said["camera_longitude"], said["camera_latitude"]) == ("-70.500000", "-33.250000")
    assert "photo_latitude" not in said


def test_a_phone_that_gave_its_position_before_gives_it_beside_a_photo(page, server):
    page.context.grant_permissions(["geolocation"], origin=HOST)
    page.context.set_geolocation({"latitude": 30.274085, "longitude": 120.15507, "accuracy": 25})
    with page.expect_response(f"{HOST}/here"):
        page.locator("[data-position]").click()
    with page.expect_response(f"{HOST}/photo"):
        page.locator(".x-shot-form input[type=file]").set_input_files(png(Image.new("RGB", (9, 9))))
    said = fields_of(server.posts["/photo"])
    assert (said["photo_latitude"], said["photo_longitude"]) == ("30.274085", "120.155070")
    assert said["photo_accuracy"] == "25"
    assert "camera_at" not in said


@pytest.mark.parametrize(
    "head",
    [b"\xff\xd8\xff\xe1\xff\xffExif\0\0MM\0*\xff\xff\xff\xff", b"\xff\xd8" + b"\xff" * 99, b""],
)
def test_a_photo_with_a_broken_head_is_sent_all_the_same(page, server, head):
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": head + b"no picture"}
    with page.expect_response(f"{HOST}/photo"):
        page.locator(".x-shot-form input[type=file]").set_input_files(file)
    assert b"no picture" in server.posts["/photo"]
    assert set(fields_of(server.posts["/photo"])) == {"slot", "taken_at"}

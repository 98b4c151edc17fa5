"""Every place that takes a file refuses what is none, with a sentence, and keeps nothing of it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import PurePath
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from tests.workorders.cameras import exif, huge_png, saved
from tests.workorders.test_signatures import DRAWN
from tests.workorders.walking import arrive
from tests.workorders.world import open_order, photo, signature
from workorders.models import Evidence, RequestPhoto
from workorders.pictures import MAX_BYTES

pytestmark = [
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin"),
]
BAD = {
    "empty": (b"", 422),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", 422),
    "html": (b"<html><script>alert(1)</script></html>", 422),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", 422),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", 422),
    "zip": (b"PK\x03\x04" + b"\0" * 60, 422),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", 422),
    "truncated": (saved("JPEG")[:-200], 422),
    "truncated png": (saved("PNG")[:-40], 422),
    "bomb": (huge_png(), 422),
    "huge": (b"\xff" * (MAX_BYTES + 1), 413),
}
NAME = "../../a; x=y.php.jpg"


@pytest.fixture
def order(world: Any, client: Any) -> Any:
    client.force_login(world.installer.user)
    return arrive(open_order(world), world)


def phone(client: Any, name: str, order: Any, **fields: Any) -> Any:
    address = reverse(f"workorders-phone:{name}", args=[order.number])
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    return client.post(address, fields, headers=headers)


def send_photo(client: Any, order: Any, world: Any, file: Any) -> Any:
    return phone(client, "job-photo", order, photo=file, seq="1", label="铭牌照")


def send_signature(client: Any, order: Any, world: Any, file: Any) -> Any:
    return phone(client, "job-signature", order, signature=file,
                 signature_strokes=json.dumps(DRAWN))  # fmt: skip


def send_request(client: Any, order: Any, world: Any, file: Any) -> Any:
    client.logout()
    said = {"fault": "漏水", "name": "李雷", "phone": "13911112222", "address": "杭州市西湖区 8 号"}
    return client.post(reverse("workorders-public:repair"), {**said, "photos": file})


def send_import(client: Any, order: Any, world: Any, file: Any) -> Any:
    client.force_login(world.admin)
    headers = {"Accept": "application/json"}
    return client.post(reverse("workorders:import-start"), {"file": file}, headers=headers)


PLACES = {"photo": send_photo, "signature": send_signature, "repair request": send_request}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_is_kept(
    world: Any, client: Any, order: Any, place: str, kind: str
) -> None:
    content, status = BAD[kind]
    before = Evidence.objects.count()
    file = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = PLACES[place](client, order, world, file)
    assert answer.status_code == status, answer.content.decode()[:300]
    if place != "repair request":
        assert len(answer.json()["error"]["message"]) > 4
    assert Evidence.objects.count() == before
    assert not RequestPhoto.objects.exists()


@pytest.mark.parametrize("place", PLACES)
def test_what_is_kept_is_a_picture_alone_under_a_random_name(
    world: Any, client: Any, order: Any, place: str
) -> None:
    script = b"<script>alert(1)</script>"
    if place == "signature":
        content = signature().read() + script
    else:
        photographed = Image.new("RGB", (400, 300), "green")
        content = saved("JPEG", photographed, exif=exif(120.1, 30.2), comment=script) + script
    answer = PLACES[place](client, order, world, SimpleUploadedFile(NAME, content, "text/html"))
    assert answer.status_code in (200, 302)
    kept = RequestPhoto.objects.get() if place == "repair request" else Evidence.objects.get()
    stored = kept.file.read()
    assert script not in stored
    with Image.open(BytesIO(stored)) as image:
        assert image.format in ("JPEG", "PNG")
        assert dict(image.getexif()) == {}
    name = PurePath(kept.file.name)
    assert name.suffix in (".jpg", ".png")
    assert len(name.stem) == 32
    assert ".." not in name.parts


@pytest.mark.parametrize("kind", ["empty", "html", "pdf", "zip", "bomb"])
def test_a_file_of_orders_that_is_none_is_refused_with_a_sentence(
    world: Any, client: Any, order: Any, kind: str
) -> None:
    for name in ("orders.csv", "orders.xlsx"):
        file = SimpleUploadedFile(name, BAD[kind][0], "text/csv")
        answer = send_import(client, order, world, file)
        assert answer.status_code in (413, 422), (name, answer.status_code)
        assert len(answer.json()["error"]["message"]) > 4


def test_a_photo_is_never_shown_to_another_company(
    world: Any, client: Any, other_client: Any, order: Any
) -> None:
    send_photo(client, order, world, photo())
    kept = Evidence.objects.get()
    address = reverse("workorders:evidence-file", args=[kept.pk])
    sent = client.get(address)
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert other_client.get(address).status_code in (302, 404)

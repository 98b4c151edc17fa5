"""Every place that takes a file refuses what is none, with a sentence, and keeps nothing of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django_tenants.utils import tenant_context
from PIL import Image

from accounts.roles import Role
from tests.factories import UserFactory
from tests.workorders.cameras import exif, huge_png, saved
from tests.workorders.upload_doors import ASKED, DOORS, Scene, scene
from tests.workorders.world import photo, signature
from workorders.models import Evidence, RequestPhoto
from workorders.pictures import MAX_BYTES
from workorders.views.public import REQUESTS_PER_HOUR

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
def here(world: Any, client: Any) -> Scene:
    return scene(world, client)


def kept_files() -> tuple[int, int]:
    return Evidence.objects.count(), RequestPhoto.objects.count()


@pytest.mark.parametrize("name", DOORS)
def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_is_kept(
    here: Scene, name: str
) -> None:
    door = DOORS[name]
    for kind, (content, status) in BAD.items():
        file = SimpleUploadedFile("a.jpg", content, "image/jpeg")
        with transaction.atomic():
            before = kept_files()
            answer = door.send(here, file)
            assert answer.status_code == status, (kind, answer.content.decode()[:300])
            if not door.is_public:
                assert len(answer.json()["error"]["message"]) > 4, kind
            made = 1 if door.url.endswith("charge-agree") else 0  # the charge's own proof
            assert kept_files() == (before[0] + made, before[1]), kind
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", DOORS)
def test_what_is_kept_is_a_picture_alone_under_a_random_name(here: Scene, name: str) -> None:
    door = DOORS[name]
    script = b"<script>alert(1)</script>"
    if door.is_ink:
        content = signature().read() + script
    else:
        photographed = Image.new("RGB", (400, 300), "green")
        content = saved("JPEG", photographed, exif=exif(120.1, 30.2), comment=script) + script
    answer = door.send(here, SimpleUploadedFile(NAME, content, "text/html"))
    assert answer.status_code in (200, 302), answer.content.decode()[:300]
    kept = (RequestPhoto if door.is_public else Evidence).objects.latest("pk")
    stored = kept.file.read()
    assert script not in stored
    with Image.open(BytesIO(stored)) as image:
        assert image.format in ("JPEG", "PNG")
        assert dict(image.getexif()) == {}
    path = PurePath(kept.file.name)
    assert path.suffix in (".jpg", ".png")
    assert len(path.stem) == 32
    assert ".." not in path.parts


def test_strangers_send_a_few_photos_a_few_times(here: Scene) -> None:
    """The count in one request, and the requests of an hour from one address."""
    address = reverse("workorders-public:repair")
    here.client.logout()
    four = [photo(shade) for shade in (10, 60, 110, 160)]
    assert here.client.post(address, {**ASKED, "photos": four}).status_code == 422
    assert not RequestPhoto.objects.exists()
    answers = [
        here.client.post(address, {**ASKED, "phone": f"1391111{n:04d}", "photos": photo(n)})
        for n in range(REQUESTS_PER_HOUR)
    ]
    assert [answer.status_code for answer in answers][-2:] == [302, 429]
    assert RequestPhoto.objects.count() == REQUESTS_PER_HOUR - 1


def send_import(client: Any, world: Any, file: Any) -> Any:
    client.force_login(world.admin)
    headers = {"Accept": "application/json"}
    return client.post(reverse("workorders:import-start"), {"file": file}, headers=headers)


@pytest.mark.parametrize("kind", ["empty", "html", "pdf", "zip", "bomb"])
def test_a_file_of_orders_that_is_none_is_refused_with_a_sentence(
    world: Any, client: Any, kind: str
) -> None:
    for name in ("orders.csv", "orders.xlsx"):
        file = SimpleUploadedFile(name, BAD[kind][0], "text/csv")
        answer = send_import(client, world, file)
        assert answer.status_code in (413, 422), (name, answer.status_code)
        assert len(answer.json()["error"]["message"]) > 4


def test_a_photo_is_never_shown_to_another_company(
    here: Scene, client: Any, other_client: Any, other_tenant: Any
) -> None:
    DOORS["photo of a step"].send(here, photo())
    kept = Evidence.objects.get()
    address = reverse("workorders:evidence-file", args=[kept.pk])
    sent = client.get(address)
    assert sent["X-Content-Type-Options"] == "nosniff"
    with tenant_context(other_tenant):
        theirs = UserFactory(role=Role.HQ_ADMIN)
    other_client.force_login(theirs)
    assert other_client.get(address).status_code == 404

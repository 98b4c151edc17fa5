"""A video of the company's own: uploaded in the editor, kept as it is, sent in parts to its people."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.item_body import read_body
from catalog.models import ServiceItem, StepVideo
from catalog.services.videos import keep_video
from catalog.videos import MAX_BYTES, is_mp4, video_address
from common.errors import Refused
from tests.catalog.clips import box, clip
from tests.workorders import walking
from tests.workorders.world import make_world, open_order


@pytest.fixture
def world(tenant):
    return make_world()


def sent(item, **more):
    """What the editor of an item sends when nothing was changed."""
    body = read_body(item.current.body)
    rows = {
        "name": item.name, "category": item.category, "unit": body.unit, "flow": body.flow,
        "order_type": body.order_type, "list_price": str(body.list_price_fen / 100),
        "warranty_days": "30", "hints": "", "certificates": [], "base": str(item.current.number),
        "steps-TOTAL_FORMS": str(len(body.steps)), "steps-INITIAL_FORMS": str(len(body.steps)),
    }  # fmt: skip
    for at, step in enumerate(body.steps):
        rows |= {
            f"steps-{at}-place": str(step.seq), f"steps-{at}-name": step.name,
            f"steps-{at}-minutes": str(step.minutes), f"steps-{at}-instruction": step.instruction,
            f"steps-{at}-required": "on", f"steps-{at}-photos": "", f"steps-{at}-materials": "",
            f"steps-{at}-safety": "", f"steps-{at}-video": "", f"steps-{at}-own": "",
        }  # fmt: skip
    return rows | more


def edit(client, world, **more):
    client.force_login(world.admin)
    item = ServiceItem.objects.get(pk=world.item.pk)
    return client.post(reverse("catalog:item-edit", args=[item.pk]), sent(item, **more))


def videos_of(world):
    item = ServiceItem.objects.get(pk=world.item.pk)
    return [step.video for step in read_body(item.current.body).steps]


def test_an_uploaded_video_belongs_to_its_step_until_it_is_taken_out(world, client):
    answer = edit(client, world, **{"steps-1-upload": clip()})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    kept = StepVideo.objects.get()
    assert videos_of(world)[1] == f"own:{kept.pk}"
    assert [video for video in videos_of(world) if video] == [f"own:{kept.pk}"]
    again = edit(client, world, **{"steps-1-own": f"own:{kept.pk}"})
    assert again.status_code == 302
    assert videos_of(world)[1] == f"own:{kept.pk}"
    edit(client, world, **{"steps-1-own": f"own:{kept.pk}", "steps-1-unkept": "on"})
    assert videos_of(world)[1] == ""


def test_a_step_has_one_video(world, client):
    answer = edit(
        client, world, **{"steps-0-upload": clip(), "steps-0-video": "https://v.example.org/1.mp4"}
    )
    assert answer.status_code == 422
    assert "steps-0-own" in answer.content.decode()


@pytest.mark.parametrize("own", ["own:999", "own:0", "javascript:alert(1)", "own:1;x", "x" * 400])
def test_a_name_that_is_none_of_a_video_is_none(world, client, own):
    edit(client, world, **{"steps-0-own": own})
    assert videos_of(world)[0] == ""


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (clip(MAX_BYTES + 1), "video.large"),
        (clip(start=b"<html><script>alert(1)</script>"), "video.kind"),
        (clip(start=b"\xff\xd8\xff\xe0" + b"0" * 60), "video.kind"),
        (clip(start=box(b"qt  ")), "video.kind"),
        (clip(start=box(b"heic", b"mif1")), "video.kind"),
        (clip(start=b"\xff\xff\xff\xffftypisom" + b"0" * 40), "video.kind"),
    ],
)
def test_what_is_no_small_mp4_is_refused_and_leaves_nothing(world, upload, code):
    upload.size = upload.size if code == "video.large" else min(upload.size, 64)
    if code == "video.kind" and upload.size == 64:
        upload.file.truncate(64)
    with pytest.raises(Refused) as refused:
        keep_video(upload=upload, actor=world.admin)
    assert refused.value.code == code
    assert not StepVideo.objects.exists()


def test_a_refused_video_is_said_at_its_step_and_nothing_is_published(world, client):
    before = ServiceItem.objects.get(pk=world.item.pk).current_id
    answer = edit(client, world, **{"steps-0-upload": clip(start=b"MZ" + b"0" * 60)})
    assert answer.status_code == 422
    assert "不是 MP4 视频" in answer.content.decode()
    assert ServiceItem.objects.get(pk=world.item.pk).current_id == before


def test_the_same_video_is_kept_once_under_a_random_name(world):
    first = keep_video(upload=clip(name="../../a.mp4"), actor=world.admin)
    assert keep_video(upload=clip(name="b.mp4"), actor=world.admin) == first
    assert ".." not in first.file.name
    assert first.file.size == 4096


def test_the_phone_links_to_it_and_gets_it_in_parts(world, client):
    big = 2 * 1024 * 1024 + 17
    kept = keep_video(upload=clip(big), actor=world.admin)
    edit(client, world, **{"steps-0-own": f"own:{kept.pk}"})
    order = walking.arrive(open_order(world), world)
    client.force_login(world.installer.user)
    address = video_address(f"own:{kept.pk}")
    page = client.get(f"/m/today/{order.number}/").content.decode()
    assert page.count(f'href="{address}"') == 1
    whole = client.get(address)
    assert (whole.status_code, whole["Content-Type"]) == (200, "video/mp4")
    assert whole["X-Content-Type-Options"] == "nosniff"
    content = b"".join(whole.streaming_content)
    for asked, first, last in (
        ("bytes=0-", 0, big - 1), ("bytes=100-299", 100, 299), ("bytes=-50", big - 50, big - 1),
        (f"bytes=5-{5 + 1024 * 1024 + 3}", 5, 5 + 1024 * 1024 + 3),
    ):  # fmt: skip
        part = client.get(address, headers={"Range": asked})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes {first}-{last}/{big}"
        assert part.getvalue() == content[first : last + 1]
        assert part.get("Content-Length", str(len(part.getvalue()))) == str(last - first + 1)


def test_what_begins_as_an_mp4():
    assert is_mp4(box(b"mp42") + b"0" * 100)
    assert is_mp4(box(b"abcd", b"avc1") + b"0" * 100)
    assert not is_mp4(b"")

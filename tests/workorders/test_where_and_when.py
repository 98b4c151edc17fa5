"""Where and when a photo was taken: checked, told with its source, flagged, and refused never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from common import clock
from customers.models import Address
from tests.workorders.cameras import SITE, exif, saved, shot
from tests.workorders.walking import arrive, assign
from tests.workorders.world import open_order, photo
from workorders.camera import CameraFacts, moment, position
from workorders.models import CheckIn, Evidence, SiteRule
from workorders.services.check_ins import check_in
from workorders.services.photos import add_photo
from workorders.taking import Taking

SHANGHAI = (121.4737, 31.2304)


@pytest.fixture
def order(world):
    return arrive(open_order(world), world)


def add(order, world, upload, **said):
    return add_photo(
        order_id=order.pk, upload=upload, actor=world.installer.user, said=Taking(**said)
    )


def alerts(order):
    return set(order.timeline.filter(kind="alert").values_list("code", flat=True))


def test_the_position_in_a_photo_is_kept_with_the_photo_and_not_in_it(world, order):
    kept = add(order, world, shot(lon=SITE[0], lat=SITE[1], at=clock.now()))
    assert (float(kept.lon), float(kept.lat)) == pytest.approx(SITE, abs=2e-6)
    assert 200 < kept.from_site_m < 500
    assert (kept.place_source, kept.time_source) == ("picture", "picture")
    with kept.file.open("rb") as stored:
        assert b"Exif" not in stored.read()
    assert (kept.is_far, kept.is_old, alerts(order)) == (False, False, set())


def test_a_photo_from_far_away_is_kept_and_flagged(world, order, client):
    kept = add(order, world, shot(lon=SHANGHAI[0], lat=SHANGHAI[1]))
    assert kept.is_far
    assert kept.from_site_m > 100_000
    assert alerts(order) == {"photo_far"}
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "不在现场拍摄" in page
    assert "照片自带" in page


def test_the_companys_radius_decides_and_an_inexact_position_proves_nothing(world, order):
    SiteRule.objects.create(pk=1, radius_m=200)
    near = {"lon": SITE[0], "lat": SITE[1]}
    assert add(order, world, shot(1, **near)).is_far
    assert not add(order, world, photo(90), **near, accuracy_m=300).is_far
    assert add(order, world, photo(150), **near, accuracy_m=20).is_far


def test_an_address_known_by_its_district_alone_flags_nobody(world, order):
    Address.objects.filter(pk=order.address_id).update(precision=Address.Precision.DISTRICT)
    kept = add(order, world, shot(lon=SHANGHAI[0], lat=SHANGHAI[1]))
    assert (kept.is_far, kept.from_site_m > 100_000) == (False, True)


@pytest.mark.parametrize(
    ("in_picture", "in_original", "phone", "source", "where"),
    [
        (True, True, True, "picture", 121.4737),
        (False, True, True, "original", 117.0),
        (False, False, True, "phone", 120.1244),
        (False, False, False, "", None),
    ],
)
def test_the_picture_goes_before_its_original_and_that_before_the_phone(
    world, order, in_picture, in_original, phone, source, where
):
    upload = shot(lon=SHANGHAI[0], lat=SHANGHAI[1]) if in_picture else photo()
    said = {"lon": SITE[0], "lat": SITE[1], "accuracy_m": 12} if phone else {}
    if in_original:
        said["camera"] = CameraFacts(117.0, 39.0)
    kept = add(order, world, upload, **said)
    assert kept.place_source == source
    assert (kept.lon and float(kept.lon)) == where
    assert kept.accuracy_m == (12 if source == "phone" else None)


def test_a_photo_of_the_day_before_is_kept_and_flagged(world, order):
    kept = add(order, world, shot(at=clock.now() - timedelta(days=1, hours=1)))
    assert kept.is_old
    assert "photo_old" in alerts(order)
    assert not add(order, world, shot(90, at=clock.now())).is_old


@pytest.mark.parametrize(
    ("visit", "taken", "is_old"),
    [
        ("2026-12-02T01:00", "2026-12-01T23:30", False),
        ("2026-12-02T10:00", "2026-12-01T23:30", True),
        ("2026-12-02T10:00", "2026-12-02T00:30", False),
        ("2026-12-02T10:00", "2026-12-02T18:00", False),
    ],
)
def test_a_photo_of_the_evening_before_a_visit_over_midnight_is_none_of_another_day(
    world, order, visit, taken, is_old
):
    at, shot_at = (datetime.fromisoformat(f"{text}+08:00") for text in (visit, taken))
    order.created_at = datetime(2026, 11, 1, tzinfo=UTC)
    order.save()
    CheckIn.objects.filter(work_order=order).update(at=at)
    with clock.moved_to(at + timedelta(hours=9)):
        assert add(order, world, shot(at=shot_at)).is_old == is_old


def test_a_phone_whose_clock_is_wrong_tells_the_age_of_its_photo_all_the_same(world, order):
    wrong = clock.now() - timedelta(days=400)
    kept = add(
        order, world, photo(30), at=wrong, camera=CameraFacts(at=wrong - timedelta(minutes=1))
    )
    assert (kept.is_old, kept.time_source) == (False, "original")
    assert clock.now() - kept.taken_at < timedelta(minutes=2)
    kept = add(order, world, photo(90), at=wrong, camera=CameraFacts(at=wrong - timedelta(days=3)))
    assert kept.is_old
    assert add(order, world, photo(150), at=wrong).time_source == "server"


def test_a_photo_kept_on_the_phone_has_the_time_it_was_taken_at(world, order):
    order.created_at -= timedelta(days=1)
    order.save()
    taken = clock.now() - timedelta(hours=3)
    kept = add(order, world, photo(), at=taken)
    assert (kept.taken_at, kept.time_source) == (taken, "phone")
    assert kept.kept_at > taken


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (0.0, 0.0),
        (float("nan"), 30.0),
        (float("inf"), 30.0),
        (181.0, 30.0),
        (120.0, -91.0),
        (1, None),
    ],
)
def test_a_position_that_is_none_counts_as_none(lon, lat):
    assert position(lon, lat) == (None, None)


@pytest.mark.parametrize(
    ("written", "offset", "hour"),
    [
        ("2026:11:02 10:15:00", None, 2),
        ("2026:11:02 10:15:00", "+09:00", 1),
        (b"2026:11:02 10:15:00\x00", b"+08:00\x00", 2),
        ("2026:11:02 10:15:00", "nonsense", 2),
        ("0000:00:00 00:00:00", None, None),
        ("1980:01:01 00:00:00", None, None),
        ("9999:12:31 23:59:59", "-12:00", None),
        ("", None, None),
        (None, None, None),
        (7, None, None),
    ],
)
def test_the_time_of_a_camera_is_read_with_its_offset_or_as_chinese(written, offset, hour):
    found = moment(written, offset)
    assert (found.astimezone(UTC).hour if found else None) == hour


# What the phone sends


@pytest.fixture
def me(world, client):
    client.force_login(world.installer.user)
    return world.installer.user


def post(client, name, order, *more, **fields):
    address = reverse(f"workorders-phone:{name}", args=[order.number, *more])
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    return client.post(address, fields, headers=headers)


def test_the_phone_sends_what_making_small_dropped(world, order, client, me):
    fields = {
        "camera_at": f"{clock.china(clock.now()):%Y:%m:%d %H:%M:%S}", "camera_offset": "+08:00",
        "camera_latitude": "31.230400", "camera_longitude": "121.473700",
        "photo_latitude": "30.281100", "photo_longitude": "120.124400", "photo_accuracy": "15",
    }  # fmt: skip
    assert post(client, "job-photo", order, seq="1", photo=photo(), **fields).status_code == 200
    kept = Evidence.objects.get(work_order=order)
    assert (kept.place_source, kept.time_source, kept.is_far) == ("original", "original", True)


def test_nonsense_of_a_camera_refuses_no_photo(world, order, client, me):
    fields = {
        "camera_at": "x" * 400, "camera_offset": "?", "camera_latitude": "NaN",
        "camera_longitude": "1e999", "photo_latitude": "-", "photo_longitude": "120",
        "photo_accuracy": "-1",
    }  # fmt: skip
    assert post(client, "job-photo", order, seq="1", photo=photo(), **fields).status_code == 200
    kept = Evidence.objects.get(work_order=order)
    assert (kept.place_source, kept.time_source, kept.lon) == ("", "server", None)


# Arriving far from the site


@pytest.fixture
def coming(world):
    return assign(open_order(world), world)


def come(order, world, **more):
    return check_in(
        order_id=order.pk, actor=world.installer.user, lon=SHANGHAI[0], lat=SHANGHAI[1],
        accuracy_m=20, **more,
    )  # fmt: skip


def test_who_checks_in_far_off_with_photo_and_reason_is_checked_in(world, coming):
    arrived = come(coming, world, reason="地址写错了", photo=photo())
    assert arrived.is_far
    assert (arrived.photo.kind, arrived.photo.work_order) == ("arrival", coming)
    assert alerts(coming) == {"check_in_far"}


@pytest.mark.parametrize("given", [{}, {"reason": "地址写错了"}, {"photo": True}])
def test_who_gives_no_photo_or_reason_is_checked_in_too_and_the_office_is_told(
    world, coming, given
):
    arrived = come(coming, world, **({"photo": photo()} if "photo" in given else given))
    assert arrived.is_far
    assert alerts(coming) == {"check_in_bare"}


def test_who_is_there_is_asked_nothing(world, coming):
    arrived = check_in(order_id=coming.pk, actor=world.installer.user, lon=SITE[0], lat=SITE[1])
    assert (arrived.is_far, alerts(coming)) == (False, set())


def test_a_far_arrival_comes_from_the_phone_in_one_post(world, coming, client, me):
    post(client, "job-move", coming, "accept")
    fields = {"latitude": str(SHANGHAI[1]), "longitude": str(SHANGHAI[0]), "accuracy": "9"}
    answer = post(
        client, "job-arrive", coming, "arrive", reason="门在另一边", photo=photo(), **fields
    )
    assert answer.status_code == 200
    arrived = CheckIn.objects.get(work_order=coming)
    assert (arrived.is_far, arrived.reason) == (True, "门在另一边")
    assert arrived.photo is not None
    assert not Evidence.objects.filter(work_order=coming, kind="photo").exists()


def test_the_phone_knows_the_site_and_the_radius_of_an_exact_address_alone(
    world, coming, client, me
):
    post(client, "job-move", coming, "accept")
    address = reverse("workorders-phone:job", args=[coming.number])
    assert 'data-radius="500"' in client.get(address).content.decode()
    Address.objects.filter(pk=coming.address_id).update(precision=Address.Precision.CITY)
    assert "data-radius" not in client.get(address).content.decode()


def test_headquarters_sets_the_radius_and_how_long_a_phone_is_believed(world, client):
    client.force_login(world.admin)
    address = reverse("workorders:site-radius")
    assert client.post(address, {"radius": "49", "hours": "24"}).status_code == 422
    assert client.post(address, {"radius": "800", "hours": "169"}).status_code == 422
    assert client.post(address, {"radius": "800", "hours": "24"}).status_code == 302
    rule = SiteRule.objects.get()
    assert (rule.radius_m, rule.offline_hours) == (800, 24)
    assert 'value="800"' in client.get(address).content.decode()
    client.force_login(world.dispatcher)
    assert client.get(address).status_code == 403


# Sending


def test_a_picture_is_sent_in_parts_and_not_twice(world, order, client):
    kept = add_photo(order_id=order.pk, upload=photo(), actor=world.installer.user)
    client.force_login(world.dispatcher)
    url = reverse("workorders:evidence-file", args=[kept.pk])
    whole = client.get(url)
    body = b"".join(whole.streaming_content)
    tag = whole["ETag"]
    assert "private" in whole["Cache-Control"]
    assert client.get(url, headers={"If-None-Match": f'W/"x", {tag}'}).status_code == 304
    for asked, first, last in (
        ("bytes=0-9", 0, 9),
        ("bytes=5-", 5, len(body) - 1),
        ("bytes=-7", len(body) - 7, len(body) - 1),
        (f"bytes=0-{10**9}", 0, len(body) - 1),
    ):
        part = client.get(url, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, body[first : last + 1])
        assert part["Content-Range"] == f"bytes {first}-{last}/{len(body)}"
    outside = client.get(url, headers={"Range": f"bytes={len(body)}-"})
    assert (outside.status_code, outside["Content-Range"]) == (416, f"bytes */{len(body)}")
    for ignored in ("bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=x"):
        assert client.get(url, headers={"Range": ignored}).status_code == 200
    stale = {"Range": "bytes=0-9", "If-Range": '"older"'}
    assert client.get(url, headers=stale).status_code == 200


def test_a_file_of_two_kinds_is_answered_as_the_picture_it_was_made_into(world, order, client):
    upload = shot(name="x.html")
    upload.file.seek(0, 2)
    upload.file.write(b"<script>alert(1)</script>")
    upload.seek(0)
    kept = add_photo(order_id=order.pk, upload=upload, actor=world.installer.user)
    client.force_login(world.dispatcher)
    answer = client.get(reverse("workorders:evidence-file", args=[kept.pk]))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert b"<script>" not in b"".join(answer.streaming_content)


def test_exif_written_by_the_tests_is_what_cameras_write():
    assert saved("JPEG", exif=exif(120.5, 30.25))[:4] == b"\xff\xd8\xff\xe0"

"""No upload harms the server or the next reader: formats, sizes, bombs, files that are two things."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image, ImageFile

from common.errors import Refused
from tests.workorders.cameras import (
    endless_jpeg,
    exif,
    huge_png,
    saved,
    shot,
    swelling_png,
)
from workorders.jpeg import MOST_SCANS, scans
from workorders.pictures import TooLarge, read_photo, read_signature

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]


def upload(content, name="a.jpg"):
    return SimpleUploadedFile(name, content)


def refusal(content):
    with pytest.raises(Refused) as refused:
        read_photo(upload(content))
    return refused.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo.empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.unreadable"),
        (b"<html><script>alert(1)</script></html>", "photo.unreadable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "photo.unreadable"),
        (b"%PDF-1.7", "photo.unreadable"),
        (b"MZ\x90\x00\x03", "photo.unreadable"),
        (b"PK\x03\x04" + b"\0" * 60, "photo.unreadable"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "photo.heic"),
        (saved("GIF"), "photo.unreadable"),
        (saved("BMP"), "photo.unreadable"),
        (saved("TIFF"), "photo.unreadable"),
        (saved("ICO"), "photo.unreadable"),
        (saved("JPEG")[:200], "photo.unreadable"),
        (saved("JPEG")[:-40], "photo.unreadable"),
        (saved("PNG")[:-40], "photo.unreadable"),
        (huge_png(), "photo.too_many_pixels"),
        (saved("PNG", Image.new("L", (5001, 5000))), "photo.too_many_pixels"),
        (swelling_png(), "photo.unreadable"),
        (saved("PNG", icc_profile=b"\0" * 80_000_000), "photo.unreadable"),
    ],
)
def test_what_is_no_safe_picture_is_refused_with_a_sentence(content, code):
    refused = refusal(content)
    assert (refused.code, refused.status) == (code, 422)
    assert str(refused)


def test_a_picture_that_breaks_off_is_refused_also_where_the_process_takes_such_pictures(
    monkeypatch,
):
    # What lays out PDFs sets it for the whole process.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = saved("JPEG")
    assert refusal(whole[: len(whole) // 2]).code == "photo.unreadable"


def test_more_than_12_mb_are_413_whatever_they_are():
    refused = refusal(b"\xff" * (12 * 1024 * 1024 + 1))
    assert isinstance(refused, TooLarge)
    assert refused.status == 413


def test_a_jpeg_that_paints_its_pixels_over_and_over_is_refused_before_the_first_round():
    bomb = endless_jpeg(4000)
    assert len(bomb) < 400_000
    began = time.process_time()
    assert refusal(bomb).code == "photo.unreadable"
    assert time.process_time() - began < 0.5
    assert read_photo(upload(endless_jpeg(MOST_SCANS // 2))).content


def test_scans_are_counted_in_the_first_picture_alone():
    plain = saved("JPEG", progressive=True)
    behind = b"\xff\xda" * 1000  # what phones append: a film, or a second picture
    assert scans(plain) == scans(plain + behind) == 10
    assert scans(b"\x89PNG" + behind) == 0


@pytest.mark.parametrize(
    "tail", [b"<script>alert(1)</script>", b"PK\x03\x04" + b"\0" * 99, b"GIF8"]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_is_a_picture_and_something_else_is_stored_as_a_picture_alone(form, tail):
    kept = read_photo(upload(saved(form) + tail, "x.html"))
    assert tail not in kept.content
    assert kept.suffix == ".jpg"
    with Image.open(BytesIO(kept.content)) as image:
        assert (image.format, image.size) == ("JPEG", (400, 300))


def test_what_hides_in_comments_and_profiles_is_left_behind():
    secret = b"<?php system($_GET[0]); ?>"
    kept = read_photo(upload(saved("JPEG", comment=secret, icc_profile=secret * 9)))
    assert secret not in kept.content


def test_of_a_film_of_pictures_one_is_kept():
    many = [Image.new("RGB", (400, 300), (n, 0, 0)) for n in range(50)]
    for form in ("PNG", "WEBP"):
        kept = read_photo(upload(saved(form, save_all=True, append_images=many)))
        with Image.open(BytesIO(kept.content)) as image:
            assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_way_of_writing_pixels_is_read(mode):
    assert read_photo(upload(saved("PNG", Image.new(mode, (60, 40))))).content
    assert read_photo(upload(saved("JPEG", Image.new("CMYK", (60, 40))))).content


def test_a_photo_is_turned_upright_and_tells_nothing_any_more():
    tags = Image.Exif()
    tags[0x0112] = 6
    tags.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    raw = saved("JPEG", Image.new("RGB", (4000, 3000), "green"), exif=tags)
    with Image.open(BytesIO(read_photo(upload(raw)).content)) as image:
        assert image.size == (1200, 1600)
        assert dict(image.getexif()) == {}


@settings(max_examples=150, deadline=None)
@given(broken=some.binary(max_size=80), at=some.integers(0, 200))
def test_whatever_a_camera_wrote_the_photo_is_read_or_refused(broken, at):
    block = exif(120.1, 30.2)
    damaged = block[:at] + broken + block[at + len(broken) :]
    try:
        raw = saved("JPEG", Image.new("RGB", (8, 8)), exif=b"Exif\x00\x00" + damaged[6:])
        kept = read_photo(upload(raw))
    except (Refused, ValueError):  # ValueError: more than one segment can hold
        return
    assert kept.camera.lon is None or -180 <= kept.camera.lon <= 180


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for read in (read_photo, read_signature):
        for head in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"):
            with pytest.raises(Refused):
                read(upload(head + content))


def test_a_shot_says_where_it_was_taken():
    camera = read_photo(shot(lon=-70.5, lat=-33.25)).camera
    assert (round(camera.lon, 5), round(camera.lat, 5)) == (-70.5, -33.25)

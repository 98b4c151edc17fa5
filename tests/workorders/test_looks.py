"""Copies of a picture are known by what they look like, however they were saved."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from tests.workorders.walking import arrive
from tests.workorders.world import open_order, photo, shop_order
from workorders.detail import order_detail
from workorders.looks import is_alike, look_from, look_of, quarters_of
from workorders.models import Evidence
from workorders.services.photos import add_photo


def scene(seed, size=(1200, 900)):
    """A picture with something on it: blocks whose places follow from the seed."""
    image = Image.new("RGB", size, (90, 90, 90))
    pen = ImageDraw.Draw(image)
    for at in range(12):
        x, y = (seed * 37 + at * 151) % 10, (seed * 53 + at * 71) % 8
        shade = (seed * 91 + at * 67) % 256
        box = [x * size[0] // 10, y * size[1] // 8, (x + 2) * size[0] // 10, (y + 2) * size[1] // 8]
        pen.rectangle(box, fill=(shade, shade, 255 - shade))
    return image


def saved(image, quality=90):
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    "copy",
    [
        lambda image: image.resize((640, 480)),
        lambda image: ImageEnhance.Brightness(image).enhance(1.15),
        lambda image: Image.open(saved(image, quality=35)),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_copy_looks_the_same(copy, seed):
    image = scene(seed)
    assert is_alike(look_of(image), look_of(copy(image).convert("RGB")))


def test_other_scenes_look_different():
    looks = [look_of(scene(seed)) for seed in range(12)]
    alike = [(a, b) for a in range(12) for b in range(a) if is_alike(looks[a], looks[b])]
    assert alike == []


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_picture_of_one_colour_is_like_no_other(shade):
    assert look_of(Image.new("RGB", (640, 480), (shade, shade, shade))) is None


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=3))
def test_looks_that_are_alike_share_a_quarter(look, flipped):
    other = look
    for bit in flipped:
        other ^= 1 << bit
    assert is_alike(look, other)
    assert set(quarters_of(look)) & set(quarters_of(other))
    assert look_from(quarters_of(look)) == look


@pytest.fixture
def orders(world):
    first = arrive(open_order(world), world)
    return first, arrive(open_order(world, shop_order(number="E2", buyer_ref="b2")), world)


def test_a_photo_that_was_saved_anew_for_another_order_is_flagged(world, orders):
    me, (one, other) = world.installer.user, orders
    first = add_photo(order_id=one.pk, upload=saved(scene(3)), actor=me, seq=1)
    again = saved(scene(3).resize((800, 600)), quality=60)
    kept = add_photo(order_id=other.pk, upload=again, actor=me, seq=1)
    assert (kept.duplicate_of, kept.alike) == (None, first)
    told = other.timeline.get(code="photo_alike")
    assert (told.kind, told.params["number"]) == ("alert", one.number)
    assert [view.is_alike for view in order_detail(other).photos] == [True]


def test_the_same_bytes_are_said_once_and_own_pictures_are_not_compared(world, orders):
    me, (one, other) = world.installer.user, orders
    add_photo(order_id=one.pk, upload=saved(scene(4)), actor=me, seq=1)
    exact = add_photo(order_id=other.pk, upload=saved(scene(4)), actor=me, seq=1)
    assert exact.duplicate_of is not None
    add_photo(order_id=one.pk, upload=saved(scene(5)), actor=me, seq=1)
    add_photo(order_id=one.pk, upload=saved(scene(5), quality=50), actor=me, seq=2)
    add_photo(order_id=other.pk, upload=photo(9), actor=me, seq=2)
    assert not Evidence.objects.exclude(alike=None).exists()

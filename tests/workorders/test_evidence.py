"""What comes from the site: pictures made safe, facts with a source, codes that work once."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.errors import Gone, Refused
from tests.workorders.cameras import huge_png
from tests.workorders.walking import arrive, assign
from tests.workorders.world import open_order, photo, shop_order, signature
from workorders.codes import issue_code
from workorders.models import Evidence, MaterialUsed
from workorders.photo_views import photo_view
from workorders.report.reading_evidence import photos_of
from workorders.services.check_ins import check_in
from workorders.services.evidence import mark_step, use_material
from workorders.services.photos import add_photo
from workorders.services.requests import RepairRequest, request_repair
from workorders.services.signatures import add_signature


@pytest.fixture
def order(world):
    return arrive(open_order(world), world)


def add(order, world, upload, **more):
    return add_photo(order_id=order.pk, upload=upload, actor=world.installer.user, **more)


def test_a_photo_is_made_small_and_loses_what_the_camera_wrote(world, order):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    out = BytesIO()
    Image.new("RGB", (4000, 3000), "green").save(out, "JPEG", exif=exif)
    kept = add(
        order, world, SimpleUploadedFile("../../x.jpg", out.getvalue()), seq=1, label="铭牌照"
    )
    stored = Image.open(kept.file)
    assert (max(stored.size), dict(stored.getexif())) == (1600, {})
    assert "x.jpg" not in kept.file.name
    assert kept.size_bytes == kept.file.size
    assert kept.sha256 == hashlib.sha256(out.getvalue()).hexdigest()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("content", [b"", huge_png(), b"\xff" * (12 * 1024 * 1024 + 1)])
def test_a_refused_picture_leaves_nothing(world, order, content):
    before = Evidence.objects.count()
    with pytest.raises(Refused):
        add(order, world, SimpleUploadedFile("a.jpg", content), seq=1)
    assert Evidence.objects.count() == before


def test_the_same_photo_twice_is_one(world, order):
    first = add(order, world, photo(), seq=1, label="铭牌照")
    assert add(order, world, photo(), seq=1, label="铭牌照") == first


def test_a_photo_of_another_order_is_kept_and_flagged(world, order):
    mine = add(order, world, photo(), seq=1)
    other = arrive(open_order(world, shop_order(number="E2", buyer_ref="b2")), world)
    copied = add(other, world, photo(), seq=1)
    assert copied.duplicate_of == mine
    assert other.timeline.filter(code="photo_again", kind="alert").exists()


def test_a_photo_counts_as_known_whatever_it_was_a_proof_of(world, order):
    """An arrival with the photo of another order's step, and a step with that of an arrival."""
    step_photo = add(order, world, photo(20), seq=1)
    other = assign(open_order(world, shop_order(number="E2", buyer_ref="b2")), world)
    me = world.installer.user
    came = check_in(order_id=other.pk, actor=me, reason="没有信号", photo=photo(20))
    assert came.photo.duplicate_of == step_photo
    proof = check_in(order_id=order.pk, actor=me, reason="没有信号", photo=photo(21)).photo
    assert add(other, world, photo(21), seq=1).duplicate_of == proof


def test_a_photo_that_a_customer_sent_is_no_proof_of_work(world, order):
    asked = RepairRequest(
        name="李雷", phone="13911112222", address="浙江省杭州市西湖区文三路 8 号",
        product="空调", fault="漏水", item=world.repair,
    )  # fmt: skip
    bought = request_repair(asked=asked, photos=[photo(30)])
    kept = add(order, world, photo(30), seq=1)
    assert (kept.duplicate_of, kept.is_known) == (None, True)
    told = order.timeline.get(code="photo_of_request")
    assert (told.kind, told.params["number"]) == ("alert", bought.number)
    assert photo_view(kept).is_duplicate
    assert [each.is_again for each in photos_of(order) if each.pk == kept.pk] == [True]


def test_a_new_signature_takes_the_place_of_the_last_and_an_empty_one_is_none(world, order):
    me = world.installer.user
    add_signature(order_id=order.pk, upload=signature(), actor=me)
    blank = BytesIO()
    Image.new("RGBA", (300, 120), (0, 0, 0, 0)).save(blank, "PNG")
    with pytest.raises(Refused) as refused:
        add_signature(
            order_id=order.pk, upload=SimpleUploadedFile("s.png", blank.getvalue()), actor=me
        )
    assert refused.value.code == "signature.empty"
    assert order.evidence.filter(kind="signature").count() == 1


def test_only_the_holder_works_on_an_order(world, order):
    with pytest.raises(Refused) as refused:
        mark_step(order_id=order.pk, seq=1, actor=world.other_installer.user)
    assert refused.value.code == "order.not_yours"


def test_a_step_is_done_once_and_may_be_undone(world, order):
    me = world.installer.user
    assert mark_step(order_id=order.pk, seq=1, actor=me)
    assert not mark_step(order_id=order.pk, seq=1, actor=me)
    assert mark_step(order_id=order.pk, seq=1, actor=me, done=False)
    with pytest.raises(Refused):
        mark_step(order_id=order.pk, seq=99, actor=me)


def test_materials_keep_the_price_of_the_moment(world, order):
    use = {"order_id": order.pk, "material": world.pipe, "actor": world.installer.user}
    use_material(**use, quantity_milli=2_500)
    world.pipe.unit_price_fen = 99_999
    world.pipe.save()
    used = MaterialUsed.objects.get()
    assert (used.quantity_milli, used.unit_price_fen) == (2_500, 12_000)
    use_material(**use, quantity_milli=0)
    assert not MaterialUsed.objects.exists()
    with pytest.raises(Refused):
        use_material(**use, quantity_milli=-1)


def test_a_check_in_says_how_far_it_was_from_the_site(world, order):
    arrived = check_in(
        order_id=order.pk, actor=world.installer.user, lon=120.12, lat=30.28, accuracy_m=20
    )
    assert 0 < arrived.from_site_m < 5_000


def test_a_code_works_once_and_only_for_its_order(world):
    order = assign(open_order(world), world)
    me = world.installer.user
    code = issue_code(order_id=order.pk, actor=world.dispatcher)
    assert check_in(order_id=order.pk, actor=me, code=code).method == "code"
    with pytest.raises(Gone):
        check_in(order_id=order.pk, actor=me, code=code)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    codes = []
    for _try in range(11):
        with pytest.raises(Refused) as refused:
            check_in(order_id=order.pk, actor=me, code=wrong)
        codes.append(refused.value.status)
    assert codes == [422] * 10 + [429]

"""Signatures: how the pen moved is kept beside the picture, and who signed for whom."""

from __future__ import annotations

import json
import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, ImageDraw

from common.errors import Refused
from common.journal.models import AuditRecord
from tests.workorders.walking import arrive, complete, step
from tests.workorders.world import open_order, photo, signature
from workorders.models import ExtraCharge, Signature
from workorders.services.reports import bring_report_up_to_date
from workorders.services.signatures import Signer, add_signature
from workorders.strokes import MOST_TEXT, read_strokes, stored_strokes, svg_path

DRAWN = {
    "width": 3500,
    "height": 1800,
    "lines": [[[100, 900, 0], [500, 300, 40], [900, 800, 90], [1300, 200, 130]], [[50, 60, 800]]],
}


@pytest.fixture
def order(world, client):
    client.force_login(world.installer.user)
    return arrive(open_order(world), world)


def post(client, name, order, *more, **fields):
    address = reverse(f"workorders-phone:{name}", args=[order.number, *more])
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    return client.post(address, fields, headers=headers)


def sign(client, order, **fields):
    fields = {"signature": signature(), "signature_strokes": json.dumps(DRAWN), **fields}
    return post(client, "job-signature", order, **fields)


def test_movements_and_signer_are_kept_beside_the_picture(world, client, order):
    assert sign(client, order, signer="李小红", relation="family").status_code == 200
    signed = Signature.objects.get(evidence__work_order=order)
    assert (signed.name, signed.relation) == ("李小红", "family")
    assert stored_strokes(signed.strokes) == read_strokes(json.dumps(DRAWN))
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "李小红（家人）" in page
    assert "由李小红（家人）签名" in page


def test_an_entry_queued_by_an_older_page_is_taken_without_name_and_movements(client, order):
    assert post(client, "job-signature", order, signature=signature()).status_code == 200
    signed = Signature.objects.get()
    assert (signed.name, signed.relation, signed.strokes) == ("", "", None)


def test_the_same_drawing_with_another_name_corrects_the_name(client, order):
    sign(client, order, signer="王方", relation="self")
    sign(client, order, signer="王芳", relation="self")
    sign(client, order, signer="王芳", relation="self")
    assert Signature.objects.get().name == "王芳"
    assert order.timeline.filter(code="signed_by").count() == 2


def test_a_consent_to_a_charge_keeps_its_movements_too(world, client, order):
    fields = {"code": "removal", "quantity": "1", "reason": "旧机拆除", "photo": photo()}
    drawn = json.dumps(DRAWN)
    answer = post(client, "charge-add", order, consent=signature(), consent_strokes=drawn, **fields)
    assert answer.status_code == 200
    consent = ExtraCharge.objects.get(work_order=order).consent
    assert consent is not None
    assert consent.signature.strokes["lines"][1] == [[50, 60, 800]]


def line(n):
    return [[10, 10, 0]] * n


@pytest.mark.parametrize(
    "said",
    [
        "", "x", "[]", "null", "7", '"a"', "{}", "[" * 100_000, "1" * 5_000,
        {**DRAWN, "lines": []},
        {**DRAWN, "lines": [[]]},
        {**DRAWN, "lines": [line(4001), line(4000)]},
        {**DRAWN, "lines": [line(1)] * 301},
        {**DRAWN, "lines": [[[10, 10]]]},
        {**DRAWN, "lines": [[[10, 10, 0, 0]]]},
        {**DRAWN, "lines": [[["10", 10, 0]]]},
        {**DRAWN, "lines": [[[10.5, 10, 0]]]},
        {**DRAWN, "lines": [[[True, 10, 0]]]},
        {**DRAWN, "lines": [[[4000, 10, 0]]]},
        {**DRAWN, "lines": [[[10, -201, 0]]]},
        {**DRAWN, "lines": [[[10, 10, -1]]]},
        {**DRAWN, "lines": "abc"},
        {**DRAWN, "lines": {"a": 1}},
        {**DRAWN, "width": 99},
        {**DRAWN, "width": 10**9},
        {**DRAWN, "height": None},
        " " * (MOST_TEXT + 1),
    ],
)  # fmt: skip
def test_what_no_pen_could_draw_is_refused_with_a_sentence(said):
    text = said if isinstance(said, str) else json.dumps(said)
    with pytest.raises(Refused) as refused:
        read_strokes(text)
    assert refused.value.code == "signature.strokes"


def test_a_signature_that_cannot_be_read_changes_nothing(client, order):
    assert sign(client, order, signature_strokes="{}").status_code == 422
    assert sign(client, order, relation="boss").status_code == 422
    assert not Signature.objects.exists()
    assert not order.evidence.filter(kind="signature").exists()


def test_the_strokes_become_one_path_that_starts_and_ends_where_the_pen_did():
    path = svg_path(read_strokes(json.dumps(DRAWN)))
    assert path == "M100 900Q500 300 700 550Q900 800 1100 500L1300 200 M50 60h1"


@given(
    some.lists(
        some.lists(
            some.tuples(some.integers(-200, 3700), some.integers(-200, 2000), some.integers(0, 10**6)),
            min_size=1, max_size=20,
        ),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_every_signature_survives_storing_and_is_drawn_with_nothing_but_a_path(lines):
    strokes = read_strokes(json.dumps({**DRAWN, "lines": lines}))
    assert stored_strokes(json.loads(json.dumps(strokes.stored()))) == strokes
    assert re.fullmatch(r"(M-?\d+ -?\d+(h1|(Q[-\d ]+)*L-?\d+ -?\d+) ?)+", svg_path(strokes))


# Replacing


def drawn(x):
    picture = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line((10, 10, x, 100), fill="black", width=5)
    out = BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("s.png", out.getvalue(), "image/png")


def test_a_signature_that_is_replaced_is_told_and_leaves_no_file(
    world, order, django_capture_on_commit_callbacks
):
    me = world.installer.user
    first = add_signature(
        order_id=order.pk, upload=drawn(200), actor=me, signer=Signer(name="王芳")
    )
    storage, name = first.file.storage, first.file.name
    with django_capture_on_commit_callbacks(execute=True):
        second = add_signature(order_id=order.pk, upload=drawn(250), actor=me)
    assert list(order.evidence.filter(kind="signature")) == [second]
    assert not storage.exists(name)
    assert storage.exists(second.file.name)
    told = order.timeline.get(code="signature_replaced")
    assert (told.kind, told.params["name"], told.actor) == ("alert", "王芳", me)
    record = AuditRecord.objects.get(action="workorder.signature_replaced")
    assert record.details["sha256"] == first.sha256


def test_nobody_signs_anew_once_the_work_is_done(world):
    order, me = complete(open_order(world), world), world.installer.user
    signed = order.evidence.get(kind="signature")
    with pytest.raises(Refused) as refused:
        add_signature(order_id=order.pk, upload=drawn(250), actor=me, signer=Signer(name="别人"))
    assert refused.value.code == "signature.closed"
    assert order.evidence.get(kind="signature") == signed


def test_the_signature_under_work_that_was_sent_back_stays_for_its_report(world):
    order, me = complete(open_order(world), world), world.installer.user
    signed = order.evidence.get(kind="signature")
    bring_report_up_to_date(order_id=order.pk)
    step(order, "send_back", world.dispatcher, reason="漏装")
    add_signature(order_id=order.pk, upload=drawn(250), actor=me)
    assert order.evidence.filter(pk=signed.pk).exists()
    assert order.timeline.filter(code="signature_replaced").exists()

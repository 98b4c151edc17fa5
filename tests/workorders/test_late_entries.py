"""Signatures, forms, arrivals and charges of an earlier holder are kept as evidence and move nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from common import clock
from tests.workorders.test_happened import EVENING, MORNING, told
from tests.workorders.test_phone import url
from tests.workorders.test_signatures import DRAWN
from tests.workorders.test_stage_forms import CHECK, publish
from tests.workorders.walking import assign, step
from tests.workorders.world import open_order, photo, signature
from workorders.codes import issue_code
from workorders.crew import parts_of
from workorders.detail import order_detail
from workorders.filled_forms import filled_forms
from workorders.guards import missing_photos
from workorders.late_contents import contents_of
from workorders.models import (
    CheckIn,
    CrewMember,
    CustomerQuestion,
    Evidence,
    ExtraCharge,
    FormAnswers,
    LateEntry,
    RedemptionCode,
    StaffNotice,
    TimelineEvent,
)
from workorders.phone_days import day_of
from workorders.phone_jobs import job_of
from workorders.services.asking import ask_again
from workorders.services.charges import Asked, add_charge
from workorders.services.progress import assign_installer

NOON = MORNING + timedelta(hours=4)
DONE = NOON - timedelta(hours=1)
HERE = {"latitude": "30.2841", "longitude": "120.1244", "accuracy": "9"}
FAR = {"latitude": "31.2304", "longitude": "121.4737", "accuracy": "20"}


@pytest.fixture
def held(world, client):
    """Under way since the morning with a form to be filled in on site; the phone is cut off."""
    publish({"op": "form", "form": CHECK, "stage": "on_site"})
    with clock.moved_to(MORNING):
        order = assign(open_order(world), world)
        step(order, "accept", world.installer.user)
    client.force_login(world.installer.user)
    return order


def hand_over(order, world):
    with clock.moved_to(NOON):
        assign_installer(
            order_id=order.pk,
            installer=world.other_installer,
            actor=world.dispatcher,
            reason="客户催",
        )
    order.refresh_from_db()


@pytest.fixture
def lost(world, held):
    """The same order, given to somebody else at noon."""
    hand_over(held, world)
    return held


POSTS = {
    "signature": ("job-signature", (), lambda: {"signature": signature(), "signer": "王芳"}),
    "form": (
        "form-fill", ("check",),
        lambda: {"check-model": "KF-35", "check-result": "good", "check-length": "x1"},
    ),
    "form_sign": ("form-sign", ("check",), lambda: {"field": "signed", "signature": signature()}),
    "arrive": ("job-arrive", ("arrive",), lambda: dict(HERE)),
    "check_in": ("job-check-in", (), lambda: dict(FAR, reason="导航错了", photo=photo(44))),
    "charge": (
        "charge-add", (),
        lambda: {"code": "drilling", "quantity": "2", "reason": "承重墙", "photo": photo(71),
                 "consent": signature(), "consent_strokes": json.dumps(DRAWN)},
    ),
}  # fmt: skip
KINDS = {"form_sign": "signature", "arrive": "check_in"}


def send(client, order, name, when=DONE, **more):
    where, args, fields = POSTS[name]
    return told(client, url(where, order, *args), when, **fields(), **more)


@pytest.mark.parametrize("name", POSTS)
def test_it_is_kept_as_evidence_told_to_both_and_nothing_of_the_order_changes(
    client, world, lost, name
):
    before = (lost.stage, lost.stage_since, lost.installer_id, lost.completed_at)
    parts = parts_of(lost)
    answer = send(client, lost, name)
    assert answer.status_code == 200, answer.content
    assert "仅作为凭证保留" in answer.json()["message"]
    kept = LateEntry.objects.get(work_order=lost)
    assert kept.kind == KINDS.get(name, name)
    assert (kept.installer, kept.at) == (world.installer, DONE)

    lost.refresh_from_db()
    assert (lost.stage, lost.stage_since, lost.installer_id, lost.completed_at) == before
    assert parts_of(lost) == parts
    for counted in (CheckIn, ExtraCharge, FormAnswers, CrewMember):
        assert not counted.objects.filter(work_order=lost).exists()
    assert {each.kind for each in Evidence.objects.filter(work_order=lost)} <= {"late"}

    codes = lost.timeline.values_list("code", flat=True)
    assert {"late_work"} < set(codes)
    assert any(code.startswith("late_entry") for code in codes)
    assert StaffNotice.objects.filter(work_order=lost, code="late_work").exists()


@pytest.mark.parametrize("name", POSTS)
def test_told_twice_it_is_kept_once(client, lost, name):
    for key in ("first", "again"):
        assert send(client, lost, name, key=key).status_code == 200
    assert LateEntry.objects.filter(work_order=lost).count() == 1
    told_of = TimelineEvent.objects.filter(work_order=lost, code__startswith="late_entry")
    assert told_of.count() == 1


def test_the_new_holders_visit_still_asks_for_signature_and_form(client, world, lost):
    for name in ("signature", "form", "form_sign", "check_in"):
        assert send(client, lost, name).status_code == 200
    job = job_of(lost, viewer=world.other_installer)
    assert job.signature is None
    assert missing_photos(lost)
    assert filled_forms(lost) == []


def test_the_office_reads_all_of_it_on_the_order(client, world, lost):
    for name in ("form", "check_in", "charge"):
        assert send(client, lost, name).status_code == 200
    views = {view.kind: view for view in order_detail(lost).late_entries}
    form, arrival, charge = (views[each] for each in ("form", "check_in", "charge"))
    # What is no number is kept as it was typed: there is nobody left to type it again.
    assert dict(form.facts) | {"型号": "KF-35", "结论": "合格", "管长": "x1"} == dict(form.facts)
    assert "导航错了" in dict(arrival.facts).values()
    assert any("km" in words for words in dict(arrival.facts).values())
    assert "¥100.00" in dict(charge.facts).values()
    assert [len(view.pictures) for view in (form, arrival, charge)] == [0, 1, 2]
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[lost.number]))
    text = page.content.decode()
    assert "移交后补传" in text
    assert all(picture.url in text for picture in charge.pictures)
    assert client.get(charge.pictures[0].url).status_code == 200


def test_the_installer_reads_on_the_day_and_the_visit_what_became_of_it(client, world, lost):
    with clock.moved_to(EVENING):
        before = day_of(installer=world.installer).stamp
        send(client, lost, "signature")
        assert day_of(installer=world.installer).stamp != before
        for page in (reverse("workorders-phone:today"), url("job", lost)):
            text = client.get(page).content.decode()
            assert "您补传的 1 条记录仅作为凭证保留" in text, page
            assert "<li>签名" in text, page


def test_a_code_the_customer_showed_is_not_used_up(client, world, lost):
    with clock.moved_to(MORNING):
        code = issue_code(order_id=lost.pk, actor=world.dispatcher)
    answer = told(client, url("job-arrive", lost, "arrive"), DONE, code=code)
    assert answer.status_code == 200
    assert RedemptionCode.objects.get(work_order=lost).used_at is None
    said = contents_of(LateEntry.objects.get(work_order=lost))
    assert (said.by_code, said.lon) == (True, None)
    assert code not in str(LateEntry.objects.get(work_order=lost).contents)


def test_a_consent_and_an_answer_of_the_customer_leave_charge_and_question_open(
    client, world, held
):
    me = world.installer.user
    with clock.moved_to(DONE):
        asked = Asked(code="drilling", reason="承重墙", photo=photo(31))
        made = add_charge(order_id=held.pk, asked=asked, actor=me)
        question = ask_again(order_id=held.pk, text="可以打孔吗", actor=world.dispatcher)
    hand_over(held, world)
    drawn = {"consent": signature(), "consent_strokes": json.dumps(DRAWN)}
    answer = told(client, url("charge-agree", held, made.pk), DONE, **drawn)
    assert answer.status_code == 200, answer.content
    drawn = {"consent": signature(), "answer": "agree"}
    answer = told(client, url("question-answer", held, question.pk), DONE, **drawn)
    assert answer.status_code == 200, answer.content
    made.refresh_from_db()
    assert (made.state, made.consent) == ("unconfirmed", None)
    assert CustomerQuestion.objects.get(pk=question.pk).answered_at is None
    kinds = LateEntry.objects.filter(work_order=held).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["consent", "answer"]


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("when", [NOON, NOON + timedelta(hours=1)])
def test_what_happened_after_the_handover_is_refused_with_the_reason(client, lost, name, when):
    answer = send(client, lost, name, when=when)
    assert answer.status_code == 410
    assert "客户催" in answer.json()["error"]["message"]
    assert not LateEntry.objects.exists()
    assert not Evidence.objects.filter(work_order=lost).exists()


def _blank():
    out = BytesIO()
    Image.new("RGBA", (300, 120), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def test_an_empty_signature_is_no_evidence(client, lost):
    blank = {"signature": SimpleUploadedFile("s.png", _blank(), "image/png")}
    assert told(client, url("job-signature", lost), DONE, **blank).status_code == 422
    assert not LateEntry.objects.exists()


def test_who_never_had_the_order_leaves_nothing_on_it(client, world, lost):
    client.force_login(world.stranger)
    for name in POSTS:
        assert send(client, lost, name).status_code in (403, 404)
    assert not LateEntry.objects.exists()

"""Forms of a flow: asked for in their stage, filled in on the phone or at the desk, searched, exported."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.urls import reverse

from common import clock
from common.errors import Refused
from tests.workorders.test_signatures import DRAWN
from tests.workorders.walking import arrive, prove, step
from tests.workorders.world import open_order, photo, signature
from workorders.answer_list import AnswerQuery, filtered_answers
from workorders.flow import check, read_flow
from workorders.flow.editing import apply_edits
from workorders.flow_versions import flow_of, presets
from workorders.form_pictures import pictures_of
from workorders.forms.flow_form import FieldRows
from workorders.models import Evidence, FlowVersion, FormAnswers
from workorders.services.filling import fill_form

CHECK = {
    "key": "check",
    "name": "安装检查",
    "fields": [
        {"key": "model", "label": "型号", "kind": "text", "prefill": "product_model"},
        {
            "key": "result",
            "label": "结论",
            "kind": "choice",
            "required": True,
            "options": [{"code": "good", "label": "合格"}, {"code": "bad", "label": "不合格"}],
        },
        {"key": "length", "label": "管长", "kind": "number", "unit": "米", "decimals": 1, "low": 0},
        {"key": "price", "label": "单价", "kind": "number", "unit": "元"},
        {
            "key": "total",
            "label": "合计",
            "kind": "computed",
            "unit": "元",
            "formula": "product",
            "of": ["length", "price"],
        },
        {"key": "plate", "label": "铭牌", "kind": "photo", "required": True, "count": 1},
        {"key": "signed", "label": "业主", "kind": "signature"},
        {"key": "parts", "label": "配件", "kind": "parts"},
    ],
}


def publish(*edits):
    body = apply_edits(presets()["installation"], edits, {})
    return FlowVersion.objects.create(
        key="installation", number=50, name="安装", body=body, published_at=clock.now()
    )


@pytest.fixture
def asking(world):
    """The flow asks for the check while the installer works on site."""
    return publish({"op": "form", "form": CHECK, "stage": "on_site"})


@pytest.fixture
def order(asking, world):
    return arrive(open_order(world), world)


@pytest.fixture
def me(world, client):
    client.force_login(world.installer.user)
    return world.installer.user


GIVEN = {"result": "good", "length": "2.5", "price": "40", "parts": ["T-PIPE×1.5"]}


def add_plate(client, order):
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    fields = {"seq": 0, "label": "安装检查 · 铭牌", "photo": photo(33)}
    url = reverse("workorders-phone:job-photo", args=[order.number])
    assert client.post(url, fields, headers=headers).status_code == 200


def post(client, order, **fields):
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    url = reverse("workorders-phone:form-fill", args=[order.number, "check"])
    return client.post(
        url, {f"check-{key}": value for key, value in fields.items()}, headers=headers
    )


def test_an_order_does_not_go_on_before_the_form_of_its_stage_is_filled_in(
    order, world, client, me
):
    prove(order, world)
    with pytest.raises(Refused) as refused:
        step(order, "complete", me)
    assert "安装检查" in refused.value.sentence
    add_plate(client, order)
    fill_form(order_id=order.pk, form_key="check", given=GIVEN, actor=me)
    assert step(order, "complete", me).stage == "in_review"


def test_the_phone_shows_the_form_as_a_page_with_what_the_order_knows(order, client, me):
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert 'data-part="form"' in page
    assert 'value="空调安装服务 1.5 匹"' in page
    assert page.index('data-part="steps"') < page.index('data-part="form"')


def test_answers_from_the_phone_are_kept_with_what_the_form_computes(order, client, me):
    add_plate(client, order)
    fields = {"parts-part": ["T-PIPE", ""], "parts-quantity": ["1.5", ""], "total": "1"}
    answer = post(client, order, result="good", length="2.5", price="40", **fields)
    assert answer.status_code == 200, answer.content
    kept = FormAnswers.objects.get(work_order=order)
    parts = [{"material": "T-PIPE", "quantity_milli": 1_500}]
    assert kept.values == {"result": "good", "length": 2_500, "price": 40_000, "parts": parts}
    assert "100 元" in kept.text
    assert "合格" in kept.text


def test_what_is_wrong_or_missing_is_said_field_by_field_and_nothing_is_kept(order, client, me):
    answer = post(client, order, result="maybe", length="2.55")
    assert answer.status_code == 422
    sentence = answer.json()["error"]["message"]
    assert [word in sentence for word in ("结论", "管长", "铭牌")] == [True] * 3
    assert not FormAnswers.objects.exists()


def test_filling_a_form_in_again_in_the_same_stay_replaces_it(order, client, me):
    add_plate(client, order)
    for result in ("good", "bad"):
        assert post(client, order, result=result).status_code == 200
    assert FormAnswers.objects.get(work_order=order).values == {"result": "bad"}


def test_a_form_of_another_stage_is_refused_with_where_the_order_stands(asking, world):
    order = open_order(world)
    with pytest.raises(Refused) as refused:
        fill_form(order_id=order.pk, form_key="check", given=GIVEN, actor=world.admin)
    assert refused.value.code == "form.elsewhere"
    assert "待派单" in refused.value.sentence


def test_only_who_has_the_order_fills_in_the_installers_form(order, world):
    with pytest.raises(Refused) as refused:
        fill_form(
            order_id=order.pk, form_key="check", given=GIVEN, actor=world.other_installer.user
        )
    assert refused.value.code == "order.not_yours"


def test_an_installer_fills_in_no_form_of_another_department_on_their_own_order(world, client, me):
    """The order is theirs and stands on site, but the stage is the inspectors'."""
    publish(
        {"op": "form", "form": CHECK, "stage": "on_site"},
        {"op": "stage", "stage": "on_site", "role": "outlet_manager"},
        {"op": "way", "stage": "on_site", "way": "complete", "roles": ["outlet_manager"]},
    )
    order = arrive(open_order(world), world)
    answer = post(client, order, result="good")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "form.role"
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    url = reverse("workorders-phone:form-sign", args=[order.number, "check"])
    signed = client.post(url, {"field": "signed", "signature": signature()}, headers=headers)
    assert signed.json()["error"]["code"] == "form.role"
    assert not FormAnswers.objects.exists()
    assert not order.evidence.exists()


def test_a_form_is_signed_only_in_the_stage_that_asks_for_it(asking, world, client, me):
    order = open_order(world)
    order = step(order, "assign", world.dispatcher, installer=world.installer)
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    url = reverse("workorders-phone:form-sign", args=[order.number, "check"])
    answer = client.post(url, {"field": "signed", "signature": signature()}, headers=headers)
    assert answer.json()["error"]["code"] == "form.elsewhere"


def test_a_signature_of_a_form_is_not_the_one_under_the_work(order, client, me):
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    url = reverse("workorders-phone:form-sign", args=[order.number, "check"])
    answer = client.post(url, {"field": "signed", "signature": signature()}, headers=headers)
    assert answer.status_code == 200, answer.content
    assert not order.evidence.filter(kind=Evidence.Kind.SIGNATURE).exists()
    wrong = client.post(
        url,
        {"field": "plate", "signature": signature()},
        headers=headers | {"Idempotency-Key": uuid4().hex},
    )
    assert wrong.status_code == 422


def sign(client, order, **fields):
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    url = reverse("workorders-phone:form-sign", args=[order.number, "check"])
    fields = {"field": "signed", "signature": signature(), **fields}
    return client.post(url, fields, headers=headers)


def test_a_signature_of_a_form_keeps_its_movements_and_who_signed(order, client, me):
    drawn = json.dumps(DRAWN)
    assert sign(client, order, signature_strokes=drawn, signer="王芳").status_code == 200
    kept = order.evidence.get(kind=Evidence.Kind.CONSENT).signature
    assert (kept.name, kept.strokes["lines"][1]) == ("王芳", [[50, 60, 800]])
    assert sign(client, order, signature_strokes="{}").status_code == 422
    assert order.evidence.filter(kind=Evidence.Kind.CONSENT).count() == 1


def test_a_signature_of_a_form_queued_by_an_older_page_is_taken_without_movements(
    order, client, me
):
    assert sign(client, order).status_code == 200
    kept = order.evidence.get(kind=Evidence.Kind.CONSENT)
    assert kept.signature.strokes is None
    assert pictures_of(order, flow_of(order).form("check"))["signed"] == [kept]


SIGNED = {**CHECK, "fields": [CHECK["fields"][1], {**CHECK["fields"][6], "required": True}]}


def test_no_photo_stands_for_a_signature_whatever_it_is_called(world, client, me):
    publish({"op": "form", "form": SIGNED, "stage": "on_site"})
    order = arrive(open_order(world), world)
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    fields = {"seq": 0, "label": "安装检查 · 业主", "photo": photo(33)}
    url = reverse("workorders-phone:job-photo", args=[order.number])
    assert client.post(url, fields, headers=headers).status_code == 200
    with pytest.raises(Refused, match="业主"):
        fill_form(order_id=order.pk, form_key="check", given={"result": "good"}, actor=me)
    assert sign(client, order).status_code == 200
    assert fill_form(
        order_id=order.pk, form_key="check", given={"result": "good"}, actor=me
    ).complete


@pytest.fixture
def desk_order(world):
    """A form that the dispatcher fills in before anybody is assigned."""
    publish({"op": "form", "form": CHECK, "stage": "waiting"})
    return open_order(world)


def test_the_desk_fills_in_the_form_of_its_stage_with_photos(desk_order, world, client):
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[desk_order.number]))
    assert 'id="stage-form-check"' in page.content.decode()
    url = reverse("workorders:stage-form-fill", args=[desk_order.number, "check"])
    sent = {"check-result": "good", "check-plate": [photo(44)]}
    assert client.post(url, sent).status_code == 302
    page = client.get(reverse("workorders:order-detail", args=[desk_order.number])).content.decode()
    assert "安装检查" in page
    assert "合格" in page


def test_the_desk_hands_in_a_picture_of_a_signed_paper_once(world, client):
    publish({"op": "form", "form": SIGNED, "stage": "waiting"})
    order = open_order(world)
    client.force_login(world.dispatcher)
    url = reverse("workorders:stage-form-fill", args=[order.number, "check"])
    page = client.post(url, {"check-signed": [photo(44)]})
    assert page.status_code == 422
    sent = {"check-result": "good", "check-signed": [photo(44)]}
    assert client.post(url, sent).status_code == 302
    kept = order.evidence.get()
    assert (kept.kind, kept.uploaded_by) == (Evidence.Kind.CONSENT, world.dispatcher)
    assert kept.signature.strokes is None


def test_a_wrong_answer_at_the_desk_keeps_what_was_typed_and_the_photos(desk_order, world, client):
    client.force_login(world.dispatcher)
    url = reverse("workorders:stage-form-fill", args=[desk_order.number, "check"])
    answer = client.post(url, {"check-length": "-1", "check-plate": [photo(44)]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="-1"' in page
    assert "不能小于" in page
    assert desk_order.evidence.filter(label="安装检查 · 铭牌").exists()


def test_filled_in_forms_are_found_by_their_words_and_exported_by_column(order, client, me, world):
    add_plate(client, order)
    fill_form(order_id=order.pk, form_key="check", given=GIVEN, actor=me)
    client.force_login(world.dispatcher)
    url = reverse("workorders:answer-list")
    found = client.get(url, {"q": "合格 2.5"}).content.decode()
    assert order.number[-4:] in found
    assert order.number[-4:] not in client.get(url, {"q": "别的"}).content.decode()
    export = client.get(reverse("workorders:answer-export"), {"form": "安装检查"})
    lines = b"".join(export.streaming_content).decode("utf-8-sig").split("\r\n")
    assert lines[0].endswith("型号,结论,管长（米）,单价（元）,合计（元）,配件")
    assert "合格,2.5,40,100" in lines[1]
    client.force_login(world.stranger)
    assert order.number[-4:] not in client.get(url).content.decode()


BACK = {
    "op": "add_way",
    "way": {
        "key": "again", "name": "退回补拍", "from": ["on_site"], "to": "en_route",
        "roles": ["installer"], "guards": ["has_reason"], "asks": ["reason"],
    },
}  # fmt: skip


def came_back(world, client, *edits):
    """An order that was photographed on site, sent back, and is on site again."""
    publish({"op": "form", "form": CHECK, "stage": "on_site"}, BACK, *edits)
    order = arrive(open_order(world), world)
    add_plate(client, order)
    step(order, "again", world.installer.user, reason="照片不清楚")
    return step(order, "arrive", world.installer.user)


def test_what_was_photographed_before_an_order_was_sent_back_is_asked_for_anew(world, client, me):
    order = came_back(world, client)
    with pytest.raises(Refused, match="铭牌"):
        fill_form(order_id=order.pk, form_key="check", given=GIVEN, actor=me)
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    fields = {"seq": 0, "label": "安装检查 · 铭牌", "photo": photo(180)}
    url = reverse("workorders-phone:job-photo", args=[order.number])
    assert client.post(url, fields, headers=headers).status_code == 200
    assert fill_form(order_id=order.pk, form_key="check", given=GIVEN, actor=me).complete


def test_a_photo_sent_late_belongs_to_the_stay_it_was_given_in(world, client, me):
    """The phone kept it while the order was sent back: it is none of what is asked for anew."""
    order = came_back(world, client)
    now = order.stays.get(left_at=None)
    before = order.stays.exclude(pk=now.pk)
    before.update(entered_at=F("entered_at") - timedelta(hours=1))
    url = reverse("workorders-phone:job-photo", args=[order.number])
    for ago, stage in ((timedelta(minutes=30), "en_route"), (timedelta(seconds=0), "on_site")):
        headers = {
            "X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json",
            "X-Happened-Ago": str(ago // timedelta(milliseconds=1)),
        }  # fmt: skip
        fields = {"seq": 0, "label": "安装检查 · 铭牌", "photo": photo(180 + ago.seconds // 100)}
        assert client.post(url, fields, headers=headers).status_code == 200
        assert order.evidence.latest("pk").stay.stage == stage
        counts = pictures_of(order, flow_of(order).form("check"))["plate"]
        assert len(counts) == (stage == "on_site")


def test_a_stage_that_carries_pictures_over_does_not_ask_for_them_again(world, client, me):
    order = came_back(world, client, {"op": "stage", "stage": "on_site", "carries": True})
    assert fill_form(order_id=order.pk, form_key="check", given=GIVEN, actor=me).complete


def test_two_photos_of_one_name_are_a_fault_of_the_flow():
    twice = {**CHECK, "fields": [*CHECK["fields"], {**CHECK["fields"][5], "key": "plate2"}]}
    edit = {"op": "form", "form": twice, "stage": "on_site"}
    found = check(read_flow(apply_edits(presets()["installation"], [edit], {})))
    assert [(each.code, each.where) for each in found] == [("pictures_alike", "check")]


def test_the_form_builder_refuses_two_photos_of_one_name():
    data = QueryDict(mutable=True)
    data.setlist("order", ["0", "1"])
    for at in ("0", "1"):
        data.update(
            {f"field-{at}-label": "铭牌", f"field-{at}-kind": "photo", f"field-{at}-count": "1"}
        )
    rows = FieldRows(data, stored=[])
    assert not rows.is_valid()
    assert "label" in rows.forms[1].errors


def test_words_in_answers_are_found_by_an_index(order, client, me):
    """In small letters on both sides; the application may not analyze, so the planner knows no figures."""
    add_plate(client, order)
    fill_form(order_id=order.pk, form_key="check", given={**GIVEN, "model": "KFR-35GW"}, actor=me)
    query = AnswerQuery(text="Kfr-35gw")
    assert filtered_answers(actor=me, query=query).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = FormAnswers.objects.filter(text__contains="kfr-35gw").explain()
    assert "answers_text" in found

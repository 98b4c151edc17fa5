"""Extra charges: proven by a photo, agreed to by who pays, capped, approved, and cancelled."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from common.journal.models import AuditRecord
from tests.workorders.walking import arrive, complete, leave, step
from tests.workorders.world import open_order, photo, shop_order, signature
from workorders.charges import confirmed_charges, customer_owes_fen
from workorders.flow import Meaning
from workorders.models import CheckIn, ExtraCharge, TimelineEvent, WorkOrder
from workorders.services.charge_answers import agree_charge, answer_charge
from workorders.services.charge_decisions import decide_charge
from workorders.services.charges import (
    Asked,
    add_charge,
    cancel_charge,
    propose_second_visit,
)
from workorders.services.late_charges import set_late_hours

State = ExtraCharge.State


@pytest.fixture
def order(world):
    return arrive(open_order(world), world)


@pytest.fixture
def finished(world, order):
    """The same order after the work, accepted by everybody."""
    done = leave(order, world)
    WorkOrder.objects.filter(pk=done.pk).update(stage="done", meaning=Meaning.DONE.value)
    done.refresh_from_db()
    return done


def charge(order, world, code="drilling", *, shade=30, signed=True, **more):
    asked = {
        "code": code,
        "reason": "承重墙",
        "photo": photo(shade),
        "consent": signature() if signed else None,
    }
    return add_charge(order_id=order.pk, asked=Asked(**(asked | more)), actor=world.installer.user)


def late_charge(order, world, code="drilling", *, signed=True, **more):
    """Asked for after the work; who pays agreed by the link unless it is not `signed`."""
    made = charge(order, world, code, signed=False, **more)
    return answer_charge(charge_id=made.pk, agrees=True) if signed else made


@pytest.mark.parametrize(
    ("code", "more", "state", "fen"),
    [
        ("drilling", {"quantity": 3}, State.CONFIRMED, 15_000),
        ("drilling", {"signed": False}, State.UNCONFIRMED, 5_000),
        ("parts", {"amount_fen": 12_345}, State.CONFIRMED, 12_345),
        ("other", {"amount_fen": 100}, State.WAITING, 100),
        ("other", {"amount_fen": 100, "signed": False}, State.UNCONFIRMED, 100),
        ("not_as_ordered", {"amount_fen": 100, "signed": False}, State.WAITING, 100),
        ("trip", {"signed": False}, State.CONFIRMED, 3_000),
    ],
)
def test_a_charge_counts_when_who_pays_agreed_and_the_office_approved_where_it_must(
    world, order, code, more, state, fen
):
    made = charge(order, world, code, **more)
    assert (made.state, made.amount_fen) == (state, fen)
    assert confirmed_charges(order).exists() is (state == State.CONFIRMED)


@pytest.mark.parametrize(
    ("code", "more", "refusal"),
    [
        ("drilling", {"quantity": 5}, "charge.most"),
        ("parts", {"amount_fen": 30_001}, "charge.most"),
        ("parts", {"amount_fen": None}, "charge.amount"),
        ("drilling", {"quantity": 0}, "charge.quantity"),
        ("drilling", {"photo": None}, "charge.photo"),
        ("drilling", {"reason": "  "}, "charge.reason"),
        ("tip", {}, "charge.unknown"),
    ],
)
def test_what_the_tariff_does_not_allow_is_refused_with_its_reason(
    world, order, code, more, refusal
):
    with pytest.raises(Refused) as refused:
        charge(order, world, code, **more)
    assert refused.value.code == refusal
    assert not order.charges.exists()


def test_an_order_takes_a_code_only_so_often_and_a_photo_proves_one_charge(world, order):
    first = charge(order, world, "drilling")
    with pytest.raises(Refused) as refused:
        charge(order, world, "drilling", shade=31)
    assert refused.value.code == "charge.times"
    charge(order, world, "parts", amount_fen=100, shade=50)
    with pytest.raises(Refused) as refused:
        charge(order, world, "parts", amount_fen=100, shade=50)
    assert refused.value.code == "charge.photo_used"
    cancel_charge(charge=first, reason="算错", actor=world.dispatcher)
    assert charge(order, world, "drilling", shade=32).state == State.CONFIRMED


def test_a_charge_goes_from_the_customers_ink_to_the_offices_approval_once(world, order):
    made = charge(order, world, "other", amount_fen=4_000, signed=False)
    assert customer_owes_fen(order) == 0
    made = agree_charge(charge=made, consent=signature(), actor=world.installer.user)
    assert made.state == State.WAITING
    with pytest.raises(Refused):
        decide_charge(charge=made, approve=False, reason="", actor=world.dispatcher)
    made = decide_charge(charge=made, approve=True, reason="", actor=world.dispatcher)
    assert (made.state, customer_owes_fen(order)) == (State.CONFIRMED, 4_000)
    with pytest.raises(Conflict):
        decide_charge(charge=made, approve=False, reason="晚了", actor=world.dispatcher)
    told = TimelineEvent.objects.filter(work_order=order, code__startswith="charge_")
    assert list(told.order_by("pk").values_list("code", flat=True)) == [
        "charge_added", "charge_agreed", "charge_approved",
    ]  # fmt: skip


def test_a_signed_charge_is_still_decided_after_the_work_was_accepted(world, order):
    made = charge(order, world, "other", amount_fen=4_000)
    assert made.state == State.WAITING
    WorkOrder.objects.filter(pk=order.pk).update(meaning=Meaning.CANCELLED.value)
    with pytest.raises(Refused):
        decide_charge(charge=made, approve=True, reason="", actor=world.dispatcher)
    WorkOrder.objects.filter(pk=order.pk).update(meaning=Meaning.DONE.value)
    made = decide_charge(charge=made, approve=True, reason="", actor=world.dispatcher)
    assert made.state == State.CONFIRMED


def test_after_the_work_a_charge_is_asked_for_within_the_companys_hours_and_always_approved(
    world, finished
):
    late = charge(finished, world, signed=False)
    assert late.state == State.UNCONFIRMED
    answer_charge(charge_id=late.pk, agrees=True)
    late.refresh_from_db()
    assert late.state == State.WAITING
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        with pytest.raises(Refused) as refused:
            charge(finished, world, "floor", signed=False, shade=33)
        assert refused.value.code == "charge.late"
        late = decide_charge(charge=late, approve=True, reason="", actor=world.dispatcher)
    assert late.state == State.CONFIRMED
    set_late_hours(hours=0, actor=world.admin)
    with pytest.raises(Refused):
        charge(finished, world, "floor", signed=False, shade=34)


def test_nobody_signs_on_the_installers_phone_once_the_work_is_over(world, order):
    asked_before = charge(order, world, signed=False)
    finished = leave(order, world)
    with pytest.raises(Refused) as refused:
        charge(finished, world, "glue", shade=31)
    assert refused.value.code == "charge.customer_gone"
    with pytest.raises(Refused) as refused:
        agree_charge(charge=asked_before, consent=signature(), actor=world.installer.user)
    assert refused.value.code == "charge.customer_gone"
    asked_before.refresh_from_db()
    assert (asked_before.state, asked_before.answered_by) == (State.UNCONFIRMED, "")
    assert finished.charges.count() == 1


@pytest.mark.parametrize("late", [True, False])
def test_the_office_calls_a_customer_who_left_and_writes_with_whom_when_and_how(
    world, order, client, late
):
    made = None if late else charge(order, world, signed=False)
    finished = leave(order, world)
    made = made or charge(finished, world, signed=False)
    client.force_login(world.dispatcher)
    url = reverse("workorders:charge-decide", args=[order.number, made.pk])
    for said in ({"reason": "15:20 电话"}, {"spoke_with": "王女士"}, {}):
        post = {"_idempotency_key": str(uuid4()), "answer": "approve"} | said
        assert client.post(url, post).status_code == 422
    said = {"spoke_with": "王女士", "reason": "15:20 电话，同意"}
    post = {"_idempotency_key": str(uuid4()), "answer": "approve"} | said
    assert client.post(url, post).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.answered_by, made.answered_name, made.decided_by) == (
        State.CONFIRMED, "word", "王女士", world.dispatcher,
    )  # fmt: skip
    kept = AuditRecord.objects.get(action="charge.agreed_by_word")
    assert kept.actor_id == world.dispatcher.pk
    assert (kept.details["charge"], kept.details["spoke_with"]) == (made.pk, "王女士")
    told = TimelineEvent.objects.filter(work_order=order, code="charge_agreed_by_word")
    assert told.count() == 1


def test_who_asked_for_a_charge_cannot_say_that_the_customer_agreed(world, finished):
    late = charge(finished, world, signed=False)
    me = world.installer.user
    said = {"reason": "当面同意", "spoke_with": "王女士"}
    with pytest.raises(Refused) as refused:
        decide_charge(charge=late, approve=True, actor=me, **said)
    assert refused.value.code == "charge.own_word"
    me.role = Role.DISPATCHER
    with pytest.raises(Refused):
        decide_charge(charge=late, approve=True, actor=me, **said)
    late.refresh_from_db()
    assert late.state == State.UNCONFIRMED


def test_while_the_installer_is_there_the_customer_signs_and_the_office_hears_nothing(world, order):
    made = charge(order, world, signed=False)
    with pytest.raises(Conflict):
        decide_charge(
            charge=made, approve=True, reason="电话", spoke_with="王女士", actor=world.dispatcher
        )


def test_a_charge_taken_back_lets_its_photo_prove_the_right_one(world, order):
    made = charge(order, world, "drilling", shade=77)
    cancel_charge(charge=made, reason="数量有误", actor=world.dispatcher)
    assert charge(order, world, "drilling", shade=77).state == State.CONFIRMED


def test_consent_to_a_charge_is_no_signature_for_the_work(world, order):
    charge(order, world)
    with pytest.raises(Refused) as refused:
        step(order, "complete", world.installer.user)
    assert "签名" in str(refused.value) or "signature" in str(refused.value)


def test_a_second_day_on_site_proposes_the_second_visit_once(world, order):
    me = world.installer.user
    assert propose_second_visit(order_id=order.pk, actor=me) is None
    CheckIn.objects.filter(work_order=order).update(at=clock.now() - timedelta(days=1))
    CheckIn.objects.create(
        work_order=order, installer=world.installer, method="manual", at=clock.now()
    )
    made = propose_second_visit(order_id=order.pk, actor=me)
    assert made is not None
    assert (made.code, made.state) == ("second_visit", State.UNCONFIRMED)
    assert propose_second_visit(order_id=order.pk, actor=me) is None


def test_an_empty_trip_ends_the_order_with_its_photo_alone(world, order):
    me = world.installer.user
    with pytest.raises(Refused):
        step(order, "end_empty", me, reason="无人在家")
    charge(order, world, "trip", signed=False)
    ended = step(order, "end_empty", me, reason="无人在家")
    assert ended.meaning == "IN_REVIEW"
    last = ended.facts.filter(kind="ended_empty").order_by("pk")
    assert [fact.value for fact in last] == ["yes"]
    step(ended, "send_back", world.dispatcher, reason="客户改口")
    assert [fact.value for fact in last.all()] == ["yes", "no"]


def post(client, name, number, *args, **fields):
    url = reverse(f"workorders-phone:{name}", args=[number, *args])
    headers = {"X-Outbox": "1", "Idempotency-Key": str(uuid4())}
    return client.post(url, fields, headers=headers)


def test_the_phone_sends_a_charge_in_one_post_and_hears_why_not(world, order, client):
    client.force_login(world.installer.user)
    fields = {"code": "drilling", "quantity": "2", "reason": "两孔", "consent": signature()}
    sent = post(client, "charge-add", order.number, photo=photo(60), **fields)
    assert (sent.status_code, order.charges.get().amount_fen) == (200, 10_000)
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert "¥100.00" in page
    assert "data-charge" in page
    much = post(client, "charge-add", order.number, code="parts", amount="900", reason="x",
                photo=photo(61))  # fmt: skip
    assert much.status_code == 422
    assert "300.00" in much.json()["error"]["message"]


def test_a_finished_job_on_the_phone_offers_charges_while_they_may_be_asked_for(world, client):
    order = complete(open_order(world, shop_order(number="E8")), world)
    WorkOrder.objects.filter(pk=order.pk).update(stage="done", meaning=Meaning.DONE.value)
    client.force_login(world.installer.user)
    job = reverse("workorders-phone:job", args=[order.number])
    assert "data-charge" in client.get(job).content.decode()
    client.force_login(world.admin)
    term = reverse("workorders:charge-term")
    assert client.post(term, {"hours": "721"}).status_code == 422
    assert client.post(term, {"hours": "0"}).status_code == 302
    client.force_login(world.installer.user)
    assert "data-charge" not in client.get(job).content.decode()
    fields = {"code": "drilling", "quantity": "1", "reason": "x", "photo": photo(62)}
    late = post(client, "charge-add", order.number, **fields)
    assert late.status_code == 422


def test_the_desk_decides_and_keeps_the_tariff(world, client):
    order = arrive(open_order(world, shop_order(number="E9")), world)
    made = charge(order, world, "other", amount_fen=4_000)
    leave(order, world)
    client.force_login(world.dispatcher)
    url = reverse("workorders:charge-decide", args=[order.number, made.pk])
    key = {"_idempotency_key": str(uuid4())}
    assert client.post(url, key | {"answer": "refuse"}).status_code == 422
    assert client.post(url, key | {"answer": "approve"}).status_code == 302
    made.refresh_from_db()
    assert made.state == State.CONFIRMED
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert "x-charges-title" in page
    client.force_login(world.admin)
    edit = reverse("workorders:tariff-edit", args=["drilling"])
    typed = {"unit_price": "60", "unit": "孔", "most": "50", "most_times": "1",
             "bearer": "customer", "share": "80"}  # fmt: skip
    assert client.post(edit, typed).status_code == 422
    assert client.post(edit, typed | {"most": "120", "is_active": "on"}).status_code == 302
    listed = client.get(reverse("workorders:tariff-list")).content.decode()
    assert "¥60.00 / 孔" in listed

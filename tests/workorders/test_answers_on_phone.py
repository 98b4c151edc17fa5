"""Questions answered by the customer on the installer's phone, with a signature as their proof."""

from __future__ import annotations

from django.urls import reverse

from tests.workorders.test_triggers import ask
from tests.workorders.world import signature
from workorders.models import Evidence, TimelineEvent
from workorders.phone_jobs import order_stamp
from workorders.services.asking import ask_again


def sign_here(client, order, question, key, **said):
    return client.post(
        reverse("workorders-phone:question-answer", args=[order.number, question.pk]),
        said,
        headers={"idempotency-key": key, "x-outbox": "1"},
    )


def test_the_customer_answers_and_signs_on_the_installers_phone(world, client):
    order, question = ask(world)
    client.force_login(world.installer.user)
    page = client.get(f"/m/today/{order.number}/").content.decode()
    assert reverse("workorders-phone:question-answer", args=[order.number, question.pk]) in page
    unsigned = sign_here(client, order, question, "q1", answer="agree")
    assert unsigned.status_code == 422
    said = {"answer": "agree", "reason": "尽快", "consent": signature()}
    assert sign_here(client, order, question, "q2", **said).status_code == 200
    question.refresh_from_db()
    assert (question.agreed, question.remark) == (True, "尽快")
    noted = TimelineEvent.objects.get(work_order=order, code="customer_agreed_here")
    proof = Evidence.objects.get(pk=noted.params["evidence"])
    assert (proof.kind, proof.work_order_id) == ("consent", order.pk)
    said = {"answer": "decline", "consent": signature()}
    assert sign_here(client, order, question, "q3", **said).status_code == 409


def test_only_who_works_on_the_order_lets_its_customer_sign(world, client):
    order, question = ask(world)
    client.force_login(world.other_installer.user)
    said = {"answer": "agree", "consent": signature()}
    assert sign_here(client, order, question, "q1", **said).status_code == 404
    question.refresh_from_db()
    assert question.answered_at is None


def test_a_new_question_is_news_on_the_open_visit(world):
    order, _question = ask(world)
    before = order_stamp(order)
    ask_again(order_id=order.pk, text="几点方便？", actor=world.dispatcher)
    assert order_stamp(order) != before

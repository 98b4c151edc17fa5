"""A customer who is not there agrees to a charge, or declines it, by a signed link."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from accounts.roles import Role
from common.errors import Conflict
from common.journal.models import AuditRecord
from common.signing import sign
from tenants.limits import limit
from tests.browsing import TenantClient, post_as_browser
from tests.factories import UserFactory
from tests.settlement.threads import in_threads
from tests.workorders.test_charges import charge, post
from tests.workorders.walking import arrive, complete
from tests.workorders.world import open_order, signature
from workorders.charge_links import LINK_HOURS, charge_rows, consent_token
from workorders.charges import charges_of, customer_owes_fen
from workorders.desk_charges import desk_charges
from workorders.models import ExtraCharge, TimelineEvent
from workorders.services.charge_answers import answer_charge
from workorders.services.charge_decisions import decide_charge
from workorders.services.charges import cancel_charge
from workorders.views.customer_links import WRONG_LINKS_PER_HOUR

State = ExtraCharge.State


def url(name, *args):
    return reverse(name, args=args, urlconf="config.urls")


def page(token):
    return url("workorders-customer:charge", token)


@pytest.fixture
def late(world):
    """A charge asked for after the work, which nobody could sign for."""
    done = complete(open_order(world), world)
    return charge(done, world, "other", amount_fen=4_000, signed=False)


def test_the_customer_reads_what_why_and_how_much_and_agrees_without_an_account(
    world, late, client
):
    token = consent_token(late)
    shown = client.get(page(token))
    text = shown.content.decode()
    assert "¥40.00" in text
    assert late.reason in text
    assert url("workorders-customer:charge-photo", token) in text
    assert "noindex" in shown["X-Robots-Tag"]
    assert shown["Referrer-Policy"] == "same-origin"
    photo = client.get(url("workorders-customer:charge-photo", token))
    assert photo["Content-Type"].startswith("image/")
    assert (
        client.post(page(token), {"answer": "agree"}, REMOTE_ADDR="203.0.113.7").status_code == 302
    )
    late.refresh_from_db()
    assert late.state == State.WAITING
    kept = AuditRecord.objects.get(action="charge.agreed_by_link")
    assert (kept.ip, kept.actor_id, kept.details["amount_fen"]) == ("203.0.113.7", None, 4_000)
    assert kept.details["charge"] == late.pk
    again = client.get(page(token)).content.decode()
    assert 'name="answer"' not in again
    decide_charge(charge=late, approve=True, reason="", actor=world.dispatcher)
    assert customer_owes_fen(late.work_order) == 4_000


def test_the_answer_a_browser_sends_passes_the_guard_against_forged_forms(late, client):
    guarded = TenantClient(client.place, enforce_csrf_checks=True)
    answer = post_as_browser(guarded, page(consent_token(late)), {"answer": "agree"})
    assert answer.status_code == 302
    late.refresh_from_db()
    assert late.answered_at is not None


def test_what_the_customer_declines_is_refused_for_good(world, late, client):
    answer = {"answer": "decline", "reason": "说好不收"}
    assert client.post(page(consent_token(late)), answer).status_code == 302
    late.refresh_from_db()
    assert (late.state, late.decision, late.decided_by) == (State.REFUSED, "说好不收", None)
    assert client.post(page(consent_token(late)), {"answer": "agree"}).status_code == 409
    with pytest.raises(Conflict):
        decide_charge(charge=late, approve=True, reason="电话同意", actor=world.dispatcher)
    told = TimelineEvent.objects.filter(work_order=late.work_order, code="charge_declined")
    assert told.count() == 1


def test_a_link_serves_one_charge_one_purpose_and_three_days(late, client):
    token = consent_token(late)
    for other in (
        "x",
        f"{token}x",
        token[:-1],
        sign("statement", [late.pk]),
        sign("charge-consent", "x"),
    ):
        answer = client.get(page(other))
        assert answer.status_code == 404
        assert "x-card" in answer.content.decode()
        assert client.get(url("workorders-customer:charge-photo", other)).status_code == 404


def test_a_link_that_is_too_old_says_so_and_takes_no_answer(late, client, monkeypatch):
    before = time.time() - LINK_HOURS * 3600 - 60
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: before)
        token = consent_token(late)
    for answer in (client.get(page(token)), client.post(page(token), {"answer": "agree"})):
        assert answer.status_code == 410
    late.refresh_from_db()
    assert late.state == State.UNCONFIRMED


def test_without_an_answer_nothing_is_agreed(late, client):
    assert client.post(page(consent_token(late)), {"answer": "maybe"}).status_code == 422
    late.refresh_from_db()
    assert late.state == State.UNCONFIRMED


def test_a_charge_taken_back_is_not_agreed_to_any_more(world, late, client):
    cancel_charge(charge=late, reason="算错", actor=world.dispatcher)
    shown = client.get(page(consent_token(late)))
    assert shown.status_code == 200
    assert 'name="answer"' not in shown.content.decode()
    assert client.post(page(consent_token(late)), {"answer": "agree"}).status_code == 409


def test_phone_and_desk_show_the_link_while_the_customer_is_waited_for(world, late, client):
    number = late.work_order.number
    pages = {
        world.installer.user: url("workorders-phone:job", number),
        world.dispatcher: url("workorders:order-detail", number),
    }
    for agreed in (False, True):
        if agreed:
            answer_charge(charge_id=late.pk, agrees=True)
        for user, address in pages.items():
            client.force_login(user)
            text = client.get(address).content.decode()
            assert ("/agree/" in text) is not agreed
            assert ("data:image/svg+xml" in text) is not agreed


def answers(client, user, order):
    """The lines of the order page that say how its charges were answered."""
    client.force_login(user)
    text = client.get(url("workorders:order-detail", order.number)).content.decode()
    return [part.split("</small>")[0] for part in text.split("data-answer>")[1:]]


def test_the_desk_reads_when_and_by_which_way_and_from_which_address_each_charge_was_answered(
    world, client
):
    client.cookies["lang"] = "en"
    order = arrive(open_order(world), world)
    signed, linked, declined = (
        charge(order, world, code, signed=False, shade=shade, **more)
        for code, shade, more in (("drilling", 60, {}), ("glue", 90, {}), ("parts", 120, {"amount_fen": 100}))
    )  # fmt: skip
    client.force_login(world.installer.user)
    post(client, "charge-agree", order.number, signed.pk, consent=signature())
    for made, answer, address in (
        (linked, "agree", "203.0.113.7"),
        (declined, "decline", "203.0.113.8"),
    ):
        TenantClient(client.place).post(
            page(consent_token(made)), {"answer": answer}, REMOTE_ADDR=address
        )  # fmt: skip
    first, second, third = answers(client, world.dispatcher, order)
    assert "Customer agreed" in first
    assert "Signed on the phone" in first
    assert "127.0.0.1" in first
    assert "By the link" in second
    assert "203.0.113.7" in second
    linked.refresh_from_db()
    assert linked.answered_at.isoformat(timespec="seconds") in second
    assert "Customer declined" in third
    assert "203.0.113.8" in third


def test_an_answer_on_the_telephone_names_both_people_and_has_no_address(world, late, client):
    decide_charge(
        charge=late, approve=True, reason="15:20", spoke_with="王女士", actor=world.dispatcher
    )
    (said,) = answers(client, world.dispatcher, late.work_order)
    assert "王女士" in said
    assert world.dispatcher.display_name in said
    assert "127.0.0.1" not in said
    shown = client.get(page(consent_token(late))).content.decode()
    assert "王女士" in shown


def test_the_address_is_shown_only_to_who_decides_about_charges(world, late, client):
    TenantClient(client.place).post(
        page(consent_token(late)), {"answer": "agree"}, REMOTE_ADDR="203.0.113.7"
    )
    reader = UserFactory(role=Role.FINANCE, unit=world.hq)
    assert "203.0.113.7" in answers(client, reader, late.work_order)[0]
    (row,) = desk_charges(late.work_order, with_addresses=False)
    assert (row.charge, row.address) == (late, "")


def test_what_the_office_refuses_after_the_customer_agreed_is_not_called_declined(
    world, late, client
):
    answer_charge(charge_id=late.pk, agrees=True)
    late.refresh_from_db()
    decide_charge(charge=late, approve=False, reason="过高", actor=world.dispatcher)
    client.cookies["lang"] = "en"
    assert "Customer agreed" in answers(client, world.dispatcher, late.work_order)[0]
    assert "did not approve" in client.get(page(consent_token(late))).content.decode()


def test_what_the_customer_need_not_agree_to_has_no_link(world):
    order = arrive(open_order(world), world)
    charge(order, world, "drilling")
    charge(order, world, "not_as_ordered", amount_fen=100, signed=False, shade=31)
    charge(order, world, "glue", signed=False, shade=60)
    found = {row.charge.code: row.link is not None for row in charge_rows(charges_of(order))}
    assert found == {"drilling": False, "not_as_ordered": False, "glue": True}


def test_an_address_that_tries_links_is_stopped(late, client):
    address = "198.51.100.23"
    for _look in range(WRONG_LINKS_PER_HOUR - 1):
        limit("charge", address, most=WRONG_LINKS_PER_HOUR, period_s=3600)
    assert client.get(page("x"), REMOTE_ADDR=address).status_code == 404
    assert client.get(page(consent_token(late)), REMOTE_ADDR=address).status_code == 429
    assert client.get(page(consent_token(late))).status_code == 200


def test_customers_behind_one_address_do_not_use_up_each_others_looks(late, client):
    address, token = "198.51.100.24", consent_token(late)
    for _look in range(WRONG_LINKS_PER_HOUR - 1):
        limit("charge", address, most=WRONG_LINKS_PER_HOUR, period_s=3600)
    for name in ("charge", "charge-photo", "charge"):
        shown = client.get(url(f"workorders-customer:{name}", token), REMOTE_ADDR=address)
        assert shown.status_code == 200


@pytest.mark.parametrize("answer", ["agree", "decline"])
def test_nobody_of_the_company_answers_for_the_customer(world, late, client, answer):
    for user in (world.installer.user, world.dispatcher):
        client.force_login(user)
        refused = client.post(page(consent_token(late)), {"answer": answer})
        assert refused.status_code == 422
    late.refresh_from_db()
    assert (late.state, late.answered_at) == (State.UNCONFIRMED, None)


@pytest.mark.commits
def test_of_the_customers_yes_and_the_offices_no_at_once_one_counts(world, late):
    found = in_threads(
        lambda: answer_charge(charge_id=late.pk, agrees=True),
        lambda: decide_charge(charge=late, approve=False, reason="过期", actor=world.dispatcher),
    )
    late.refresh_from_db()
    lost = [each for each in found if isinstance(each, Conflict)]
    if late.answered_at is None:
        assert (late.state, len(lost)) == (State.REFUSED, 1)
    else:
        # The office may still refuse what the customer has agreed to; never the other way round.
        assert late.state in {State.WAITING, State.REFUSED}
        assert lost == []

"""A customer accepts the work with a code: one-time, theirs alone, asked for by the flow."""

from __future__ import annotations

import re
from datetime import timedelta
from time import time
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from common import clock
from common.errors import Gone, Refused, TooMany
from tests.workorders.own_flows import order_with
from tests.workorders.walking import arrive, prove, step
from tests.workorders.world import open_order
from workorders.acceptances import acceptance_of, accepted_at, asks_for_acceptance
from workorders.code_links import LINK_HOURS, code_token
from workorders.codes import Purpose, issue_code, redeem
from workorders.flow import read_flow
from workorders.flow_library import flow_body
from workorders.models import CheckIn, RedemptionCode
from workorders.phone_jobs import job_of
from workorders.report.pages import page_of
from workorders.report.shape import read_facts
from workorders.services.acceptance import accept_by_code
from workorders.services.check_ins import check_in
from workorders.services.reports import bring_report_up_to_date
from workorders.stickers import sticker_url

ASKS = {
    "op": "way", "stage": "on_site", "way": "complete",
    "guards": ["checked_in", "steps_done", "has_photos", "has_signature", "customer_accepted"],
}  # fmt: skip


@pytest.fixture
def order(world, client):
    """An order on site whose flow waits for the customer's code; all other proofs are there."""
    order = arrive(order_with(world, ASKS), world)
    prove(order, world)
    client.force_login(world.installer.user)
    return order


def accept(client, order, code):
    address = reverse("workorders-phone:job-acceptance", args=[order.number])
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    return client.post(address, {"code": code}, headers=headers)


def make(order, world, purpose=Purpose.ACCEPTANCE):
    return issue_code(order_id=order.pk, actor=world.dispatcher, purpose=purpose)


def said(answer):
    return answer.json()["error"]["message"]


def test_the_work_is_done_only_with_the_customers_code(world, order, client):
    me = world.installer.user
    with pytest.raises(Refused) as refused:
        step(order, "complete", me)
    assert "核销码" in str(refused.value)
    assert accept(client, order, make(order, world)).status_code == 200
    assert step(order, "complete", me).completed_at is not None
    assert order.timeline.filter(code="accepted_by_code", actor=me).count() == 1


def test_the_report_says_when_the_customer_accepted(world, order, client):
    accept(client, order, make(order, world))
    step(order, "complete", world.installer.user)
    report = bring_report_up_to_date(order_id=order.pk)
    assert report.facts["accepted_at"]
    page = reverse("workorders:order-detail", args=[order.number])
    client.force_login(world.dispatcher)
    assert "客户用核销码验收" in client.get(page).content.decode()


def test_a_code_is_good_once_and_for_its_days(world, order, client):
    code = make(order, world)
    RedemptionCode.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert accept(client, order, code).status_code == 410
    newer = make(order, world)
    assert accept(client, order, newer).status_code == 200
    used = RedemptionCode.objects.get(used_at__isnull=False).used_at
    assert accept(client, order, newer).status_code == 200  # a second tap: nothing happens
    assert accepted_at(order) == used
    with pytest.raises(Gone):
        redeem(order, newer, purpose=Purpose.ACCEPTANCE)


def test_the_code_of_the_arrival_accepts_nothing_and_the_other_way_round(world, order):
    me = world.installer.user
    arrival, acceptance = make(order, world, Purpose.ARRIVAL), make(order, world)
    with pytest.raises(Refused) as refused:
        accept_by_code(order_id=order.pk, code=arrival, actor=me)
    assert refused.value.code == "code.other"
    with pytest.raises(Refused) as refused:
        check_in(order_id=order.pk, actor=me, code=acceptance)
    assert refused.value.code == "code.other"
    assert accepted_at(order) is None
    check_in(order_id=order.pk, actor=me, code=arrival)


def tries(order):
    return cache.get(f"redeem:{order.pk}", 0)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_sticker_that_was_scanned_is_named_and_is_no_try(world, order, purpose):
    cache.delete(f"redeem:{order.pk}")
    for typed, code in (
        (sticker_url(order), "code.sticker"),
        (sticker_url(order).rstrip("/"), "code.sticker"),
        ("https://example.com/123456", "code.shape"),
        ("12345", "code.shape"),
        ("١٢٣٤٥٦", "code.shape"),
    ):
        with pytest.raises(Refused) as refused:
            redeem(order, typed, purpose=purpose)
        assert refused.value.code == code
    assert tries(order) == 0


def test_wrong_codes_are_counted_and_end_the_tries_of_an_hour(world, order, client):
    cache.delete(f"redeem:{order.pk}")
    right = make(order, world)
    wrong = "000000" if right != "000000" else "000001"
    answers = [accept(client, order, wrong).status_code for _try in range(11)]
    assert answers == [422] * 10 + [429]
    assert accept(client, order, right).status_code == 429
    cache.delete(f"redeem:{order.pk}")


def test_the_code_of_the_other_purpose_is_a_try_and_cannot_be_searched_for(world, order):
    """Whoever is to arrive must not find out what the customer keeps for the end."""
    cache.delete(f"redeem:{order.pk}")
    acceptance = make(order, world)
    with pytest.raises(Refused) as refused:
        redeem(order, acceptance)
    assert (refused.value.code, tries(order)) == ("code.other", 1)
    cache.set(f"redeem:{order.pk}", 10, 3600)
    with pytest.raises(TooMany):
        redeem(order, acceptance)
    cache.delete(f"redeem:{order.pk}")


def test_an_acceptance_without_network_counts_when_it_was_given(world, order, client):
    code = make(order, world)
    given = order.stage_since + timedelta(minutes=10)
    told = given + timedelta(hours=5)
    with clock.moved_to(told):
        address = reverse("workorders-phone:job-acceptance", args=[order.number])
        ago = str((told - given) // timedelta(milliseconds=1))
        headers = {
            "X-Outbox": "1", "X-Happened-Ago": ago, "Idempotency-Key": uuid4().hex,
            "Accept": "application/json",
        }  # fmt: skip
        assert client.post(address, {"code": code}, headers=headers).status_code == 200
        found = acceptance_of(order)
        assert abs(found.at - given) < timedelta(seconds=1)
        assert abs(found.received_at - told) < timedelta(seconds=1)
        step(order, "complete", world.installer.user)
        facts = read_facts(bring_report_up_to_date(order_id=order.pk).facts)
    assert facts.accepted_received_at
    assert any("核销码" in row.source and "离线" in row.source for row in page_of(facts, {}).times)


def test_work_that_was_sent_back_is_accepted_anew(world, order, client):
    accept(client, order, make(order, world))
    order = step(order, "complete", world.installer.user)
    assert accepted_at(order) is not None
    order = step(order, "send_back", world.dispatcher, reason="漏装")
    assert accepted_at(order) is None


def test_the_phone_asks_for_the_code_before_the_end(world, order, client):
    parts = [page.part for page in job_of(order, viewer=world.installer).pages]
    assert parts[-2:] == ["acceptance", "complete"]
    page = client.get(reverse("workorders-phone:job", args=[order.number])).content.decode()
    assert 'data-scan="acceptance-code"' in page
    assert asks_for_acceptance(order)


def test_a_flow_that_does_not_wait_for_a_code_shows_nothing_of_it(world):
    plain = arrive(open_order(world), world)
    assert not asks_for_acceptance(plain)
    assert "acceptance" not in [p.part for p in job_of(plain, viewer=world.installer).pages]


def test_the_desk_shows_digits_picture_and_the_link_for_the_customer(world, order, client):
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[order.number])).content.decode()
    assert 'id="code-acceptance"' in page
    address = reverse("workorders:code-issue", args=[order.number])
    shown = client.post(address, {"purpose": "acceptance"}).content.decode()
    assert re.search(r'<b class="x-num">\d{6}</b>', shown)
    assert "data:image/svg+xml" in shown
    assert "/code/" in shown
    arrival = client.post(address).content.decode()
    assert "data:image/svg+xml" in arrival
    assert "/code/" not in arrival
    assert set(RedemptionCode.objects.values_list("purpose", flat=True)) == set(Purpose.values)


# The customer's own page


def test_the_customer_makes_the_code_on_the_page_of_the_link(world, order, client):
    address = reverse("workorders-code:code", args=[code_token(order)])
    client.logout()
    page = client.get(address)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert not RedemptionCode.objects.filter(work_order=order).exists()  # looking makes none
    shown = client.post(address, {"make": "code"}).content.decode()
    code = re.search(r'<b class="x-num">(\d{6})</b>', shown)[1]
    assert "data:image/svg+xml" in shown
    client.force_login(world.installer.user)
    assert accept(client, order, code).status_code == 200
    client.logout()
    assert "x-note-good" in client.get(address).content.decode()
    client.post(address, {"make": "code"})
    assert RedemptionCode.objects.filter(work_order=order, used_at=None).count() == 0


def test_nobody_of_the_company_makes_the_code_for_the_customer(world, order, client):
    address = reverse("workorders-code:code", args=[code_token(order)])
    assert client.post(address, {"make": "code"}).status_code == 422
    assert not RedemptionCode.objects.filter(work_order=order).exists()


def test_a_link_that_is_not_ours_or_too_old_leads_nowhere(order, client, monkeypatch):
    client.logout()
    assert client.get(reverse("workorders-code:code", args=["x.y"])).status_code == 404
    address = reverse("workorders-code:code", args=[code_token(order)])
    assert client.get(address).status_code == 200
    # A token's age is told by the machine's clock, which Django asks itself.
    late = time() + LINK_HOURS * 3600 + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: late)
    assert client.get(address).status_code == 410


def test_a_flow_of_the_library_waits_for_the_code():
    flow = read_flow(flow_body("lock_install"))
    assert any("customer_accepted" in way.guards for way in flow.transitions)


def test_an_arrival_by_a_scanned_code_is_as_before(world, order):
    code = make(order, world, Purpose.ARRIVAL)
    assert check_in(order_id=order.pk, actor=world.installer.user, code=code).method == "code"
    assert CheckIn.objects.filter(work_order=order, method="code").count() == 1

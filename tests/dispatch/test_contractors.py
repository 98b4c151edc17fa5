"""A contractor without an account works on one order through a signed link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Installer
from accounts.services.passwords import reset_by_link, reset_by_starting_password
from common import clock
from common.errors import Conflict, Refused
from common.journal.models import AuditRecord
from dispatch.contractors.giving import (
    Wanted,
    end_links_of_others,
    give_to_contractor,
    renew_link,
    revoke_link,
)
from dispatch.contractors.links import link_token
from dispatch.contractors.opening import bind
from dispatch.models import Assignment, ContractorLink
from dispatch.selectors import candidates
from dispatch.services.assigning import assign, keep_slot
from settlement.models import AgreedPay
from tests import cast
from tests.browsing import TenantClient
from tests.dispatch.town import MONDAY, at_once, make_town, person, waiting
from tests.workorders.walking import step

PHONE = "13911112222"


def url(name, *args):
    return reverse(name, args=args, urlconf="config.urls")


def wanted(town, **more):
    plain = {"name": "老周", "phone": PHONE, "outlet": town.suzhou, "agreed_fen": 18_000}
    return Wanted(**(plain | more))


def give(town, order, **more):
    return give_to_contractor(order_id=order.pk, wanted=wanted(town, **more), actor=town.dispatcher)


def address(link):
    return url("dispatch-contractor:open", link_token(link))


def job(order):
    return url("workorders-phone:job", order.number)


def opened(link, phone=None):
    """A phone on which the contractor opened the link."""
    phone = phone or TenantClient(cast.ALPHA)
    assert phone.post(address(link)).status_code == 302
    return phone


def test_the_link_opens_one_order_and_nothing_else(town, client):
    order, other = waiting(town, 1), waiting(town, 2)
    link = give(town, order)
    shown = client.get(address(link))
    assert "180.00" in shown.content.decode()
    assert "文三路" not in shown.content.decode()
    assert shown["Referrer-Policy"] == "same-origin"
    assert client.get(job(order)).status_code == 302  # a look opens nothing
    opened(link, client)
    page = client.get(job(order))
    assert page.status_code == 200
    assert "x-phone-tabs" not in page.content.decode()
    assert "13712345678" not in page.content.decode()
    for elsewhere in (
        job(other),
        url("workorders-phone:today"),
        url("dispatch-phone:pool"),
        url("settlement-phone:earnings"),
        url("accounts:me"),
        url("workorders:order-list"),
    ):
        answer = client.get(elsewhere)
        assert (answer.status_code, answer["Location"]) == (302, job(order))
    away = client.post(url("dispatch-phone:leave-ask"))
    assert away.status_code == 422


def test_the_number_is_shown_once_accepted_and_each_look_is_noted(town):
    order = waiting(town)
    phone = opened(give(town, order))
    show = url("workorders-phone:number-show", order.number)
    assert phone.post(show).status_code == 422
    accept = url("workorders-phone:job-move", order.number, "accept")
    assert phone.post(accept).json()["ok"]
    assert "13712345678" in phone.post(show).content.decode()
    order.refresh_from_db()
    looks = AuditRecord.objects.filter(actor_id=order.installer.user_id)
    assert looks.filter(action="contact.revealed").count() == 1


def test_somebody_else_is_told_whose_phone_has_it_and_needs_the_last_digits(town):
    order = waiting(town)
    link = give(town, order)
    first, second = opened(link), TenantClient(cast.ALPHA)
    assert 'name="digits"' in second.get(address(link)).content.decode()
    assert second.post(address(link), {"digits": "0000"}).status_code == 422
    assert second.get(job(order)).status_code == 302
    assert first.get(job(order)).status_code == 200
    assert second.post(address(link), {"digits": PHONE[-4:]}).status_code == 302
    assert second.get(job(order)).status_code == 200
    assert first.get(job(order)).status_code == 410
    sent = first.post(
        url("workorders-phone:job-move", order.number, "accept"), headers={"X-Outbox": "1"}
    )
    assert sent.status_code == 410
    assert sent.json()["error"]["code"] == "contractor.elsewhere"


def test_digits_cannot_be_tried_forever(town):
    link = give(town, waiting(town))
    opened(link)
    second = TenantClient(cast.ALPHA)
    tries = [second.post(address(link), {"digits": f"{n:04}"}).status_code for n in range(6)]
    assert tries == [422] * 5 + [429]


def test_an_expired_link_leads_nowhere_and_a_new_one_goes_on(town, client):
    order = waiting(town)
    link = give(town, order, days=2)
    opened(link, client)
    with clock.moved_to(MONDAY + timedelta(days=2, minutes=1)):
        assert client.get(address(link)).status_code == 410
        assert client.get(job(order)).status_code == 410
        newer = renew_link(order_id=order.pk, days=1, actor=town.dispatcher)
        assert client.get(address(link)).status_code == 410
        opened(newer, client)
        assert client.get(job(order)).status_code == 200


def test_a_link_taken_back_closes_the_phone_it_is_open_on(town, client):
    order = waiting(town)
    link = give(town, order)
    opened(link, client)
    revoke_link(order_id=order.pk, actor=town.dispatcher)
    assert client.get(job(order)).status_code == 410
    assert client.get(address(link)).status_code == 410
    poll = client.get(
        url("workorders-phone:job-news", order.number), headers={"HX-Request": "true"}
    )
    assert poll.status_code == 410


def test_a_link_is_worth_nothing_at_another_company_or_when_altered(
    town, client, other_client, other_tenant
):
    link = give(town, waiting(town))
    assert other_client.get(address(link)).status_code == 404
    assert other_client.post(address(link)).status_code == 404
    assert client.get(address(link)[:-3] + "xy/").status_code == 404
    assert client.get(url("dispatch-contractor:open", "nonsense")).status_code == 404


def test_a_phone_of_a_contractor_is_not_signed_in_at_another_company(town, client, other_tenant):
    phone = opened(give(town, waiting(town)))
    foreign = TenantClient(cast.BETA)
    foreign.cookies = phone.cookies
    answer = foreign.get(url("workorders-phone:today"))
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


def test_somebody_of_the_company_does_not_open_it_by_looking(town, client):
    order = waiting(town)
    link = give(town, order)
    client.force_login(town.dispatcher)
    assert "novalidate" not in client.get(address(link)).content.decode()
    client.post(address(link))
    link.refresh_from_db()
    assert link.opened_at is None
    assert client.get(url("workorders:order-detail", order.number)).status_code == 200


def test_a_reassigned_order_says_so_on_the_contractors_phone(town, client):
    order, installer = waiting(town), person(town)
    link = give(town, order)
    opened(link, client)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher, reason="客户急")
    end_links_of_others(order_id=order.pk)
    page = client.get(job(order))
    assert page.status_code == 200
    assert "客户急" in page.content.decode()
    assert client.get(address(link)).status_code == 410
    sent = client.post(
        url("workorders-phone:job-move", order.number, "accept"), headers={"X-Outbox": "1"}
    )
    assert sent.status_code == 410
    assert Assignment.objects.get(work_order=order, active=True).installer == installer


def test_a_contractor_has_no_sign_in_and_is_nobodys_candidate(town):
    order = waiting(town)
    person(town)
    give(town, order)
    contractor = Installer.objects.get(kind=Installer.Kind.CONTRACTOR)
    assert not contractor.user.has_usable_password()
    for way in (reset_by_link, reset_by_starting_password):
        with pytest.raises(Refused) as refused:
            way(user_id=contractor.user_id, actor=town.admin)
        assert refused.value.code == "user.contractor"
    ranked = candidates(order=waiting(town, 3))
    assert contractor.pk not in {each.installer.pk for each in ranked}


def test_the_time_of_a_contractor_is_not_booked(town):
    order, installer = waiting(town), person(town)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    give(town, order, reason="没人", believed=installer.pk)
    keep_slot(order_id=order.pk)
    assert not Assignment.objects.filter(work_order=order, active=True).exists()


def test_one_person_stays_one_payee(town):
    first, second = waiting(town, 1), waiting(town, 2)
    give(town, first)
    give(town, second, name="周师傅")
    person_ = Installer.objects.get(kind=Installer.Kind.CONTRACTOR)
    assert person_.user.display_name == "周师傅"
    assert set(ContractorLink.objects.values_list("work_order", flat=True)) == {
        first.pk,
        second.pk,
    }


def test_who_has_an_account_is_not_given_a_link(town):
    staff = person(town)
    staff.user.phone = PHONE
    staff.user.save()
    with pytest.raises(Refused) as refused:
        give(town, waiting(town))
    assert refused.value.code == "contractor.staff"


def test_an_order_somebody_has_by_now_is_not_taken_from_them(town):
    order, installer = waiting(town), person(town)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    with pytest.raises(Conflict):
        give(town, order)
    assert not AgreedPay.objects.exists()


@pytest.mark.commits
def test_accepting_against_reassigning_leaves_one_holder_and_no_half_move(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        order, installer = waiting(town), person(town)
        give(town, order)
    order.refresh_from_db()
    me = order.installer.user
    again = {"installer_id": installer.pk, "actor": town.dispatcher, "reason": "客户急"}
    answers = at_once(
        tenant,
        [lambda: step(order, "accept", me), lambda: assign(order_id=order.pk, **again)],
    )
    order.refresh_from_db()
    refused = [each for each in answers if isinstance(each, Refused)]
    end_links_of_others(order_id=order.pk)
    if order.installer_id == installer.pk:
        assert refused in ([], [answers[0]])
        assert not ContractorLink.objects.filter(state="live").exists()
    else:
        assert refused == [answers[1]]
        assert ContractorLink.objects.filter(state="live").exists()


@pytest.mark.commits
def test_of_two_phones_that_open_it_at_once_one_gets_it(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        link = give(town, waiting(town))
    answers = at_once(tenant, [lambda: bind(link.pk, digits="")] * 2)
    refused = [each for each in answers if isinstance(each, Refused)]
    assert [each.code for each in refused] == ["contractor.digits"]

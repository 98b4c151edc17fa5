"""The grab pool on the phone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import Assignment
from dispatch.services.claims import claim
from dispatch.services.offers import offer_job
from tests.dispatch.town import agree, person, waiting

HTMX = {"HTTP_HX_REQUEST": "true"}
POOL = "/m/pool/"


def offered(town, number=1, **more):
    order = agree(waiting(town, number), 14)
    return offer_job(order_id=order.pk, actor=town.dispatcher, **more)


def grab(client, offer, key="k1"):
    address = reverse("dispatch-phone:offer-claim", args=[offer.pk])
    return client.post(address, {"_idempotency_key": key}, **HTMX)


@pytest.fixture
def phone(town, client):
    installer = person(town)
    client.force_login(installer.user)
    client.installer = installer
    return client


def test_a_card_shows_the_job_and_never_the_door(town, phone):
    offer = offered(town)
    page = phone.get(POOL).content.decode()
    assert f"x-offer-{offer.pk}" in page
    assert "文三路" in page
    assert "8 号" not in page
    assert "301" not in page
    assert "王芳" not in page


def test_without_jobs_one_sentence_says_so(phone):
    assert "x-empty" in phone.get(POOL).content.decode()


def test_jobs_farther_away_are_shown_on_demand(town, client):
    far = person(town, km=18)
    client.force_login(far.user)
    offer = offered(town, radius_m=60_000)
    card = f"x-offer-{offer.pk}"
    assert card not in client.get(POOL).content.decode()
    assert card in client.get(POOL, {"far": "1"}).content.decode()


def test_an_empty_pool_always_offers_the_wider_circle(phone):
    assert f"{POOL}?far=1" in phone.get(POOL).content.decode()


def test_the_wider_circle_is_kept_to_until_the_narrow_one_is_chosen(town, client):
    client.force_login(person(town, km=18).user)
    card = f"x-offer-{offered(town, radius_m=60_000).pk}"
    client.get(POOL, {"far": "1"})
    wide = client.get(POOL).content.decode()
    assert card in wide
    assert f"{POOL}?far=0" in wide
    client.get(POOL, {"far": "0"})
    assert card not in client.get(POOL).content.decode()


def test_a_claim_is_answered_the_same_when_it_is_sent_twice(town, phone):
    offer = offered(town)
    first, again = grab(phone, offer), grab(phone, offer)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert Assignment.objects.get(active=True).installer == phone.installer


def test_a_claim_without_a_key_is_refused(town, phone):
    assert grab(phone, offered(town), key="").status_code == 400


def test_who_is_too_late_gets_409_and_sees_the_card_fade(town, phone):
    other = person(town)
    offer = offered(town)
    claim(offer_id=offer.pk, installer=other, actor=other.user)
    answer = grab(phone, offer)
    assert answer.status_code == 409
    assert other.user.display_name in answer.content.decode()
    assert "data-gone" in phone.get(POOL).content.decode()


def test_an_offer_made_to_others_is_not_found(town, client):
    person(town)
    stranger = person(town, km=70)
    client.force_login(stranger.user)
    assert grab(client, offered(town)).status_code == 404


def test_a_poll_without_news_answers_204(town, phone):
    offered(town)
    stamp = phone.get(POOL, **HTMX)["X-Stamp"]
    assert phone.get(POOL, {"stamp": stamp}, **HTMX).status_code == 204
    offered(town, 2)
    assert phone.get(POOL, {"stamp": stamp}, **HTMX).status_code == 200


def test_a_dispatcher_does_not_claim(town, client):
    client.force_login(town.dispatcher)
    assert client.get(POOL).status_code == 403


def queries(client):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(POOL).status_code == 200
    return len(seen)


def test_the_number_of_queries_does_not_depend_on_the_number_of_offers(town, phone):
    offered(town)
    queries(phone)
    one = queries(phone)
    for number in range(2, 10):
        offered(town, number)
    assert queries(phone) == one

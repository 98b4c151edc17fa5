"""What binds those who claim: a day's cap, a pause after giving back, expired papers; and points."""

from datetime import date, timedelta

import pytest

from common import clock
from common.errors import Refused
from dispatch.models import Assignment, PointEntry, PoolRule
from dispatch.services.claims import claim
from dispatch.services.offers import offer_job
from dispatch.services.pool_limits import give_points, standing_of, take_points_back
from tests.dispatch.town import MONDAY, agree, at_once, certify, make_town, person, waiting
from workorders.models import WorkOrder
from workorders.services.progress import release_installer


def took(town, installer, number):
    order = waiting(town, number)
    offer = offer_job(order_id=order.pk, actor=town.dispatcher)
    claim(offer_id=offer.pk, installer=installer, actor=installer.user)
    order.refresh_from_db()
    return order


def gave_back(order, installer):
    release_installer(
        order_id=order.pk, actor=installer.user, key="decline", reason="没空", via="phone"
    )


def refusal(town, installer, number):
    with pytest.raises(Refused) as refused:
        took(town, installer, number)
    return refused.value.code


def test_nobody_claims_more_a_day_than_the_rule_allows(town):
    PoolRule.objects.create(pk=1, most_per_day=2)
    installer = person(town)
    first = took(town, installer, 1)
    took(town, installer, 2)
    assert standing_of(installer).left == 0
    assert refusal(town, installer, 3) == "claim.cap"
    gave_back(first, installer)
    assert refusal(town, installer, 4) == "claim.cap"
    with clock.moved_to(MONDAY + timedelta(days=1)):
        took(town, installer, 5)


def test_who_gives_back_claimed_jobs_again_and_again_pauses(town):
    PoolRule.objects.create(pk=1, gives_back=2, within_days=7, pause_hours=24)
    installer, other = person(town), person(town)
    for number in (1, 2):
        assert standing_of(installer).pause_until is None
        gave_back(took(town, installer, number), installer)
    assert standing_of(installer).pause_until == MONDAY + timedelta(hours=24)
    assert refusal(town, installer, 3) == "claim.pause"
    took(town, other, 4)
    with clock.moved_to(MONDAY + timedelta(hours=24)):
        took(town, installer, 5)


def test_what_was_given_back_long_apart_is_no_habit(town):
    PoolRule.objects.create(pk=1, gives_back=2, within_days=7, pause_hours=24)
    installer = person(town)
    gave_back(took(town, installer, 1), installer)
    with clock.moved_to(MONDAY + timedelta(days=8)):
        gave_back(took(town, installer, 2), installer)
        took(town, installer, 3)


def test_without_a_rule_nothing_binds(town):
    installer = person(town)
    for number in range(3):
        gave_back(took(town, installer, number), installer)
    standing = standing_of(installer)
    assert (standing.left, standing.pause_until) == (None, None)


def test_a_certificate_that_ends_between_offer_and_claim_refuses_the_claim(town):
    installer = person(town)
    order = waiting(town)
    version = order.item_version
    version.pk, version.number = None, version.number + 1
    version.body = {**version.body, "certificates": ["CERT-HIGH"]}
    version.sha256 = "an item with a certificate"
    version.save(force_insert=True)
    WorkOrder.objects.filter(pk=order.pk).update(item_version=version)
    certify(installer, "CERT-HIGH", date(2026, 11, 4))
    offer = offer_job(order_id=order.pk, actor=town.dispatcher, hours=72)
    with clock.moved_to(MONDAY + timedelta(days=2, hours=20)), pytest.raises(Refused) as refused:
        claim(offer_id=offer.pk, installer=installer, actor=installer.user)
    assert refused.value.code == "certificate_expired"
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("urgent", "points"), [(False, 10), (True, 20)])
def test_a_claimed_job_that_is_finished_brings_points_an_urgent_one_double(town, urgent, points):
    installer = person(town)
    order = took(town, installer, 1)
    WorkOrder.objects.filter(pk=order.pk).update(urgent=urgent)
    give_points(order_id=order.pk)
    give_points(order_id=order.pk)
    assert PointEntry.objects.get().points == points == standing_of(installer).points
    take_points_back(order_id=order.pk)
    assert standing_of(installer).points == 0


def test_what_was_assigned_brings_no_points(town):
    installer = person(town)
    order = took(town, installer, 1)
    Assignment.objects.update(way="manual")
    give_points(order_id=order.pk)
    assert not PointEntry.objects.exists()


@pytest.mark.commits
def test_the_days_cap_of_the_pool_holds_when_many_are_claimed_at_once(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        PoolRule.objects.create(pk=1, most_per_day=2)
        hasty = person(town)
        offers = [
            offer_job(order_id=agree(waiting(town, n), 9, hours=9).pk, actor=town.dispatcher)
            for n in range(6)
        ]
    calls = [
        lambda each=each: claim(offer_id=each.pk, installer=hasty, actor=hasty.user)
        for each in offers * 4
    ]
    answers = at_once(tenant, calls)
    won = {each.work_order_id for each in answers if isinstance(each, Assignment)}
    assert len(won) == 2
    assert {each.code for each in answers if isinstance(each, Refused)} == {"claim.cap"}

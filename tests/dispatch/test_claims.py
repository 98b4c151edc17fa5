"""The grab pool: who sees a job, who gets it, and that only one does."""

from datetime import timedelta

import pytest

from common import clock
from common.errors import Conflict, Gone, Refused
from dispatch.models import Assignment, JobOffer
from dispatch.selectors import open_offers_for
from dispatch.services.assigning import assign
from dispatch.services.claims import claim
from dispatch.services.offers import expire_offers, offer_job, withdraw_offer
from tests.dispatch.town import MONDAY, agree, at_once, make_town, person, waiting
from workorders.flow import Meaning


def offered(order, town, **more):
    return offer_job(order_id=order.pk, actor=town.dispatcher, **more)


def take(offer, installer):
    return claim(offer_id=offer.pk, installer=installer, actor=installer.user)


def seen_by(installer):
    return [each.offer.work_order for each in open_offers_for(installer=installer)]


def test_an_offer_is_shown_to_those_who_can_do_it_within_the_radius(town):
    near, far, unskilled = person(town, km=2), person(town, km=25), person(town, rank=1)
    order = waiting(town)
    offered(order, town)
    assert [seen_by(each) for each in (near, far, unskilled)] == [[order], [], []]
    offered(order, town, radius_m=60_000)
    assert seen_by(far) == [order]
    assert JobOffer.objects.count() == 1


def test_nothing_is_offered_that_nobody_could_take(town):
    with pytest.raises(Refused) as refused:
        offered(waiting(town), town)
    assert refused.value.code == "offer.nobody"


def test_what_somebody_has_is_not_offered(town):
    installer, order = person(town), waiting(town)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher)
    with pytest.raises(Conflict):
        offered(order, town)


def test_a_claim_gives_the_job_a_span_and_repeating_it_changes_nothing(town):
    installer, order = person(town), waiting(town)
    offer = offered(order, town)
    first = take(offer, installer)
    assert take(offer, installer) == first
    order.refresh_from_db()
    assert (order.installer, order.meaning) == (installer, Meaning.ASSIGNED.value)
    assert first.way == Assignment.Way.CLAIMED
    assert seen_by(installer) == []


def test_who_comes_late_reads_who_was_faster(town):
    first, second, order = person(town), person(town), waiting(town)
    offer = offered(order, town)
    take(offer, first)
    with pytest.raises(Conflict, match=first.user.display_name):
        take(offer, second)


def test_an_offer_over_or_withdrawn_is_gone(town):
    installer = person(town)
    over, back = offered(waiting(town, 1), town), offered(waiting(town, 2), town)
    withdraw_offer(order_id=back.work_order_id, actor=town.dispatcher)
    with pytest.raises(Gone):
        take(back, installer)
    with clock.moved_to(MONDAY + timedelta(hours=3)):
        assert seen_by(installer) == []
        assert expire_offers() == 1
        with pytest.raises(Gone):
            take(over, installer)


def test_an_offer_made_to_others_does_not_exist(town):
    person(town)
    stranger, offer = person(town, km=60), offered(waiting(town), town)
    with pytest.raises(Refused) as refused:
        take(offer, stranger)
    assert refused.value.code == "offer.unknown"


def test_a_job_that_fits_the_day_no_more_is_refused_and_stays_in_the_pool(town):
    installer = person(town, max_jobs_per_day=1)
    first, second = agree(waiting(town, 1), 10), agree(waiting(town, 2), 14)
    offers = [offered(each, town) for each in (first, second)]
    take(offers[0], installer)
    with pytest.raises(Refused) as refused:
        take(offers[1], installer)
    assert refused.value.code == "cap"
    offers[1].refresh_from_db()
    assert offers[1].state == JobOffer.State.OPEN


def test_assigning_takes_the_job_out_of_the_pool(town):
    winner, late, order = person(town), person(town), waiting(town)
    offer = offered(order, town)
    assign(order_id=order.pk, installer_id=winner.pk, actor=town.dispatcher)
    with pytest.raises(Conflict, match=winner.user.display_name):
        take(offer, late)


@pytest.mark.commits
def test_of_sixty_four_simultaneous_claims_exactly_one_wins(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        people = [person(town, km=1 + n / 20) for n in range(64)]
        order = waiting(town)
        offer = offered(order, town)
    answers = at_once(tenant, [lambda each=each: take(offer, each) for each in people])
    (won,) = [each for each in answers if isinstance(each, Assignment)]
    lost = [each for each in answers if isinstance(each, Conflict)]
    assert len(lost) == 63
    assert all(won.installer.user.display_name in str(each) for each in lost)
    offer.refresh_from_db()
    assert (offer.state, offer.claimed_by) == (JobOffer.State.CLAIMED, won.installer)
    assert Assignment.objects.filter(active=True).count() == 1


@pytest.mark.commits
def test_a_days_cap_holds_when_one_installer_claims_many_jobs_at_once(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        hasty = person(town, max_jobs_per_day=3)
        orders = [agree(waiting(town, n), 9, hours=9) for n in range(8)]
        offers = [offered(each, town) for each in orders]
    answers = at_once(tenant, [lambda each=each: take(each, hasty) for each in offers * 8])
    won = {each.work_order_id for each in answers if isinstance(each, Assignment)}
    assert len(won) == 3
    assert {each.code for each in answers if isinstance(each, Refused)} == {"cap"}
    assert Assignment.objects.filter(active=True, installer=hasty).count() == 3


@pytest.mark.commits
def test_a_claim_and_an_assignment_at_once_leave_one_holder(tenant):
    with clock.moved_to(MONDAY):
        town = make_town()
        quick, sent, order = person(town), person(town), waiting(town)
        offer = offered(order, town)
    answers = at_once(
        tenant,
        [
            lambda: take(offer, quick),
            lambda: assign(order_id=order.pk, installer_id=sent.pk, actor=town.dispatcher),
        ],
    )
    (won,) = [each for each in answers if isinstance(each, Assignment)]
    (lost,) = [each for each in answers if isinstance(each, Conflict)]
    assert won.installer.user.display_name in str(lost)
    assert Assignment.objects.get(active=True) == won

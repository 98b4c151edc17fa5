"""Two editors of one surcharge: the second sees the difference, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from common.errors import Refused
from settlement.models import PriceSurcharge
from settlement.quotations.surcharge_seen import SurchargeConflict, shown_of
from settlement.quotations.surcharges import begin_surcharges, save_surcharge
from tests.settlement.threads import in_threads


def page_of(client, row):
    """Open a row's form; return its address and what it would post."""
    address = reverse("settlement:surcharge-edit", args=[row.pk])
    page = client.get(address)
    typed = {name: value for name, value in shown_of(row).items() if value}
    return address, typed | {"seen": page.context["seen"]}


@pytest.mark.django_db
def test_the_second_of_two_editors_is_shown_the_difference_and_chooses(company, client):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    client.force_login(company.world.admin)
    address, mine = page_of(client, urgent)
    _same, theirs = page_of(client, urgent)
    saved = client.post(address, theirs | {"percent": "35", "reason": "涨价"})
    assert saved.status_code == 302
    answer = client.post(address, mine | {"percent": "25", "name": "特急费"})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert company.world.admin.display_name in str(answer.context["conflict"])
    for text in ("35%", "25%", "特急费", "涨价"):
        assert text in words
    urgent.refresh_from_db()
    assert (urgent.rate_bp, urgent.name) == (3500, "加急费")
    found = {each.name: each for each in answer.context["conflict"].differences}
    assert set(found) == {"percent", "name", "reason"}
    assert (found["percent"].clash, found["name"].clash) == (True, False)
    assert not found["reason"].take_mine
    # Their percentage and reason stay, my name goes in beside them.
    again = mine | {"percent": "25", "name": "特急费", "seen": answer.context["seen"]}
    chosen = client.post(
        address, again | {"differs": ["percent", "name", "reason"], "mine_at": ["name"]}
    )
    assert chosen.status_code == 302
    urgent.refresh_from_db()
    assert (urgent.rate_bp, urgent.name, urgent.reason) == (3500, "特急费", "涨价")


@pytest.mark.django_db
def test_who_changed_nothing_takes_back_nothing_of_others(company, client):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    client.force_login(company.world.admin)
    address, unchanged = page_of(client, urgent)
    assert client.post(address, unchanged | {"percent": "35"}).status_code == 302
    assert client.post(address, unchanged).status_code == 302
    urgent.refresh_from_db()
    assert urgent.rate_bp == 3500


@pytest.mark.django_db
def test_who_saves_the_very_same_is_not_asked(company, client):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    client.force_login(company.world.admin)
    address, mine = page_of(client, urgent)
    assert client.post(address, mine | {"percent": "35"}).status_code == 302
    assert client.post(address, mine | {"percent": "35.0"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["", "[]", "{", '{"name": "a"}'])
def test_a_page_that_does_not_say_what_it_showed_saves_nothing(company, client, seen):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    client.force_login(company.world.admin)
    address, mine = page_of(client, urgent)
    assert client.post(address, mine | {"percent": "1", "seen": seen}).status_code == 422
    with pytest.raises(Refused):
        save_surcharge(row=urgent, actor=company.world.admin)
    urgent.refresh_from_db()
    assert urgent.rate_bp == 3000


@pytest.mark.django_db
def test_a_wrong_entry_after_a_choice_keeps_what_was_chosen(company, client):
    urgent = begin_surcharges(actor=company.world.admin)[0]
    client.force_login(company.world.admin)
    address, mine = page_of(client, urgent)
    client.post(address, mine | {"percent": "35"})
    stale = client.post(address, mine | {"percent": "25"})
    typed = mine | {"percent": "25", "name": "", "seen": stale.context["seen"]}
    answer = client.post(address, typed | {"differs": ["percent"]})
    assert answer.status_code == 422
    assert answer.context["form"]["percent"].value() == "35"


@pytest.mark.commits
def test_of_two_editors_at_the_same_moment_one_saves_and_the_other_reads_both(company):
    row = begin_surcharges(actor=company.world.admin)[0]
    seen = shown_of(row)

    def edit(rate_bp, actor):
        mine = PriceSurcharge.objects.get(pk=row.pk)
        mine.rate_bp = rate_bp
        with translation.override("en"):
            return save_surcharge(row=mine, seen=seen, actor=actor)

    answers = in_threads(
        lambda: edit(1000, company.world.admin), lambda: edit(2000, company.finance)
    )
    refused = [one for one in answers if isinstance(one, SurchargeConflict)]
    saved = [one for one in answers if isinstance(one, PriceSurcharge)]
    assert (len(refused), len(saved)) == (1, 1)
    row.refresh_from_db()
    assert row.rate_bp == saved[0].rate_bp
    other = company.finance if saved[0].rate_bp == 2000 else company.world.admin
    assert other.display_name in str(refused[0])
    difference = refused[0].differences[0]
    assert {difference.theirs, difference.mine} == {"10%", "20%"}

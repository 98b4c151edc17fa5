"""Support between regions: a shortage, who could come, asked, decided, gone to, paid and taken back."""

from datetime import timedelta

import pytest

from accounts.models import Leave, User
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Forbidden, Refused
from dispatch.models import DemandDay, DemandSeries, SupportRequest, SupportRule
from dispatch.rosters.reading import duties
from dispatch.services.candidates import ranked_candidates
from dispatch.support.asking import (
    answer_support,
    ask_for_support,
    cancel_support,
    decide_support,
)
from dispatch.support.costs import Quote
from dispatch.support.ending import finish_supports
from dispatch.support.standby import standby_people
from dispatch.support.teams import teams
from network.models import OrgUnit, Region, ServiceTerritory
from settlement.ledger import balances
from settlement.models import Allowance, JournalEntry, Party
from settlement.months import month_of
from tests.dispatch.town import MONDAY, SITE, agree, at_once, make_town, person, waiting
from tests.factories import RegionFactory, UnitFactory, UserFactory
from workorders.models import StaffNotice

DAY = MONDAY.date() + timedelta(days=1)
State = SupportRequest.State


class Two:
    """Hangzhou is short on Tuesday; an outlet in another city has more people than jobs."""

    def __init__(self, town):
        self.town = town
        OrgUnit.objects.filter(pk=town.suzhou.pk).update(
            lon=f"{SITE[0]:.6f}", lat=f"{SITE[1]:.6f}", division_code=""
        )
        town.suzhou.refresh_from_db()
        self.city = Region.objects.get(pk=town.hangzhou.pk)
        self.far = RegionFactory(name="湖州", parent=self.city.parent)
        self.lender = UnitFactory(parent=town.suzhou.parent, name="湖州网点")
        ServiceTerritory.objects.create(outlet=self.lender, region=self.far)
        self.boss = UserFactory(role=Role.OUTLET_MANAGER, unit=self.lender)
        self.dispatcher = UserFactory(role=Role.DISPATCHER, unit=town.suzhou)
        series = DemandSeries.objects.create(region=self.city, trade="AC", method="usual")
        DemandDay.objects.create(
            series=series, day=DAY, jobs_x10=80, last_week_x10=80, usual_x10=80
        )
        self.helper = person(town, km=60, outlet=self.lender)
        self.local = person(town, km=3)

    def standby(self, day=DAY):
        return standby_people(teams([day]), city=self.city, borrower=self.town.suzhou, day=day)

    def ask(self, who=None, day=DAY):
        return ask_for_support(
            borrower=self.town.suzhou, day=day, installer_id=(who or self.helper).pk, note="",
            actor=self.dispatcher,
        )  # fmt: skip

    def decide(self, asked, *, approve=True, answer=""):
        return decide_support(request_id=asked.pk, approve=approve, answer=answer, actor=self.boss)

    def lock(self, who=None):
        asked = self.decide(self.ask(who))
        return answer_support(request_id=asked.pk, installer=asked.installer, accepts=True, why="")


@pytest.fixture
def two(town):
    return Two(town)


def test_a_day_is_short_by_the_people_its_jobs_take(two):
    found = teams([DAY])
    balance = found.balance(two.city.pk, DAY)
    assert (balance.jobs, balance.needed, balance.there, balance.short) == (8, 2, 1, 1)
    assert found.balance(two.far.pk, DAY).spare == 1


def test_the_quote_is_subsidy_and_way_against_the_margin_of_the_jobs():
    quote = Quote(15_000, 100, 80_500, 4, 60_000)
    assert quote.travel_fen == 16_100
    assert quote.cost_fen == 31_100
    assert quote.gain_fen == 28_900
    assert Quote(15_000, 100, 80_500, 4, None).gain_fen is None


def test_who_can_be_spared_within_reach_is_offered_with_the_quote(two):
    (one,) = two.standby()
    assert one.installer == two.helper
    assert one.quote.subsidy_fen == 15_000
    assert 70_000 < one.quote.way_m < 90_000
    SupportRule.objects.create(pk=1, reach_m=10_000)
    assert two.standby() == []


def test_nobody_is_offered_who_is_away_booked_or_needed_at_home(two):
    Leave.objects.create(installer=two.helper, starts_on=DAY, ends_on=DAY)
    assert two.standby() == []
    Leave.objects.all().delete()
    series = DemandSeries.objects.create(region=two.far, trade="AC", method="usual")
    DemandDay.objects.create(series=series, day=DAY, jobs_x10=30, last_week_x10=0, usual_x10=0)
    assert two.standby() == []


def test_asking_tells_who_lends_and_approving_tells_the_installer(two):
    asked = two.ask()
    assert StaffNotice.objects.filter(user=two.boss, code="support_asked").exists()
    two.decide(asked)
    assert StaffNotice.objects.filter(user=two.helper.user, code="support_question").exists()
    assert SupportRequest.objects.get().state == State.APPROVED


def test_without_the_installers_word_approving_locks_the_day(two):
    SupportRule.objects.create(pk=1, asks_installer=False)
    assert two.decide(two.ask()).state == State.LOCKED
    assert StaffNotice.objects.filter(user=two.helper.user, code="support_locked").exists()


@pytest.mark.parametrize(("days", "code"), [(0, "support.day"), (15, "support.day")])
def test_only_the_coming_two_weeks_can_be_asked_for(two, days, code):
    with pytest.raises(Refused) as refused:
        two.ask(day=MONDAY.date() + timedelta(days=days))
    assert refused.value.code == code


def test_somebody_who_cannot_come_is_not_asked_and_nobody_twice(two):
    with pytest.raises(Refused) as refused:
        two.ask(two.local)
    assert refused.value.code == "support.person"
    two.ask()
    with pytest.raises(Conflict) as twice:
        two.ask()
    assert twice.value.code == "support.asked"


def test_a_refusal_needs_a_reason(two):
    asked = two.ask()
    with pytest.raises(Refused) as refused:
        two.decide(asked, approve=False)
    assert refused.value.code == "support.answer"
    two.decide(asked, approve=False, answer="自己也缺人")
    assert SupportRequest.objects.get().answer == "自己也缺人"


def test_the_agreed_day_is_the_borrowing_citys_and_no_longer_at_home(two):
    order = agree_on(waiting(two.town), 1)
    assert two.helper not in able(order)
    two.lock()
    assert two.helper in able(order)
    other = agree_on(waiting(two.town, 2), 2)
    assert two.helper not in able(other)
    assert duties([two.helper], DAY)[two.helper.pk] == f"支援{two.city.name}"


def agree_on(order, days):
    """Agree a window on a day after Monday."""
    agree(order, 10)
    begins = order.window_starts_at + timedelta(days=days)
    order.window_starts_at, order.window_ends_at = begins, begins + timedelta(hours=2)
    order.save()
    return order


def able(order):
    return [each.installer for each in ranked_candidates(order=order) if each.is_feasible]


def test_until_the_installer_agrees_nobody_sends_them_anywhere(two):
    order = agree_on(waiting(two.town), 1)
    two.decide(two.ask())
    assert two.helper not in able(order)


def test_an_installer_declines_with_a_reason_and_the_desk_is_told(two):
    asked = two.decide(two.ask())
    answer_support(request_id=asked.pk, installer=two.helper, accepts=False, why="家里有事")
    assert StaffNotice.objects.filter(user=two.dispatcher, code="support_declined").exists()
    with pytest.raises(Conflict):
        answer_support(request_id=asked.pk, installer=two.helper, accepts=True, why="")
    with pytest.raises(Refused) as stranger:
        answer_support(request_id=asked.pk, installer=person(two.town), accepts=True, why="")
    assert stranger.value.code == "support.unknown"


def test_what_is_done_is_paid_once_and_explained(two):
    asked = two.lock()
    assert finish_supports() == 0
    with clock.moved_to(MONDAY + timedelta(days=2)):
        assert finish_supports() == 1
        assert finish_supports() == 0
    allowance = Allowance.objects.get()
    party = Party.objects.get(installer=two.helper)
    quote = Quote(asked.subsidy_fen, asked.travel_fen_per_km, asked.way_m, 4, None)
    assert sum(line.amount_fen for line in allowance.lines.all()) == quote.cost_fen
    assert [line.code for line in allowance.lines.all()] == ["SUBSIDY", "TRAVEL"]
    assert balances(party)["available"] == quote.cost_fen
    with clock.moved_to(MONDAY + timedelta(days=2)):
        month = month_of(installer=two.helper, first=DAY.replace(day=1), week=None)
    assert [(one.on, one.fen) for one in month.bonuses] == [(DAY, quote.cost_fen)]


def test_cancelling_what_is_done_takes_the_allowance_back(two):
    asked = two.lock()
    with clock.moved_to(MONDAY + timedelta(days=2)):
        finish_supports()
        with pytest.raises(Forbidden):
            cancel_support(request_id=asked.pk, reason="没来", actor=two.dispatcher)
        for _twice in range(2):
            cancel_support(request_id=asked.pk, reason="没来", actor=two.boss)
    assert balances(Party.objects.get(installer=two.helper))["available"] == 0
    assert JournalEntry.objects.filter(kind="reversal").count() == 1
    assert Allowance.objects.get().why_back == "没来"


def test_what_nobody_answered_ends_with_its_day_and_is_not_paid(two):
    two.ask()
    with clock.moved_to(MONDAY + timedelta(days=2)):
        finish_supports()
    assert SupportRequest.objects.get().state == State.CANCELLED
    assert not Allowance.objects.exists()


def test_a_manager_of_another_unit_neither_sees_nor_decides(two, client):
    asked = two.ask()
    stranger = UserFactory(role=Role.OUTLET_MANAGER, unit=UnitFactory(parent=two.town.hq))
    client.force_login(stranger)
    answer = {"answer": "yes", "why": ""}
    assert client.post(f"/dispatch/support/{asked.pk}/decide/", answer).status_code == 404
    client.force_login(UserFactory(role=Role.OUTLET_MANAGER, unit=two.town.suzhou))
    assert client.post(f"/dispatch/support/{asked.pk}/decide/", answer).status_code == 404
    client.force_login(two.dispatcher)
    assert client.post(f"/dispatch/support/{asked.pk}/decide/", answer).status_code == 403


def test_the_desk_sees_shortage_quote_and_state(two, client):
    with clock.moved_to(MONDAY):
        client.force_login(two.dispatcher)
        page = client.get("/dispatch/support/").content.decode()
        assert two.helper.user.display_name in page
        assert "¥150.00" in page
        sent = client.post(
            "/dispatch/support/ask/",
            {"unit": two.town.suzhou.pk, "day": DAY.isoformat(), "installer": two.helper.pk},
        )
        assert sent.status_code == 302
        assert "等待经理" in client.get("/dispatch/support/").content.decode()
        for bad in ({}, {"unit": "x"}, {"unit": two.town.suzhou.pk, "day": "9999-99-99"}):
            assert client.post("/dispatch/support/ask/", bad).status_code == 422


def test_the_phone_shows_what_is_asked_and_takes_the_answer(two, client):
    with clock.moved_to(MONDAY):
        asked = two.decide(two.ask())
        client.force_login(two.helper.user)
        assert two.city.name in client.get("/m/roster/").content.decode()
        sent = client.post(f"/m/support/{asked.pk}/answer/", {"answer": "yes"})
        assert sent.status_code == 302
    assert SupportRequest.objects.get().state == State.LOCKED


@pytest.mark.commits
def test_of_two_who_approve_one_wins(tenant):
    with clock.moved_to(MONDAY):
        two = Two(make_town())
        asked = two.ask()
        second = UserFactory(role=Role.OUTLET_MANAGER, unit=two.lender)
    bosses = [User.objects.get(pk=each.pk) for each in (two.boss, second)]
    found = at_once(
        tenant,
        [
            lambda boss=boss: decide_support(
                request_id=asked.pk, approve=True, answer="", actor=boss
            )
            for boss in bosses
        ],
    )
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "SupportRequest"]


@pytest.mark.commits
def test_approving_against_cancelling_ends_in_one_of_both(tenant):
    with clock.moved_to(MONDAY):
        two = Two(make_town())
        asked = two.ask()
    found = at_once(
        tenant,
        [
            lambda: two.decide(asked),
            lambda: cancel_support(request_id=asked.pk, reason="不用了", actor=two.dispatcher),
        ],
    )
    state = SupportRequest.objects.get().state
    assert state == State.CANCELLED
    refused = [each for each in found if isinstance(each, Conflict)]
    assert len(refused) <= 1

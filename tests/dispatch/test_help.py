"""Help on a running visit: who is asked, what a yes brings, and that nobody else is ever shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.services.items import publish_item
from common import clock
from common.errors import Conflict, Gone, Refused
from common.journal.models import AuditRecord
from dispatch.colleagues import colleagues_for
from dispatch.models import HelpRequest, HelpRule
from dispatch.services.assigning import assign
from dispatch.services.help import (
    answer_help,
    ask_for_help,
    end_void_help,
    expire_help,
    set_help_reach,
    show_colleagues_number,
    withdraw_help,
)
from tests.dispatch.town import MONDAY, agree, at_once, certify, person, waiting
from tests.factories import UnitFactory
from tests.workorders import walking
from tests.workorders.world import INSTALL_BODY, tomorrow
from workorders.crew import parts_of
from workorders.models import CrewMember, StaffNotice, TimelineEvent, WorkOrder
from workorders.services.evidence import mark_step

State = HelpRequest.State


def set_out(town, lead, number=1):
    """A visit whose installer is on the way to it."""
    order = waiting(town, number)
    assign(order_id=order.pk, installer_id=lead.pk, actor=town.dispatcher)
    walking.step(order, "accept", lead.user)
    walking.step(order, "book", lead.user, appointment=tomorrow())
    walking.step(order, "set_out", lead.user)
    order.refresh_from_db()
    return order


def names(order, lead):
    return [each.installer for each in colleagues_for(order, asker=lead)]


def ask(order, lead, colleague=None, **more):
    return ask_for_help(
        order_id=order.pk,
        asker=lead,
        reason="fault",
        colleague_id=colleague.pk if colleague else None,
        **more,
    )


def answer(asked, accepts=True, why=""):
    return answer_help(help_id=asked.pk, colleague=asked.colleague, accepts=accepts, why=why)


def finished(town, who, number, quantity=1):
    order = waiting(town, number)
    WorkOrder.objects.filter(pk=order.pk).update(
        installer=who, completed_at=clock.now(), meaning="DONE", quantity=quantity
    )


def told(who):
    return list(StaffNotice.objects.filter(user=who.user).values_list("code", flat=True))


@pytest.fixture
def lead(town):
    return person(town, user__phone="13800000001")


@pytest.fixture
def visit(town, lead):
    return set_out(town, lead)


def test_who_has_done_the_item_comes_first_then_who_is_there_first(town, lead, visit):
    near, far, old_hand = person(town, km=2), person(town, km=12), person(town, km=9)
    finished(town, old_hand, 50, quantity=43)
    found = colleagues_for(visit, asker=lead)
    assert [each.installer for each in found] == [old_hand, near, far]
    assert (found[0].done, found[0].unit, found[1].done) == (43, "台", 0)
    assert found[1].distance_m < found[2].distance_m


def test_what_somebody_did_as_a_helper_counts(town, lead, visit):
    helper = person(town, km=9)
    order = waiting(town, 50)
    CrewMember.objects.create(work_order=order, installer=helper, joined_at=clock.now())
    WorkOrder.objects.filter(pk=order.pk).update(installer=lead, completed_at=clock.now())
    (found,) = colleagues_for(visit, asker=lead)
    assert (found.installer, found.done, found.trade_done) == (helper, 1, 1)


def test_the_distance_is_from_the_job_somebody_is_on_and_not_from_home(town, lead, visit):
    """Lives far beyond reach, works next door until half past."""
    there = person(town, km=60, radius_m=200_000)
    job = waiting(town, 2)
    assign(order_id=job.pk, installer_id=there.pk, actor=town.dispatcher, start_at=MONDAY)
    (found,) = colleagues_for(visit, asker=lead)
    assert found.installer == there
    assert found.distance_m == 0  # the same address
    assert not found.is_free
    assert MONDAY < found.free_at <= MONDAY + timedelta(hours=2)


@pytest.mark.parametrize("why", ["skill", "far", "away", "busy", "inactive", "certificate"])
def test_who_cannot_help_is_not_asked(town, lead, visit, why):
    other = person(town, km=40 if why == "far" else 2, rank=1 if why == "skill" else 3)
    if why == "away":
        other.leaves.create(starts_on=MONDAY.date(), ends_on=MONDAY.date())
    if why == "inactive":
        other.user.is_active = False
        other.user.save()
    if why == "certificate":
        body = replace(INSTALL_BODY, certificates=("electrician",))
        visit.item_version = publish_item(body=body, industry="家电", actor=None)
        visit.save(update_fields=["item_version"])
        certify(other, "electrician", date(2026, 11, 1))
    if why == "busy":
        for n, hour in enumerate((9, 10, 11)):
            order = agree(waiting(town, 10 + n), hour, hours=1)
            begins = MONDAY.replace(hour=hour)
            assign(order_id=order.pk, installer_id=other.pk, actor=town.dispatcher, start_at=begins)
    assert names(visit, lead) == []


@pytest.mark.parametrize(
    ("reach", "seen"),
    [("outlet", {"own"}), ("branch", {"own", "branch"}), ("near", {"own", "other"})],
)
def test_only_people_of_the_units_the_company_allows_are_shown(town, lead, visit, reach, seen):
    """The other branch's outlet lies next door: only "near" reaches it, and then not far ones."""
    place = {"lon": "120.130000", "lat": "30.284100"}
    outlets = {
        "own": town.suzhou,
        "branch": UnitFactory(name="无锡网点", parent=town.east, lon="120.3", lat="31.5"),
        "other": UnitFactory(name="外地网点", parent=town.west, **place),
    }
    people = {name: person(town, outlet=outlet, km=2) for name, outlet in outlets.items()}
    set_help_reach(reach=reach, actor=town.admin)
    found = names(visit, lead)
    assert set(found) == {people[name] for name in seen}
    for stranger in set(people.values()) - set(found):
        with pytest.raises(Refused) as refused:
            ask(visit, lead, stranger)
        assert refused.value.code == "help.stranger"
        with pytest.raises(Refused):
            show_colleagues_number(order_id=visit.pk, asker=lead, colleague_id=stranger.pk)
    assert not HelpRequest.objects.exists()


def test_until_the_company_says_so_the_own_branch_is_asked(town, lead, visit):
    other = UnitFactory(name="外地网点", parent=town.west, lon="120.13", lat="30.2841")
    mine, _theirs = person(town), person(town, outlet=other)
    assert not HelpRule.objects.exists()
    assert names(visit, lead) == [mine]


def test_a_yes_makes_the_colleague_a_helper_whose_steps_are_paid(town, lead, visit):
    colleague = person(town, km=2)
    asked = ask(visit, lead, note="室外机支架")
    assert asked.colleague == colleague
    answer(asked)
    place = CrewMember.objects.get(work_order=visit)
    assert (place.installer, place.left_at) == (colleague, None)
    mark_step(order_id=visit.pk, seq=1, actor=lead.user)
    mark_step(order_id=visit.pk, seq=2, actor=colleague.user)
    parts = {part.installer_id: part.steps for part in parts_of(visit)}
    assert parts == {lead.pk: 1, colleague.pk: 1}
    assert told(lead) == ["help_accepted"]
    assert answer(asked).state == State.ACCEPTED
    assert CrewMember.objects.filter(work_order=visit).count() == 1


def test_after_a_no_the_next_is_asked_and_at_the_end_the_office(town, lead, visit):
    first, second = person(town, km=2), person(town, km=4)
    asked = ask(visit, lead)
    assert asked.colleague == first
    answer(asked, accepts=False, why="走不开")
    then = HelpRequest.objects.get(state=State.OPEN)
    assert (then.colleague, then.reason, then.is_automatic) == (second, "fault", True)
    answer(then, accepts=False)
    assert HelpRequest.objects.latest("pk").state == State.NOBODY
    assert "help_nobody" in told(type("P", (), {"user": town.dispatcher}))
    assert told(lead) == ["help_office"]
    codes = TimelineEvent.objects.filter(work_order=visit, code__startswith="help_")
    assert [event.code for event in codes.order_by("pk")] == [
        "help_asked", "help_declined", "help_asked", "help_declined", "help_nobody",
    ]  # fmt: skip


def test_who_was_named_and_declines_is_not_replaced_by_another(town, lead, visit):
    first, _second = person(town, km=2), person(town, km=4)
    answer(ask(visit, lead, first), accepts=False)
    assert not HelpRequest.objects.filter(state=State.OPEN).exists()
    assert told(lead) == ["help_no"]
    assert first not in names(visit, lead)


def test_without_an_answer_in_ten_minutes_the_next_is_asked_and_the_first_comes_too_late(
    town, lead, visit
):
    first, second = person(town, km=2), person(town, km=4)
    asked = ask(visit, lead)
    with clock.moved_to(MONDAY + timedelta(minutes=11)):
        with pytest.raises(Gone):
            answer(asked)
        assert expire_help() == 1
        assert HelpRequest.objects.get(state=State.OPEN).colleague == second
    with clock.moved_to(MONDAY + timedelta(minutes=22)):
        assert expire_help() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.colleague) == (State.EXPIRED, first)
    assert HelpRequest.objects.latest("pk").state == State.NOBODY


def test_one_is_asked_at_a_time(town, lead, visit):
    person(town), person(town)
    ask(visit, lead)
    with pytest.raises(Conflict):
        ask(visit, lead)


def test_who_is_being_asked_is_not_asked_by_another(town, lead, visit):
    colleague, other_lead = person(town, km=2), person(town, km=3)
    other = set_out(town, other_lead, 2)
    ask(visit, lead, colleague)
    assert colleague not in names(other, other_lead)


def test_before_setting_out_and_by_who_does_not_lead_nobody_is_asked(town, lead, visit):
    helper = person(town)
    early = waiting(town, 3)
    assign(order_id=early.pk, installer_id=lead.pk, actor=town.dispatcher)
    with pytest.raises(Refused) as refused:
        ask(early, lead)
    assert refused.value.code == "help.not_running"
    with pytest.raises(Refused) as refused:
        ask(visit, helper)
    assert refused.value.code == "help.not_lead"


def test_what_was_asked_is_void_when_the_visit_is_taken_away_and_stays_while_it_runs(
    town, lead, visit
):
    colleague = person(town)
    asked = ask(visit, lead)
    assert not end_void_help(order_id=visit.pk)
    assign(order_id=visit.pk, installer_id=colleague.pk, actor=town.dispatcher, reason="换人")
    with pytest.raises(Gone):
        answer(asked)
    assert end_void_help(order_id=visit.pk)
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN


def test_a_withdrawn_request_is_over(town, lead, visit):
    person(town)
    asked = ask(visit, lead)
    assert withdraw_help(order_id=visit.pk, actor=lead.user)
    assert not withdraw_help(order_id=visit.pk, actor=lead.user)
    with pytest.raises(Gone):
        answer(asked)


def test_only_who_was_asked_answers(town, lead, visit):
    person(town, km=2)
    stranger = person(town, km=5)
    asked = ask(visit, lead)
    with pytest.raises(Refused) as refused:
        answer_help(help_id=asked.pk, colleague=stranger, accepts=True)
    assert refused.value.code == "help.unknown"


def test_a_number_is_masked_and_each_look_noted(town, lead, visit, client):
    colleague = person(town, km=2, user__phone="13912345678")
    client.force_login(lead.user)
    page = client.get(reverse("dispatch-phone:help-people", args=[visit.number])).content.decode()
    assert colleague.user.display_name in page
    assert "13912345678" not in page
    shown = client.post(
        reverse("dispatch-phone:help-number", args=[visit.number, colleague.pk])
    ).content.decode()
    assert "tel:13912345678" in shown
    looked = AuditRecord.objects.get(action="contact.revealed")
    assert looked.actor_id == lead.user_id
    assert TimelineEvent.objects.filter(work_order=visit, code="help_number_shown").exists()


def test_the_asked_see_the_job_without_the_door_and_come_by_the_queue(town, lead, visit, client):
    colleague = person(town, km=2)
    asked = ask(visit, lead, note="室外机支架")
    client.force_login(colleague.user)
    page = client.get("/m/today/").content.decode()
    assert "室外机支架" in page
    assert "文三路" in page
    assert "8 号" not in page
    poll = client.get("/m/help/", HTTP_HX_REQUEST="true")
    again = client.get("/m/help/", {"stamp": poll["X-Stamp"]}, HTTP_HX_REQUEST="true")
    assert (poll.status_code, again.status_code) == (200, 204)
    sent = client.post(
        reverse("dispatch-phone:help-answer", args=[asked.pk]),
        {"accepts": "yes"},
        headers={"idempotency-key": "help-1", "x-outbox": "1"},
    )
    assert sent.json() == {"ok": True, "next": f"/m/today/{visit.number}/"}
    assert client.get(f"/m/today/{visit.number}/").status_code == 200


def test_the_order_shows_the_desk_whom_the_installer_asked(town, lead, visit, client):
    colleague = person(town, km=2)
    ask(visit, lead, note="室外机支架")
    client.force_login(town.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[visit.number])).content.decode()
    assert "室外机支架" in page
    assert f"→ {colleague.user.display_name}" in page


def test_the_list_costs_the_same_for_one_and_for_thirty(town, lead, visit):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            colleagues_for(visit, asker=lead)
        return len(seen)

    finished(town, person(town), 60)
    colleagues_for(visit, asker=lead)
    one = queries()
    for n in range(30):
        person(town, km=1 + n / 5)
    assert queries() == one


def test_only_the_leads_visit_page_offers_help(town, lead, visit, client):
    helper = person(town, km=2)
    answer(ask(visit, lead, helper))
    client.force_login(lead.user)
    assert 'id="x-help"' in client.get(f"/m/today/{visit.number}/").content.decode()
    client.force_login(helper.user)
    assert 'id="x-help"' not in client.get(f"/m/today/{visit.number}/").content.decode()
    refused = client.post(
        reverse("dispatch-phone:help-ask", args=[visit.number]),
        {"reason": "fault"},
        headers={"idempotency-key": "help-2", "x-outbox": "1"},
    )
    assert refused.status_code == 404


def test_headquarters_alone_says_whose_people_are_asked(town, client):
    client.force_login(town.admin)
    address = reverse("dispatch:help-rule")
    assert client.get(address).status_code == 200
    assert client.post(address, {"reach": "near"}).status_code == 302
    assert HelpRule.objects.get().reach == "near"
    client.force_login(town.dispatcher)
    assert client.post(address, {"reach": "outlet"}).status_code == 403


@pytest.mark.commits
def test_two_visits_that_ask_at_once_ask_two_colleagues(town, lead, visit, tenant):
    first, second = person(town, km=2), person(town, km=4)
    other_lead = person(town, km=3)
    other = set_out(town, other_lead, 2)
    for each in (lead, other_lead):  # none of them may be sent to the other
        each.skills.all().delete()
    found = at_once(tenant, [lambda: ask(visit, lead), lambda: ask(other, other_lead)])
    assert {each.colleague_id for each in found} == {first.pk, second.pk}
    assert HelpRequest.objects.filter(state=State.OPEN).count() == 2


@pytest.mark.commits
def test_of_two_who_name_the_same_colleague_at_once_one_is_told_that_it_is_too_late(
    town, lead, visit, tenant
):
    colleague, other_lead = person(town, km=2), person(town, km=3)
    other = set_out(town, other_lead, 2)
    calls = [lambda: ask(visit, lead, colleague), lambda: ask(other, other_lead, colleague)]
    found = at_once(tenant, calls)
    assert sorted(getattr(each, "code", "asked") for each in found) == ["asked", "help.stranger"]
    assert HelpRequest.objects.count() == 1


def test_a_yes_of_who_may_not_come_any_more_is_a_no_and_the_next_is_asked(
    town, lead, visit, client
):
    first, second = person(town, km=2), person(town, km=4)
    asked = ask(visit, lead)
    first.skills.all().delete()
    client.force_login(first.user)
    sent = client.post(
        reverse("dispatch-phone:help-answer", args=[asked.pk]),
        {"accepts": "yes"},
        headers={"idempotency-key": "help-3", "x-outbox": "1"},
    )
    assert sent.status_code == 422
    asked.refresh_from_db()
    assert asked.state == State.DECLINED
    assert sent.json()["error"]["message"] == asked.answer != ""
    assert not CrewMember.objects.filter(work_order=visit).exists()
    assert HelpRequest.objects.get(state=State.OPEN).colleague == second


def test_who_may_be_asked_is_who_could_be_sent(town, lead, visit):
    """A certificate that ends before the work does: sending refuses it, so nobody asks."""
    body = replace(INSTALL_BODY, certificates=("electrician",))
    visit.item_version = publish_item(body=body, industry="家电", actor=None)
    visit.save(update_fields=["item_version"])
    ends, lasts = person(town, km=2), person(town, km=4)
    certify(ends, "electrician", MONDAY.date())
    certify(lasts, "electrician", MONDAY.date() + timedelta(days=90))
    with clock.moved_to(MONDAY.replace(hour=23, minute=50)):
        assert ends not in names(visit, lead)

"""Money follows when the work was done: by the phone's word, and by each visit for itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from common import clock
from settlement.facts import job_facts
from settlement.models import Settlement, StatementPeriod
from settlement.services.periods import period_of
from settlement.statements.checks import Findings, find
from tests.factories import InstallerFactory
from tests.settlement.company import hear
from tests.settlement.statement_cast import computed
from tests.workorders import walking
from tests.workorders.world import open_order, photo, shop_order, signature
from workorders.models import StageStay, WorkOrder
from workorders.services.check_ins import check_in
from workorders.services.evidence import mark_step
from workorders.services.progress import assign_installer

if TYPE_CHECKING:
    from tests.settlement.company import Company

SPOT = {"latitude": "30.2841", "longitude": "120.1244", "accuracy": "9"}


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def agreed(company: Company, start: str, end: str, *, since: str) -> WorkOrder:
    """An order accepted and booked for a window, with its installer under way."""
    with clock.moved_to(china(since)):
        order = open_order(company.world, shop_order(number=f"E{start}"))
        order = walking.assign(order, company.world)
        me = company.installer.user
        walking.step(order, "accept", me)
        walking.step(order, "book", me, appointment=(china(start), china(end)))
        walking.step(order, "set_out", me)
    return order


def come(order: WorkOrder, company: Company, at: str) -> None:
    with clock.moved_to(china(at)):
        me = order.installer.user
        check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
        walking.step(order, "arrive", me)


def go(order: WorkOrder, key: str, at: str, **answers: object) -> None:
    with clock.moved_to(china(at)):
        walking.step(order, key, order.installer.user, **answers)


def leave(order: WorkOrder, company: Company, at: str) -> Settlement:
    with clock.moved_to(china(at)):
        walking.leave(order, company.world)
        hear()
    order.refresh_from_db()
    return Settlement.objects.get(work_order=order, status="active")


def offline(client, order: WorkOrder, company: Company, *, says_when: bool) -> Settlement:
    """Let a phone send at 22:10 an arrival of 09:00, all proofs, and a completion of 10:30."""
    client.force_login(company.installer.user)

    def url(name: str, *more: str) -> str:
        return reverse(f"workorders-phone:{name}", args=[order.number, *more])

    deeds = [
        (url("job-arrive", "arrive"), "09:00", SPOT),
        (url("job-step"), "09:20", {"seq": "1", "done": "1"}),
        (url("job-step"), "10:00", {"seq": "2", "done": "1"}),
        (url("job-photo"), "09:21", {"seq": "1", "label": "铭牌照", "photo": photo(10)}),
        (url("job-photo"), "10:01", {"seq": "2", "label": "完工照", "photo": photo(90)}),
        (url("job-photo"), "10:02", {"seq": "2", "label": "完工照", "photo": photo(200)}),
        (url("job-signature"), "10:20", {"signature": signature()}),
        (url("job-move", "complete"), "10:30", {"confirmed": "on"}),
    ]
    now = china("2026-11-03T22:10")
    for n, (address, at, fields) in enumerate(deeds):
        headers = {"X-Outbox": "1", "Idempotency-Key": f"{order.pk}-{n}"}
        if says_when:
            age = now - china(f"2026-11-03T{at}")
            headers["X-Happened-Ago"] = str(age // timedelta(milliseconds=1))
        with clock.moved_to(now):
            answer = client.post(address, fields, headers=headers)
        assert answer.status_code == 200, answer.content.decode()
    with clock.moved_to(now):
        hear()
    order.refresh_from_db()
    return Settlement.objects.get(work_order=order, status="active")


def fen(settlement: Settlement, code: str) -> int:
    return sum(line.amount_fen for line in settlement.lines.filter(code=code))


# Without network


def test_a_morning_sent_at_night_is_paid_as_a_morning(company: Company, client) -> None:
    order = agreed(company, "2026-11-03T08:00", "2026-11-03T08:45", since="2026-11-03T07:00")
    settlement = offline(client, order, company, says_when=True)
    facts = settlement.facts
    assert (facts["work_min"], facts["delay_min"], facts["response_min"]) == (90, 15, 120)
    assert (facts["night"], fen(settlement, "NIGHT")) == (False, 0)
    assert settlement.gross_fen == 24_112  # as any such order in the afternoon
    assert settlement.done_on == date(2026, 11, 3)
    assert (order.started_at, order.completed_at) == (
        china("2026-11-03T09:00"),
        china("2026-11-03T10:30"),
    )


def test_a_phone_that_does_not_say_when_is_paid_for_when_it_sent(company: Company, client) -> None:
    """What the age in the post is for: the same evening without it is night work and half a day late."""
    order = agreed(company, "2026-11-03T08:00", "2026-11-03T08:45", since="2026-11-03T07:00")
    settlement = offline(client, order, company, says_when=False)
    assert fen(settlement, "NIGHT") == 0  # a minute: less than a quarter of an hour
    assert settlement.facts["night"]
    assert settlement.facts["delay_min"] == 805


def test_work_done_in_a_locked_month_and_sent_later_lands_in_the_next_open_one(
    company: Company, client
) -> None:
    for day in (date(2026, 11, 1), date(2026, 12, 1)):
        period = period_of(day)
        period.state = StatementPeriod.State.LOCKED
        period.save()
    order = agreed(company, "2026-11-03T08:00", "2026-11-03T09:00", since="2026-11-03T07:00")
    settlement = offline(client, order, company, says_when=True)
    assert settlement.is_late
    assert (settlement.done_on, str(settlement.period)) == (date(2026, 11, 3), "2027-01")


def test_finance_sees_which_settled_orders_have_times_their_phone_tells_otherwise(
    company: Company, client
) -> None:
    order = agreed(company, "2026-11-03T08:00", "2026-11-03T09:00", since="2026-11-03T09:30")
    settlement = offline(client, order, company, says_when=True)
    assert settlement.facts["work_min"] == 60  # not from before the order was theirs
    found = {check.code: check for check in find(settlement.period, Findings())}
    assert found["bounded"].examples == (order.number,)
    client.force_login(company.finance)
    page = client.get(reverse("settlement:slip-detail", args=[settlement.pk])).content.decode()
    assert "手机" in page
    computed(company.finance, settlement.period)
    address = reverse("settlement:recompute-visits", args=[settlement.pk])
    assert address in page
    closing = client.get(reverse("settlement:run-detail", args=[settlement.period]))
    assert f'<a href="{address}">' in closing.content.decode()
    flagged = order.timeline.filter(code="time_bounded").order_by("pk")
    assert [event.params["stage"] for event in flagged] == ["en_route", "on_site"]  # once a stage


# Visits


def test_the_days_between_two_visits_are_nobodys_work(company: Company) -> None:
    order = agreed(company, "2026-11-06T17:00", "2026-11-06T18:00", since="2026-11-06T09:00")
    come(order, company, "2026-11-06T17:00")  # a Friday
    later = china("2026-11-09T09:00")
    go(order, "hold", "2026-11-06T17:30", reason="缺配件", next_contact_at=later)
    go(order, "resume", "2026-11-09T09:00")
    window = (china("2026-11-09T09:30"), china("2026-11-09T10:30"))
    go(order, "book", "2026-11-09T09:05", appointment=window)
    go(order, "set_out", "2026-11-09T09:20")
    come(order, company, "2026-11-09T10:00")
    settlement = leave(order, company, "2026-11-09T11:00")
    facts = settlement.facts
    assert facts["work_min"] == 90
    assert [(part[0], part[2], part[3], part[4]) for part in facts["visits"]] == [
        ("2026-11-06", "workday", 1020, 1050),
        ("2026-11-09", "workday", 600, 660),
    ]
    assert (facts["night"], fen(settlement, "NIGHT"), fen(settlement, "HOLIDAY")) == (False, 0, 0)
    assert settlement.gross_fen == 24_112
    assert facts["delay_min"] == 0


@pytest.mark.parametrize(
    ("back", "left", "night", "delay"),
    [("2026-11-09T10:40", "2026-11-09T11:10", 0, 10), ("2026-11-09T22:30", "2026-11-09T23:00", 1, 720)],
)  # fmt: skip
def test_each_visit_is_measured_by_the_window_that_was_agreed_for_it(
    company: Company, back: str, left: str, night: int, delay: int
) -> None:
    order = agreed(company, "2026-11-06T16:00", "2026-11-06T17:00", since="2026-11-06T09:00")
    come(order, company, "2026-11-06T16:30")
    window = (china("2026-11-09T09:30"), china("2026-11-09T10:30"))
    go(order, "reschedule", "2026-11-06T17:30", reason="缺配件", appointment=window)
    come(order, company, back)
    settlement = leave(order, company, left)
    facts = settlement.facts
    assert (facts["work_min"], facts["delay_min"], int(facts["night"])) == (90, delay, night)
    assert (fen(settlement, "NIGHT") > 0) is bool(night)


def test_coming_back_the_same_day_is_no_delay(company: Company) -> None:
    order = agreed(company, "2026-11-06T09:00", "2026-11-06T10:00", since="2026-11-05T09:00")
    come(order, company, "2026-11-06T09:30")
    later = china("2026-11-06T15:00")
    go(order, "hold", "2026-11-06T10:00", reason="缺配件", next_contact_at=later)
    go(order, "resume", "2026-11-06T14:00")
    come(order, company, "2026-11-06T15:00")
    facts = leave(order, company, "2026-11-06T15:30").facts
    assert (facts["work_min"], facts["delay_min"]) == (60, 0)


def test_who_takes_over_is_measured_by_their_own_assignment_and_arrival(company: Company) -> None:
    """The one before was there for half an hour, finished nothing and is not paid."""
    other = InstallerFactory(outlet=company.installer.outlet)
    with clock.moved_to(china("2026-11-04T09:00")):
        order = open_order(company.world, shop_order(number="E-over"))
        assign_installer(order_id=order.pk, installer=other, actor=company.world.dispatcher)
        walking.step(order, "accept", other.user)
        window = (china("2026-11-04T10:00"), china("2026-11-04T11:00"))
        walking.step(order, "book", other.user, appointment=window)
        walking.step(order, "set_out", other.user)
    order.refresh_from_db()
    come(order, company, "2026-11-04T13:00")
    desk, later = company.world.dispatcher, china("2026-11-05T09:00")
    with clock.moved_to(china("2026-11-04T13:30")):
        walking.step(order, "hold", desk, reason="无法完成", next_contact_at=later)
        walking.step(order, "requeue", desk, reason="换人")
    with clock.moved_to(china("2026-11-05T09:00")):
        order = walking.assign(order, company.world)
        me = company.installer.user
        walking.step(order, "accept", me)
        window = (china("2026-11-05T10:00"), china("2026-11-05T11:00"))
        walking.step(order, "book", me, appointment=window)
        walking.step(order, "set_out", me)
    come(order, company, "2026-11-05T10:30")
    facts = leave(order, company, "2026-11-05T11:15").facts
    assert (facts["work_min"], facts["response_min"], facts["delay_min"]) == (45, 90, 0)


def test_the_visit_of_who_finished_a_step_before_is_part_of_the_work(company: Company) -> None:
    order = agreed(company, "2026-11-04T09:00", "2026-11-04T10:00", since="2026-11-04T08:00")
    first = company.installer
    come(order, company, "2026-11-04T09:00")
    with clock.moved_to(china("2026-11-04T09:20")):
        mark_step(order_id=order.pk, seq=1, actor=first.user)
    desk, later = company.world.dispatcher, china("2026-11-05T09:00")
    with clock.moved_to(china("2026-11-04T09:40")):
        walking.step(order, "hold", desk, reason="生病", next_contact_at=later)
        walking.step(order, "requeue", desk, reason="换人")
    other = InstallerFactory(outlet=first.outlet)
    with clock.moved_to(china("2026-11-05T09:00")):
        assign_installer(order_id=order.pk, installer=other, actor=desk)
        walking.step(order, "accept", other.user)
    order = WorkOrder.objects.get(pk=order.pk)
    come(order, company, "2026-11-05T10:00")
    order = WorkOrder.objects.get(pk=order.pk)
    with clock.moved_to(china("2026-11-05T10:30")):
        facts = job_facts(order=order, installer=other)
    assert (facts.work_min, facts.response_min) == (70, 60)


def test_stays_from_before_their_meaning_was_kept_are_read_by_their_flow(company: Company) -> None:
    order = agreed(company, "2026-11-06T16:00", "2026-11-06T17:00", since="2026-11-06T09:00")
    come(order, company, "2026-11-06T16:30")
    settlement = leave(order, company, "2026-11-06T17:30")
    StageStay.objects.filter(work_order=order).update(meaning="", installer=None)
    again = job_facts(order=order, installer=order.installer)
    assert (again.work_min, again.response_min) == (60, 450)
    assert again.work_min == settlement.facts["work_min"]


def test_an_order_without_any_stay_on_site_counts_from_its_start(company: Company) -> None:
    order = agreed(company, "2026-11-06T16:00", "2026-11-06T17:00", since="2026-11-06T09:00")
    come(order, company, "2026-11-06T16:30")
    leave(order, company, "2026-11-06T17:30")
    StageStay.objects.filter(work_order=order).delete()
    assert job_facts(order=order, installer=order.installer).work_min == 60

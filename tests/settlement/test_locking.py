"""What is behind is made anew in the background before a period is locked, and never in the request."""

from __future__ import annotations

import pytest
from django.test import Client

from common import clock
from common.errors import Conflict
from common.outbox import drain
from settlement.models import StatementRun
from settlement.services.parties import installer_party
from settlement.statements import locking
from settlement.statements.locking import advance_lock, lock_period
from settlement.statements.payees import posted
from settlement.statements.run import STUCK_AFTER, start_run
from tests.factories import UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import BULK, adjust, computed, lock, statement_of


def asked(company: Company, amount_fen: int = 777) -> StatementRun:
    """A lock that was asked for after a posting the run does not know."""
    settled(company)
    run = computed(company.finance)
    adjust(installer_party(company.installer), amount_fen)
    period = lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    assert period.state == "open"
    run.refresh_from_db()
    return run


def test_a_lock_with_nothing_behind_is_there_at_once(company: Company) -> None:
    settled(company)
    run = computed(company.finance)
    period = lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    assert period.state == "locked"


def test_the_request_only_asks_and_the_background_makes_anew_and_locks(company: Company) -> None:
    run = asked(company)
    party = installer_party(company.installer)
    before = statement_of(party).total_fen
    assert (run.is_locking, run.lock_total, run.lock_done) == (True, 1, 0)
    drain(queues=BULK, strict=True)
    run.refresh_from_db()
    assert (run.state, run.period.state, run.lock_done) == ("locked", "locked", 1)
    assert run.period.locked_by == company.finance
    assert statement_of(party).total_fen == before + 777


def test_another_person_reads_who_is_having_it_locked_and_no_run_begins(company: Company) -> None:
    run = asked(company)
    other = UserFactory(role=company.finance.role, unit=company.world.hq)
    with pytest.raises(Conflict, match=company.finance.display_name):
        lock_period(period_id=run.period_id, typed=str(run.period), actor=other)
    with pytest.raises(Conflict, match=company.finance.display_name):
        start_run(period_id=run.period_id, actor=other)
    again = lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    run.refresh_from_db()
    assert (again.state, run.lock_turn) == ("open", 1)


def test_what_is_posted_between_two_steps_is_in_the_locked_statements(company: Company) -> None:
    run = asked(company)
    party = installer_party(company.installer)
    advance_lock(run_id=run.pk, turn=1, after_party_id=0)
    adjust(party, 333, key="adjust:2")
    drain(queues=BULK, strict=True)
    run.refresh_from_db()
    assert run.state == "locked"
    assert statement_of(party).total_fen == posted(run.period)[party.pk].total_fen


def test_a_step_that_runs_twice_and_one_of_an_earlier_request_do_no_harm(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "CHUNK", 1)
    run = asked(company)
    for _time in range(2):
        advance_lock(run_id=run.pk, turn=1, after_party_id=0)
    drain(queues=BULK, strict=True)
    run.refresh_from_db()
    assert run.state == "locked"
    assert advance_lock(run_id=run.pk, turn=0, after_party_id=0).state == "locked"


def test_a_lock_that_stands_still_is_taken_up_by_whoever_asks_again(company: Company) -> None:
    run = asked(company)
    other = UserFactory(role=company.finance.role, unit=company.world.hq)
    with clock.moved_to(clock.now() + STUCK_AFTER * 2):
        period = lock(other, run.period)
    assert (period.state, period.locked_by) == ("locked", other)


def test_a_lock_that_is_forbidden_on_the_way_stops_and_the_page_says_so(
    company: Company, client: Client
) -> None:
    run = asked(company)
    StatementRun.objects.filter(pk=run.pk).update(checks={**run.checks, "broken": ["I1: 差 1 分"]})
    drain(queues=BULK, strict=True)
    run.refresh_from_db()
    assert (run.state, run.lock_stopped, run.period.state) == ("review", "period.blocked", "open")
    client.force_login(company.finance)
    page = client.get(f"/settlement/runs/{run.period}/").content.decode()
    assert 'id="lock-stopped"' in page
    assert "lock-typed" in page


def test_the_page_shows_how_far_the_lock_is_and_loads_anew_at_its_end(
    company: Company, client: Client
) -> None:
    settled(company)
    run = computed(company.finance)
    adjust(installer_party(company.installer), 777)
    client.force_login(company.finance)
    address = f"/settlement/runs/{run.period}/"
    asking = client.post(
        f"{address}lock/", {"typed": str(run.period)}, headers={"HX-Request": "true"}
    )
    assert asking.status_code == 204
    page = client.get(address).content.decode()
    assert ("0 / 1" in page, "lock-typed" in page) == (True, False)
    assert company.finance.display_name in page
    polled = client.get(f"{address}closing/", headers={"HX-Request": "true"})
    assert (polled.status_code, "closing-lock" in polled.content.decode()) == (200, True)
    drain(queues=BULK, strict=True)
    assert "closing-lock" not in client.get(address).content.decode()

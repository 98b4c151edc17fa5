"""Statements chosen in the list of a period become one ZIP of who chose them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from accounts.roles import Role
from common.outbox import drain
from settlement.models import Statement, StatementBatch, StatementRun
from settlement.statements.batch import advance_batch, start_batch, start_chosen
from settlement.statements.selectors import run_statements
from tests.factories import UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import computed, lock


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw PDFs as two words each."""
    monkeypatch.setattr("settlement.statements.files.render_pdf", lambda html: b"%PDF-1.7 x")


@pytest.fixture
def run(company: Company) -> StatementRun:
    settled(company)
    return computed(company.finance)


def at(run: StatementRun, end: str = "") -> str:
    return f"/settlement/runs/{run.period}/chosen/{end}"


def choose(client: Any, run: StatementRun, *statements: Statement) -> Any:
    posted = {"statement": [one.pk for one in statements], "_idempotency_key": "k"}
    return client.post(at(run, "start/"), posted)


def the_first(run: StatementRun, most: int) -> list[Statement]:
    return list(run.statements.order_by("pk")[:most])


def test_the_zip_holds_the_chosen_statements_and_their_sums_alone(
    company: Company, client: Any, run: StatementRun
) -> None:
    two = the_first(run, 2)
    others = run.statements.exclude(pk__in=[one.pk for one in two])
    left = list(others.values_list("number", flat=True))
    assert left
    client.force_login(company.finance)
    assert choose(client, run, *two).status_code == 302
    drain(queues=("bulk",), strict=True)
    answer = client.get(at(run, "file/"))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        kept = archive.namelist()
        table = archive.read(f"{run.period}.csv").decode()
    papers = sorted(name for name in kept if name.endswith(".pdf"))
    assert [name.split("-")[0:3] for name in papers] == sorted(
        one.number.split("-")[0:3] for one in two
    )
    assert all(one.number in table for one in two)
    assert not any(number in table for number in left)


def test_choosing_leaves_the_zip_of_all_as_it_is(company: Company, run: StatementRun) -> None:
    whole = start_batch(run_id=run.pk, actor=company.finance)
    start_chosen(run_id=run.pk, statement_ids=[the_first(run, 1)[0].pk], actor=company.finance)
    drain(queues=("bulk",), strict=True)
    whole.refresh_from_db()
    assert (whole.state, whole.done) == ("ready", run.statements.count())
    assert StatementBatch.objects.count() == 2
    start_batch(run_id=run.pk, actor=company.finance)
    assert StatementBatch.objects.exclude(chosen=[]).count() == 1


def test_a_new_choice_takes_the_place_of_the_own_last_one_and_of_nobody_elses(
    company: Company, run: StatementRun
) -> None:
    first, second = the_first(run, 2)
    other = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    kept = start_chosen(run_id=run.pk, statement_ids=[first.pk], actor=other)
    old = start_chosen(run_id=run.pk, statement_ids=[first.pk], actor=company.finance)
    again = start_chosen(run_id=run.pk, statement_ids=[first.pk], actor=company.finance)
    new = start_chosen(run_id=run.pk, statement_ids=[second.pk], actor=company.finance)
    assert (again.pk, new.chosen) == (old.pk, [second.pk])
    assert set(StatementBatch.objects.values_list("pk", flat=True)) == {kept.pk, new.pk}


def test_each_has_the_own_choice_and_stops_and_fetches_no_other(
    company: Company, client: Any, run: StatementRun
) -> None:
    start_chosen(run_id=run.pk, statement_ids=[the_first(run, 1)[0].pk], actor=company.finance)
    client.force_login(UserFactory(role=Role.FINANCE, unit=company.world.hq))
    for end in ("cancel/", "resume/"):
        assert client.post(at(run, end), {"_idempotency_key": end}).status_code == 404
    assert client.get(at(run, "file/")).status_code == 404
    assert StatementBatch.objects.get().state == "making"


def test_what_one_may_not_read_is_neither_chosen_nor_sent(
    company: Company, client: Any, run: StatementRun
) -> None:
    manager = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    mine = list(run_statements(actor=manager, run=run).order_by("pk"))
    hidden = run.statements.exclude(pk__in=[one.pk for one in mine]).first()
    assert mine
    assert hidden is not None
    client.force_login(manager)
    assert choose(client, run, *mine, hidden).status_code == 409
    assert not StatementBatch.objects.exists()
    start_chosen(run_id=run.pk, statement_ids=[one.pk for one in mine], actor=manager)
    drain(queues=("bulk",), strict=True)
    assert client.get(at(run, "file/")).status_code == 200
    manager.unit = company.world.west
    manager.save()
    assert client.get(at(run, "file/")).status_code == 404


@pytest.mark.parametrize("typed", [[], ["²"], ["9" * 20], ["x"]])
def test_nothing_chosen_is_refused_in_words(
    company: Company, client: Any, run: StatementRun, typed: list[str]
) -> None:
    client.force_login(company.finance)
    client.cookies["lang"] = "en"
    answer = client.post(at(run, "start/"), {"statement": typed, "_idempotency_key": "k"})
    assert answer.status_code == 422
    assert "Choose at least one statement" in answer.content.decode()


def test_a_choice_of_before_the_period_was_computed_again_is_refused_with_how_many_are_gone(
    company: Company, client: Any, run: StatementRun
) -> None:
    old = the_first(run, 2)
    computed(company.finance)
    client.force_login(company.finance)
    client.cookies["lang"] = "en"
    answer = choose(client, run, *old)
    assert answer.status_code == 409
    assert "2 of the chosen statements are not there any more" in answer.content.decode()


def test_a_stopped_choice_goes_on_where_it_stopped(
    company: Company, client: Any, run: StatementRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settlement.statements.batch.LINES_A_STEP", 0)
    client.force_login(company.finance)
    choose(client, run, *the_first(run, 2))
    batch = StatementBatch.objects.get()
    advance_batch(batch_id=batch.pk, turn=1, after_id=0)
    client.post(at(run, "cancel/"), {"_idempotency_key": "c"})
    drain(queues=("bulk",), strict=True)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("cancelled", 1)
    client.post(at(run, "resume/"), {"_idempotency_key": "r"})
    drain(queues=("bulk",), strict=True)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("ready", 2)


def test_chosen_drafts_do_not_outlive_the_lock(company: Company, run: StatementRun) -> None:
    start_chosen(run_id=run.pk, statement_ids=[the_first(run, 1)[0].pk], actor=company.finance)
    lock(company.finance, run.period)
    assert not StatementBatch.objects.exists()


def test_the_poll_of_a_choice_gets_204_until_it_got_further(
    company: Company, client: Any, run: StatementRun
) -> None:
    client.force_login(company.finance)
    choose(client, run, *the_first(run, 1))
    page = client.get(f"/settlement/runs/{run.period}/")
    asked = {"stamp": page.context["chosen"].stamp}
    poll = {"HTTP_HX_REQUEST": "true"}
    assert client.get(at(run), asked, **poll).status_code == 204
    drain(queues=("bulk",), strict=True)
    answer = client.get(at(run), asked, **poll)
    assert answer.status_code == 200
    assert at(run, "file/") in answer.content.decode()

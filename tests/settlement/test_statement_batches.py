"""All PDFs of a run become one ZIP, in steps that may be stopped, resumed and repeated."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.roles import Role
from common.errors import Conflict, Gone, Refused
from common.outbox import drain
from common.outbox.execution import execute
from common.outbox.models import OutboxRow
from settlement.closing.steps import reopen_period
from settlement.models import Statement, StatementBatch, StatementRun
from settlement.services.parties import installer_party, unit_party
from settlement.statements import batch as batches
from settlement.statements.batch import (
    BatchStep,
    advance_batch,
    batch_file,
    cancel_batch,
    resume_batch,
    start_batch,
)
from settlement.statements.files import make_file
from settlement.statements.locking import lock_period
from settlement.statements.reading import read_sheet
from settlement.statements.workbook import sheet_xlsx, statements_xlsx
from tests.factories import InstallerFactory, UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust, computed, locked, more_lines, statement_of


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw PDFs as two words each, one statement a step."""
    monkeypatch.setattr("settlement.statements.files.render_pdf", lambda html: b"%PDF-1.7 x")
    monkeypatch.setattr(batches, "LINES_A_STEP", 1)


def locked_run(company: Company) -> StatementRun:
    settled(company)
    return locked(company.finance).runs.get()


def names(batch: StatementBatch) -> list[str]:
    batch.refresh_from_db()
    with batch_file(batch) as stored, zipfile.ZipFile(io.BytesIO(stored.read())) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_stopped_batch_goes_on_where_it_stopped_and_ends_in_one_whole_zip(
    company: Company, quick: None
) -> None:
    run = locked_run(company)
    OutboxRow.objects.filter(topic="PeriodLocked").delete()
    batch = start_batch(run_id=run.pk, actor=company.finance)
    assert start_batch(run_id=run.pk, actor=company.finance).pk == batch.pk
    assert advance_batch(batch_id=batch.pk, turn=1, after_id=0) is BatchStep.GOES_ON
    batch.refresh_from_db()
    step = advance_batch(batch_id=batch.pk, turn=1, after_id=batch.last_id)
    assert step is BatchStep.GOES_ON
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (2, "making")
    cancel_batch(batch_id=batch.pk, actor=company.finance)
    drain(queues=("bulk",), strict=True)
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (2, "cancelled")
    resume_batch(batch_id=batch.pk, actor=company.finance)
    drain(queues=("bulk",), strict=True)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("ready", batch.total)
    kept = names(batch)
    assert len([one for one in kept if one.endswith(".pdf")]) == batch.total == len(kept) - 2
    number = statement_of(installer_party(company.installer)).number
    assert f"{number}-{company.installer.user.display_name}.pdf" in kept
    with pytest.raises(Conflict):
        cancel_batch(batch_id=batch.pk, actor=company.finance)


def test_a_worker_killed_in_the_middle_of_a_batch_costs_one_step_that_is_made_again(
    company: Company, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = locked_run(company)
    batch = start_batch(run_id=run.pk, actor=company.finance)
    row = OutboxRow.objects.get(topic="StatementBatchAdvanced", done_at=None)

    class KilledError(BaseException):
        """What a process cannot survive."""

    def die(html: str) -> bytes:
        raise KilledError

    with monkeypatch.context() as broken:
        broken.setattr("settlement.statements.files.render_pdf", die)
        with pytest.raises(KilledError):
            execute(row.pk)
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (0, "making")
    OutboxRow.objects.filter(pk=row.pk).update(lease_until=None)
    drain(queues=("bulk",), strict=True)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("ready", batch.total)
    # A message that arrives a second time finds its step done.
    assert advance_batch(batch_id=batch.pk, turn=1, after_id=0) is BatchStep.LEFT_ALONE
    assert advance_batch(batch_id=batch.pk + 1, turn=1, after_id=0) is BatchStep.DROPPED


def test_a_machine_that_cannot_print_fails_the_step_where_it_is_seen(
    company: Company, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = start_batch(run_id=locked_run(company).pk, actor=company.finance)
    # The operating system's answer, not our code, is what is replaced here.
    monkeypatch.setattr("common.machine.system_packages._loads", lambda _library: False)
    assert advance_batch(batch_id=batch.pk, turn=1, after_id=0) is BatchStep.UNPRINTABLE
    row = OutboxRow.objects.get(topic="StatementBatchAdvanced", done_at=None)
    outcome, error = execute(row.pk)
    batch.refresh_from_db()
    assert (outcome, batch.done, batch.state) == ("failed", 0, "making")
    assert "libpango" in str(error)


@pytest.mark.parametrize("is_ready", [True, False])
def test_a_zip_of_drafts_and_its_files_do_not_outlive_the_lock(
    company: Company, quick: None, is_ready: bool
) -> None:
    settled(company)
    run = computed(company.finance)
    batch = start_batch(run_id=run.pk, actor=company.finance)
    if is_ready:
        drain(queues=("bulk",), strict=True)
    else:
        advance_batch(batch_id=batch.pk, turn=1, after_id=0)
    assert run.statements.exclude(pdf="").exists()
    lock_period(period_id=run.period_id, typed=str(run.period), actor=company.finance)
    assert not StatementBatch.objects.exists()
    assert not run.statements.exclude(pdf="").exists()
    drain(queues=("bulk",), strict=True)
    assert not OutboxRow.objects.filter(topic="StatementBatchAdvanced", done_at=None).exists()
    with pytest.raises(Gone):
        cancel_batch(batch_id=batch.pk, actor=company.finance)


def test_what_is_superseded_gets_neither_new_figures_nor_a_file(
    company: Company, quick: None
) -> None:
    run = locked_run(company)
    party = installer_party(company.installer)
    old = statement_of(party)
    batch = start_batch(run_id=run.pk, actor=company.finance)
    third = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    reopen_period(period_id=run.period_id, reason="x", actor=third)
    adjust(party, 500)
    drain(queues=("bulk",), strict=True)
    make_file(statement_id=old.pk)
    kept = Statement.objects.get(pk=old.pk)
    assert (kept.total_fen, kept.sha256, kept.pdf.name) == (old.total_fen, old.sha256, "")
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (0, "making")


def test_a_damaged_file_is_made_anew_before_it_goes_into_the_zip(
    company: Company, quick: None
) -> None:
    run = locked_run(company)
    drain(queues=("bulk",), strict=True)
    statement = statement_of(installer_party(company.installer))
    with open(statement.pdf.path, "wb") as file:
        file.write(b"broken")
    batch = start_batch(run_id=run.pk, actor=company.finance)
    drain(queues=("bulk",), strict=True)
    with batch_file(StatementBatch.objects.get(pk=batch.pk)) as stored:
        archive = zipfile.ZipFile(io.BytesIO(stored.read()))
        found = [one for one in archive.namelist() if one.startswith(statement.number)]
        assert archive.read(found[0]).startswith(b"%PDF")


def test_people_of_a_branch_get_no_zip_of_the_company(company: Company, client: Any) -> None:
    run = locked_run(company)
    outsider = UserFactory(role=Role.FINANCE, unit=company.world.east)
    with pytest.raises(Refused) as refused:
        start_batch(run_id=run.pk, actor=outsider)
    assert refused.value.code == "books.headquarters"
    client.force_login(outsider)
    assert client.get(f"/settlement/runs/{run.period}/batch/file/").status_code in {404, 422}
    client.force_login(company.manager)
    assert client.get(f"/settlement/runs/{run.period}/batch/file/").status_code == 403


def test_a_workbook_holds_numbers_of_yuan_and_never_a_formula(company: Company) -> None:
    settlement = settled(company)
    party = installer_party(company.installer)
    more_lines(settlement, party, 3, label='=HYPERLINK("http://x","y")')
    run = computed(company.finance)
    sheet = read_sheet(party=party, period=run.period)
    book = load_workbook(io.BytesIO(sheet_xlsx(sheet)))
    page = book.worksheets[0]
    assert page.freeze_panes == "A2"
    rows = list(page.iter_rows(min_row=2))
    assert len(rows) == len(sheet.lines) + 1
    evil = [cell for row in rows for cell in row if str(cell.value).startswith("=")]
    assert len(evil) == 3
    assert {cell.data_type for cell in evil} == {"s"}
    amounts = [row[11] for row in rows]
    assert {cell.data_type for cell in amounts} == {"n"}
    assert [round(cell.value * 100) for cell in amounts[:-1]] == [
        line.amount_fen for line in sheet.lines
    ]
    assert round(amounts[-1].value * 100) == sheet.total_fen
    run_book = load_workbook(
        io.BytesIO(statements_xlsx(run.statements.select_related("party"), title="2026-11"))
    )
    totals = [row[6].value for row in run_book.worksheets[0].iter_rows(min_row=2)]
    assert sum(round(one * 100) for one in totals) == sum(
        run.statements.values_list("total_fen", flat=True)
    )


def test_moves_lead_from_what_could_be_paid_before_to_what_can_be_paid_after(
    company: Company,
) -> None:
    settlement = settled(company)
    unit = unit_party(company.world.hq)
    for party in (installer_party(company.installer), unit, installer_party(InstallerFactory())):
        adjust(party, -1_234, key=f"adjust:{party.pk}")
        sheet = read_sheet(party=party, period=settlement.period)
        moved = sum(move.amount_fen for move in sheet.moves)
        assert sheet.available.opening_fen + moved == sheet.available.closing_fen
        assert ("adjustment", -1_234) in {(one.kind, one.amount_fen) for one in sheet.moves}

"""A statement of very many lines is made in parts, each kept, so that a stopped step costs itself only."""

from __future__ import annotations

import io
import zipfile

import pytest

from common.outbox import drain
from common.outbox.execution import execute
from common.outbox.models import OutboxRow
from settlement.closing.assistant import assistant
from settlement.closing.steps import close_period
from settlement.models import Party, Statement, StatementPart, StatementPeriod
from settlement.pdf import document
from settlement.services.parties import installer_party
from settlement.statements import parts
from settlement.statements.batch import start_batch
from settlement.statements.files import file_state, make_file, stored_file, want_file
from settlement.statements.progress import batch_progress
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust, computed, lock, locked, period_now, statement_of

LINES_A_PART = 10
DRAWN = "settlement.statements.files.render_pdf"


class KilledError(BaseException):
    """What a process cannot survive."""


class Printer:
    """Draws a document as its own HTML; after `left` of them the process is killed."""

    def __init__(self, left: int | None = None) -> None:
        self.left, self.drawn = left, list[str]()

    def __call__(self, html: str) -> bytes:
        if self.left is not None and len(self.drawn) == self.left:
            raise KilledError
        self.drawn.append(html)
        return html.encode()


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Printer:
    """Ten lines a part, two parts a step."""
    monkeypatch.setattr(document, "LINES_A_PART", LINES_A_PART)
    monkeypatch.setattr(parts, "LINES_A_STEP", 2 * LINES_A_PART)
    found = Printer()
    monkeypatch.setattr(DRAWN, found)
    return found


def many_lines(party: Party) -> None:
    for n in range(60):
        adjust(party, 100 + n, key=f"adjust:{n}")


def long_locked(company: Company) -> tuple[Statement, int]:
    """A locked statement of seven parts or more, and how many; its files are not made."""
    settled(company)
    party = installer_party(company.installer)
    many_lines(party)
    locked(company.finance)
    statement = statement_of(party)
    return statement, -(-statement.lines // LINES_A_PART)


def run_next(topic: str) -> None:
    execute(OutboxRow.objects.filter(topic=topic, done_at=None).latest("pk").pk)


def test_each_step_makes_some_parts_and_the_last_one_a_whole_file(
    company: Company, printer: Printer
) -> None:
    statement, wanted = long_locked(company)
    want_file(statement_id=statement.pk, actor=company.finance)
    run_next("StatementFileWanted")
    assert len(printer.drawn) == 2
    state = file_state(statement)
    assert (state.state, state.parts) == ("making", (2, wanted))
    run_next("StatementPartsDue")
    assert file_state(statement).parts.done == 4
    drain(queues=("bulk", "interactive"), strict=True)
    with zipfile.ZipFile(
        io.BytesIO(stored_file(Statement.objects.get(pk=statement.pk)).content)
    ) as archive:
        assert archive.namelist() == [f"{statement.number}-{n}.pdf" for n in range(1, wanted + 1)]
    assert not StatementPart.objects.exists()


def test_a_worker_killed_between_parts_leaves_those_made_before_and_the_period_is_closed(
    company: Company, printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, wanted = long_locked(company)
    OutboxRow.objects.filter(done_at=None).delete()
    want_file(statement_id=statement.pk, actor=company.finance)
    run_next("StatementFileWanted")
    run_next("StatementPartsDue")
    with monkeypatch.context() as broken:
        broken.setattr(DRAWN, Printer(left=1))
        with pytest.raises(KilledError):
            run_next("StatementPartsDue")
    assert file_state(statement).parts.done == 4
    before = len(printer.drawn)
    OutboxRow.objects.filter(done_at=None).update(lease_until=None)
    drain(queues=("bulk", "interactive"), strict=True)
    assert len(printer.drawn) - before == wanted - 4
    assert len(set(printer.drawn)) == wanted
    for other in statement.run.statements.filter(pdf=""):
        make_file(statement_id=other.pk)
    drain(queues=("bulk",), strict=True)
    period = close_period(period_id=statement.run.period_id, actor=company.finance)
    assert period.state == StatementPeriod.State.CLOSED


def test_a_step_that_failed_for_good_is_taken_up_where_it_stopped(
    company: Company, printer: Printer
) -> None:
    statement, wanted = long_locked(company)
    OutboxRow.objects.filter(done_at=None).delete()
    want_file(statement_id=statement.pk, actor=company.finance)
    run_next("StatementFileWanted")
    left = OutboxRow.objects.get(topic="StatementPartsDue", done_at=None)
    OutboxRow.objects.filter(pk=left.pk).update(dead_at=left.created_at)
    assert file_state(statement).state == "failed"
    want_file(statement_id=statement.pk, actor=company.finance)
    drain(queues=("bulk", "interactive"), strict=True)
    assert len(printer.drawn) == wanted
    assert file_state(Statement.objects.get(pk=statement.pk)).state == "ready"


def test_the_zip_of_a_period_waits_for_the_parts_of_a_long_statement_and_says_how_far_they_are(
    company: Company, printer: Printer
) -> None:
    statement, wanted = long_locked(company)
    OutboxRow.objects.filter(done_at=None).delete()
    batch = start_batch(run_id=statement.run_id, actor=company.finance)
    seen = set[tuple[int, int]]()
    while OutboxRow.objects.filter(topic="StatementBatchAdvanced", done_at=None).exists():
        run_next("StatementBatchAdvanced")
        seen.add(tuple(batch_progress(statement.run).parts))
        assert tuple(assistant(period=statement.run.period, actor=company.finance).parts) in seen
    assert {(2, wanted), (4, wanted)} <= seen
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("ready", batch.total)


def test_parts_of_a_draft_do_not_outlive_its_figures(company: Company, printer: Printer) -> None:
    settled(company)
    party = installer_party(company.installer)
    many_lines(party)
    period = period_now()
    run = computed(company.finance)
    make_file(statement_id=statement_of(party).pk)
    assert StatementPart.objects.count() == 2
    adjust(party, 1, key="adjust:more")
    make_file(statement_id=statement_of(party).pk)
    assert StatementPart.objects.count() == 2
    assert len(printer.drawn) == 4
    lock(company.finance, period)
    assert not StatementPart.objects.filter(statement__run=run).exists()

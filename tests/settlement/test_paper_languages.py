"""Statements, quotations and case reports speak the language of whoever asked for them."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation
from openpyxl import load_workbook

from common.outbox import drain
from common.pdf.render import pdf_obstacle
from settlement.disputes.holding import ADJUSTMENT, HOLD, RETURN
from settlement.disputes.report import report_html
from settlement.models import Statement, StatementCopy
from settlement.quotations.cost_page import CostLineShown, CostShown
from settlement.quotations.document import quotation_html
from settlement.quotations.making import make_quotation
from settlement.recipients import Shares
from settlement.services.parties import installer_party
from settlement.statements.batch import batch_file, cancel_batch, start_batch
from settlement.statements.files import file_state, stored_file, want_file
from settlement.statements.kept import drop_files, kept_in
from settlement.statements.wording import entry_words
from tests.settlement.company import Company, settled
from tests.settlement.disputes.test_disputes import filed, paid_job
from tests.settlement.quotations.test_quotations import asked
from tests.settlement.statement_cast import computed, locked, statement_of

needs_libraries = pytest.mark.skipif(bool(pdf_obstacle()), reason="no Pango on this machine")


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the HTML a PDF would be made of in its place: what it says is asked here."""
    monkeypatch.setattr("settlement.statements.files.render_pdf", lambda html: html.encode())


def drafted(company: Company) -> Statement:
    settled(company)
    computed(company.finance)
    return statement_of(installer_party(company.installer))


@needs_libraries
def test_a_statement_is_made_in_each_language_asked_for_and_both_are_kept(
    company: Company, papers: None
) -> None:
    statement = drafted(company)
    for language in ("zh-hans", "en"):
        assert file_state(statement, language).state == "none"
        want_file(statement_id=statement.pk, actor=company.finance, language=language)
        assert file_state(statement, language).state == "making"
        drain(strict=True)
        statement.refresh_from_db()
    chinese, english = (stored_file(statement, one).content.decode() for one in ("zh-hans", "en"))
    assert ('lang="zh-Hans"' in chinese, 'lang="en"' in english) == (True, True)
    for there, here in (("结算对账单", "Settlement statement"), ("收款方", "Payee")):
        assert (there in chinese, here in chinese) == (True, False)
        assert (there in english, here in english) == (False, True)
    assert statement.sha256 in chinese
    assert statement.sha256 in english


@needs_libraries
def test_the_zip_keeps_the_language_of_who_ordered_it(company: Company, papers: None) -> None:
    settled(company)
    run = locked(company.finance).runs.get()
    batch = start_batch(run_id=run.pk, actor=company.finance, language="en")
    with translation.override("zh-hans"):  # as in a worker
        drain(queues=("bulk",), strict=True)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("ready", batch.total)
    assert StatementCopy.objects.filter(language="en").count() == batch.total
    copy = StatementCopy.objects.first()
    assert copy is not None
    assert "Settlement statement" in copy.pdf.read().decode()
    with batch_file(batch) as stored, zipfile.ZipFile(io.BytesIO(stored.read())) as archive:
        lists = {name[-4:]: archive.read(name) for name in archive.namelist()}
    head = next(load_workbook(io.BytesIO(lists["xlsx"])).worksheets[0].iter_rows(values_only=True))
    assert (head[0], head[2]) == ("Number", "Payee")
    assert lists[".csv"].decode().startswith("\ufeffNumber,Period,Payee,")


@needs_libraries
def test_a_stopped_zip_of_another_language_gives_way_to_one_of_the_readers_own(
    company: Company,
) -> None:
    settled(company)
    run = computed(company.finance)
    stopped = start_batch(run_id=run.pk, actor=company.finance, language="en")
    assert start_batch(run_id=run.pk, actor=company.finance).pk == stopped.pk
    cancel_batch(batch_id=stopped.pk, actor=company.finance)
    assert start_batch(run_id=run.pk, actor=company.finance, language="en").pk == stopped.pk
    own = start_batch(run_id=run.pk, actor=company.finance)
    assert (own.language, own.state) == ("zh-hans", "making")
    assert [one.pk for one in run.batches.all()] == [own.pk]


def test_no_file_of_any_language_outlives_the_figures_it_shows(company: Company) -> None:
    statement = drafted(company)
    copy = kept_in(statement, "en")
    copy.pdf.save("statements/statement.pdf", ContentFile(b"%PDF"), save=True)
    drop_files(statement)
    assert not StatementCopy.objects.exists()
    assert file_state(statement, "en").state in {"none", "impossible"}


def test_a_quotation_is_in_the_readers_language(company: Company) -> None:
    quotation = make_quotation(asked=asked(company), actor=company.world.dispatcher)
    quotation.included = ["Bracket", "Pipe"]
    with translation.override("en"):
        english = quotation_html(quotation)
    with translation.override("zh-hans"):
        chinese = quotation_html(quotation)
    assert ("Price quotation" in english, "报价单" in english) == (True, False)
    assert ("Price quotation" in chinese, "报价单" in chinese) == (False, True)
    assert ("Bracket; Pipe" in english, "Bracket；Pipe" in chinese) == (True, True)


@pytest.mark.parametrize(("language", "mark"), [("en", "; "), ("zh-hans", "；")])
def test_reasons_of_a_foreseen_cost_are_parted_by_the_readers_mark(
    language: str, mark: str
) -> None:
    line = CostLineShown("Fee", "", 100, ("Floor", "Distance"))
    cost = CostShown("R", (line,), Shares(200, 100), ())
    with translation.override(language):
        page = render_to_string("settlement/quotations/_cost.html", {"cost": cost})
    assert f"Floor{mark}Distance" in page


def test_a_case_report_is_in_the_readers_language(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    with translation.override("en"):
        english = report_html(dispute)
    with translation.override("zh-hans"):
        chinese = report_html(dispute)
    assert ("Case report" in english, "The claim" in english) == (True, True)
    assert "Case report" not in chinese
    assert ('lang="en"' in english, 'lang="zh-Hans"' in chinese) == (True, True)


@pytest.mark.parametrize("kind", [HOLD, RETURN, ADJUSTMENT])
def test_what_a_dispute_moves_has_a_name_on_a_statement(kind: str) -> None:
    with translation.override("zh-hans"):
        assert str(entry_words(kind)) != kind

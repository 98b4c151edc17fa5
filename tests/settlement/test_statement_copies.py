"""The file of a statement in a second language is listed, checked and thrown away like the first."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.base import ContentFile

from common.pdf.render import pdf_obstacle
from settlement.invariants.statements import statement_files_are_whole
from settlement.models import Statement
from settlement.services.parties import installer_party
from settlement.statements.batch import cancel_batch, start_batch
from settlement.statements.kept import Kept, kept_in
from settlement.statements.run import start_run
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import computed, period_now, statement_of

CONTENT = b"%PDF"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def statement(company: Company) -> Statement:
    """A draft without a file of any language."""
    settled(company)
    computed(company.finance)
    return statement_of(installer_party(company.installer))


def keep(statement: Statement, language: str) -> Kept:
    """Put a file of a language beside the figures."""
    kept = kept_in(statement, language)
    kept.pdf_sha256 = SHA256
    kept.pdf.save("statements/statement.pdf", ContentFile(CONTENT), save=True)
    return kept


@pytest.mark.parametrize("kept", ["zh-hans", "en"])
@pytest.mark.parametrize("read", ["zh-hans", "en"])
def test_the_list_offers_a_download_where_one_comes(
    company: Company, statement: Statement, client: Any, kept: str, read: str
) -> None:
    keep(statement, kept)
    client.force_login(company.finance)
    client.cookies["lang"] = read
    path = f"/settlement/statements/{statement.number}/file/"
    listed = path in client.get(f"/settlement/runs/{statement.run.period}/").content.decode()
    assert listed == (client.get(path).status_code == 200) == (kept == read)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_damaged_file_of_any_language_is_found(statement: Statement, language: str) -> None:
    kept = keep(statement, language)
    assert not list(statement_files_are_whole())
    with open(kept.pdf.path, "wb") as file:
        file.write(b"broken")
    found = list(statement_files_are_whole())
    assert len(found) == 1
    assert statement.number in found[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_file_of_an_old_draft_stays_on_the_disk(
    company: Company, statement: Statement, language: str, django_capture_on_commit_callbacks: Any
) -> None:
    kept = keep(statement, language)
    storage, name = kept.pdf.storage, str(kept.pdf.name)
    computed(company.finance)
    assert storage.exists(name)  # the draft before the last one stays for the comparison
    with django_capture_on_commit_callbacks(execute=True):
        start_run(period_id=period_now().pk, actor=company.finance)
    assert not Statement.objects.filter(pk=statement.pk).exists()
    assert not storage.exists(name)


@pytest.mark.skipif(bool(pdf_obstacle()), reason="no Pango on this machine")
def test_the_page_says_which_language_a_zip_has_and_offers_the_readers_own(
    company: Company, statement: Statement, client: Any
) -> None:
    batch = start_batch(run_id=statement.run_id, actor=company.finance, language="en")
    client.force_login(company.finance)
    path = f"/settlement/runs/{statement.run.period}/"
    making = client.get(path).content.decode()
    assert "语言：English" in making
    assert f"{path}batch/start/" not in making
    cancel_batch(batch_id=batch.pk, actor=company.finance)
    stopped = client.get(path).content.decode()
    assert f"{path}batch/start/" in stopped
    assert f"{path}batch/resume/" in stopped

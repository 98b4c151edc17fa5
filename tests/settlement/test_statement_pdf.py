"""The PDF says in Chinese what the ledger says, with every character, and runs nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader

from common.errors import Gone, Refused
from common.formatting import money
from common.machine.system_packages import missing_pdf_packages
from common.outbox import drain
from common.pdf import render
from common.pdf.fonts import STAND_IN, missing_characters, printable
from settlement.models import Statement, StatementRun
from settlement.pdf import document
from settlement.pdf.render import render_pdf
from settlement.services.parties import installer_party
from settlement.statements.csv import sheet_csv, statements_csv
from settlement.statements.files import file_state, make_file, stored_file, want_file
from settlement.statements.reading import read_sheet
from settlement.statements.selectors import run_statements
from settlement.statements.verification import verification_url, verified
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import computed, locked, more_lines, statement_of

needs_libraries = pytest.mark.skipif(
    bool(missing_pdf_packages()), reason="system libraries for PDF are missing"
)
HOSTILE = '<script>alert(1)</script><link rel="attachment" href="file:///etc/passwd">'


def made(company: Company) -> Statement:
    """The installer's statement with its file."""
    settled(company)
    computed(company.finance)
    statement = make_file(statement_id=statement_of(installer_party(company.installer)).pk)
    assert statement is not None
    return statement


def pdf_of(statement: Statement) -> PdfReader:
    return PdfReader(io.BytesIO(stored_file(statement).content))


def text_of(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in reader.pages).split())


@needs_libraries
def test_the_pdf_holds_every_line_the_total_and_the_total_in_capitals(company: Company) -> None:
    statement = made(company)
    sheet = read_sheet(party=statement.party, period=statement.run.period)
    text = text_of(pdf_of(statement))
    for line in sheet.lines:
        for word in (line.order_number, line.place, line.item, line.label, money(line.amount_fen)):
            assert "".join(word.split()) in text
    for word in (sheet.number, sheet.party.name, money(sheet.total_fen), sheet.capitals):
        assert word in text
    assert sheet.sha256 in text
    assert re.search(r"1/\d", text)


@needs_libraries
def test_no_character_of_the_pdf_is_an_empty_box(company: Company) -> None:
    party = installer_party(company.installer)
    party.name = "𠮷师傅㎡№①龘"
    party.save()
    reader = pdf_of(made(company))
    text = text_of(reader)
    assert "㎡№①龘" in text
    assert f"{STAND_IN}师傅" in text
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    # A second font would mean that the machine's own fonts filled a gap of ours.
    assert {name.split("+")[-1] for name in fonts} == {"Printed"}
    assert missing_characters(text) == set()


@needs_libraries
def test_hostile_words_are_words(company: Company) -> None:
    party = installer_party(company.installer)
    party.name = HOSTILE[:80]
    party.save()
    reader = pdf_of(made(company))
    assert "<script>" in text_of(reader)
    assert not reader.attachments
    names = reader.trailer["/Root"]
    assert "/JavaScript" not in str(names)
    assert "/OpenAction" not in names


@needs_libraries
@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="attachment" href="file:///etc/passwd">',
        '<img src="file:///etc/hostname">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<style>@import "file:///etc/passwd";</style>',
        '<object data="ftp://127.0.0.1/x"></object>',
    ],
)
def test_the_document_fetches_nothing_but_its_own_font(markup: str) -> None:
    fetch = render._fetcher()()
    address = re.search(r'(?:href|src|data|import )="?([^"]+)"|"(file:[^"]+)"', markup)
    assert address is not None
    with pytest.raises(ValueError, match="fetches nothing"):
        fetch.fetch(address.group(1) or address.group(2))
    content = render_pdf(f"<html><body>{markup}<p>正文</p></body></html>")
    reader = PdfReader(io.BytesIO(content))
    assert not reader.attachments
    assert "正文" in text_of(reader)
    assert b"root:" not in content


def test_the_font_has_the_characters_of_statements() -> None:
    assert missing_characters("人民币零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整负¥−×①㎡〓：") == set()
    assert missing_characters("王𠮷") == {"𠮷"}
    assert printable("王𠮷") == f"王{STAND_IN}"


@needs_libraries
def test_the_file_is_kept_with_its_fingerprint_and_an_altered_one_is_not_handed_out(
    company: Company,
) -> None:
    statement = made(company)
    kept = stored_file(statement)
    assert hashlib.sha256(kept.content).hexdigest() == statement.pdf_sha256
    assert (kept.name, kept.content_type) == (f"{statement.number}.pdf", "application/pdf")
    with open(statement.pdf.path, "ab") as target:
        target.write(b" ")
    with pytest.raises(Gone):
        stored_file(statement)
    want_file(statement_id=statement.pk, actor=company.finance)
    statement.refresh_from_db()
    assert file_state(statement).state == "making"


@needs_libraries
def test_locking_makes_the_files_of_all_payees_and_a_draft_says_it_is_one(company: Company) -> None:
    settled(company)
    computed(company.finance)
    party = installer_party(company.installer)
    draft = make_file(statement_id=statement_of(party).pk)
    assert draft is not None
    draft_words = text_of(pdf_of(draft))
    locked(company.finance)
    drain(queues=("bulk",), strict=True)
    run = StatementRun.objects.get(state="locked")
    assert run.statements.count() > 3
    assert not run.statements.filter(pdf="").exists()
    final_words = text_of(pdf_of(statement_of(party)))
    assert company.finance.display_name in final_words
    assert len(draft_words) > 0
    assert draft_words != final_words


@needs_libraries
def test_a_long_statement_is_split_and_its_parts_hold_every_line_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LINES_A_PART", 15)
    settlement = settled(company)
    party = installer_party(company.installer)
    more_lines(settlement, party, 40)
    computed(company.finance)
    statement = make_file(statement_id=statement_of(party).pk)
    assert statement is not None
    kept = stored_file(statement)
    assert kept.content_type == "application/zip"
    sheet = read_sheet(party=party, period=settlement.period)
    parts = document.parts(sheet)
    assert [line.n for part in parts for line in part.lines] == list(range(1, statement.lines + 1))
    assert sum(part.subtotal_fen for part in parts) == statement.total_fen
    with zipfile.ZipFile(io.BytesIO(kept.content)) as archive:
        assert len(archive.namelist()) == len(parts) == -(-statement.lines // 15)
        last = text_of(PdfReader(io.BytesIO(archive.read(archive.namelist()[-1]))))
    assert money(statement.total_fen) in last


def test_missing_libraries_are_said_and_nothing_else_stops(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(company)
    # The operating system's answer, not our code, is what is replaced here.
    monkeypatch.setattr("common.machine.system_packages._loads", lambda _library: False)
    locked(company.finance)
    drain(queues=("bulk",), strict=True)
    statement = statement_of(installer_party(company.installer))
    state = file_state(statement)
    assert state.state == "impossible"
    assert "libpango-1.0-0" in state.obstacle
    with pytest.raises(Refused, match="libpango"):
        want_file(statement_id=statement.pk, actor=company.finance)


def test_csv_amounts_are_numbers_and_no_cell_is_a_formula(company: Company) -> None:
    settlement = settled(company)
    party = installer_party(company.installer)
    party.name = '=HYPERLINK("http://x","y")'
    party.save()
    more_lines(settlement, party, 1, label="=1+1")
    content = b"".join(sheet_csv(read_sheet(party=party, period=settlement.period)))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert "'=1+1" in {cell for row in rows for cell in row}
    sheet = read_sheet(party=party, period=settlement.period)
    assert rows[-1][11] == f"{sheet.total_fen // 100}.{sheet.total_fen % 100:02d}"
    assert len(rows) == len(sheet.lines) + 2
    run = computed(company.finance)
    everyone = b"".join(statements_csv(run_statements(actor=company.finance, run=run)))
    names = [row[2] for row in csv.reader(io.StringIO(everyone.decode("utf-8-sig")))]
    assert '\'=HYPERLINK("http://x","y")' in names


def test_the_printed_code_shows_the_truth_of_today_with_the_payee_masked(
    company: Company, client: Any, other_client: Any
) -> None:
    settlement = settled(company)
    party = installer_party(company.installer)
    party.name = "张建国"
    party.save()
    computed(company.finance)
    address = verification_url(statement_of(party))
    token = address.rstrip("/").rsplit("/", 1)[-1]
    assert address.startswith("http://alpha.localhost")
    page = client.get(f"/settlement/verify/{token}/")
    words = page.content.decode()
    assert page.status_code == 200
    assert "张**" in words
    assert "张建国" not in words
    assert money(statement_of(party).total_fen) in words
    assert statement_of(party).sha256 in words
    assert other_client.get(f"/settlement/verify/{token}/").status_code == 404
    assert client.get(f"/settlement/verify/{token[:-2]}xx/").status_code == 404
    more_lines(settlement, party, 1)
    computed(company.finance)
    found = verified(token)
    assert found is not None
    assert not found.is_current
    assert not found.is_final
    assert connection.schema_name == "t_alpha"

"""A recompute's difference says what it was, what it is now and because of what, wherever it stands."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from settlement.disputes.evidence import bundle_of
from settlement.disputes.filing import Claim, file_dispute
from settlement.disputes.thread import thread_of
from settlement.models import JournalEntry, Settlement
from settlement.pdf.document import documents
from settlement.recompute.facts import corrected_facts
from settlement.recompute.running import start_recompute
from settlement.services.parties import installer_party
from settlement.services.settling import reverse_settlement, settle_work_order
from settlement.statements.csv import sheet_csv
from settlement.statements.reading import read_sheet
from settlement.statements.sheet import Sheet, SheetLine
from settlement.statements.workbook import sheet_xlsx
from tests.browsing import TenantClient
from tests.settlement.company import Company, settled
from tests.settlement.recompute.cast import approved, dearer, proposed, work_off
from tests.settlement.statement_cast import computed, locked, period_now, statement_of

NEW_RULES = [
    "原为 ¥241.12，现为 ¥252.33：+¥11.21", "基础价：原为 ¥90.00，现为 ¥99.00",
    "原按规则：", "现按规则：", "原因：补价", "更正工单 {number} 在 2026-11 账期的结算",
]  # fmt: skip
IN_ENGLISH = [
    "Was ¥241.12, is now ¥252.33: +¥11.21", "Rules before: ", "Rules now: ", "Why: 补价",
    "Corrects the settlement of work order {number} in period 2026-11",
]  # fmt: skip


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args, urlconf="config.urls")


@pytest.fixture
def first(company: Company) -> Settlement:
    """An order settled in a period that was locked, and computed again by dearer rules since."""
    settlement = settled(company)
    locked(company.finance)
    approved(company, proposed(company, dearer()))
    return settlement


def correction(company: Company) -> SheetLine:
    return next(line for line in sheet_of(company).lines if line.code == "difference")


def sheet_of(company: Company) -> Sheet:
    """The statement of the installer that the last correction stands on."""
    period = JournalEntry.objects.filter(kind="difference").latest("pk").period
    return read_sheet(party=installer_party(company.installer), period=period)


def test_the_line_of_a_correction_tells_both_sums_components_rules_reason_and_period(
    company: Company, first: Settlement
) -> None:
    line = correction(company)
    assert line.corrects == first.pk
    for language, wanted in (("zh-hans", NEW_RULES), ("en", IN_ENGLISH)):
        with translation.override(language):
            said = "\n".join(line.why)
        for words in wanted:
            assert words.format(number=first.work_order.number) in said


def test_a_corrected_fact_is_named_with_its_source_and_the_same_rules(company: Company) -> None:
    settlement = settled(company)
    run = start_recompute(
        corrects=settlement,
        asked=corrected_facts(kind="rain", value="yes", source="气象台"),
        reason="当天有雨",
        actor=company.finance,
    )
    work_off()
    run.refresh_from_db()
    approved(company, run)
    with translation.override("en"):
        said = "\n".join(correction(company).why)
    assert "(known from 气象台)" in said
    assert "By the same rules: " in said
    assert "Why: 当天有雨" in said


def test_desk_phone_and_paper_say_the_same_and_lead_to_the_earlier_slip(
    company: Company, first: Settlement, client: TenantClient
) -> None:
    period = JournalEntry.objects.get(kind="difference").period
    computed(company.finance, period)
    statement = statement_of(installer_party(company.installer))
    said = correction(company).why
    client.force_login(company.finance)
    desk = client.get(url("settlement:statement-detail", statement.number)).content.decode()
    assert url("settlement:slip-detail", first.pk) in desk
    locked(company.finance, period)
    client.force_login(company.installer.user)
    address = url("settlement-phone:statement-detail", statement.number)
    phone = client.get(address).content.decode()
    earlier = f"{url('settlement-phone:job', first.work_order.number)}?slip={first.pk}"
    assert earlier in phone
    statement.refresh_from_db()
    paper = "".join(documents(statement, sheet_of(company)))
    for sentence in said:
        for text in (desk, phone, paper):
            assert sentence in text


def test_workbook_and_csv_explain_a_correction_in_a_column_of_its_own(
    company: Company, first: Settlement
) -> None:
    sheet = sheet_of(company)
    book = load_workbook(io.BytesIO(sheet_xlsx(sheet))).worksheets[0]
    cells = list(book.iter_rows(values_only=True))
    text = b"".join(sheet_csv(sheet)).decode("utf-8-sig")
    for rows in (cells, list(csv.reader(io.StringIO(text)))):
        head, *lines = rows
        column = list(head).index("更正说明")
        said = [row[column] for row in lines[:-1] if row[column]]
        assert said == [" ".join(correction(company).why)]
        for words in NEW_RULES:
            assert words.format(number=first.work_order.number) in said[0]


def test_the_job_shows_what_was_and_is_and_keeps_the_earlier_slip(
    company: Company, first: Settlement, client: TenantClient
) -> None:
    client.force_login(company.installer.user)
    page = url("settlement-phone:job", first.work_order.number)
    now = client.get(page).content.decode()
    for words in ("¥241.12", "¥252.33", "+¥11.21", "原因：补价", f"{page}?slip={first.pk}"):
        assert words in now
    earlier = client.get(f"{page}?slip={first.pk}").content.decode()
    assert "¥241.12" in earlier
    assert "¥252.33" not in earlier
    assert "disputes/new" not in earlier
    done = client.get(url("workorders-phone:job", first.work_order.number)).content.decode()
    assert "重算：原为 ¥241.12，现为 ¥252.33" in done


@pytest.mark.parametrize("slip", ["", "x", "-1", "٣", "9" * 40, "999999"])
def test_a_slip_that_is_not_of_the_job_is_not_there(
    slip: str, company: Company, first: Settlement, client: TenantClient
) -> None:
    client.force_login(company.installer.user)
    page = url("settlement-phone:job", first.work_order.number)
    assert client.get(page, {"slip": slip}).status_code == 404
    other = settled(company, "E20261102077")
    assert client.get(page, {"slip": other.pk}).status_code == 404


def test_the_month_leads_to_the_orders_a_run_changed(
    company: Company, first: Settlement, client: TenantClient
) -> None:
    run_id = JournalEntry.objects.get(kind="difference").source_key.split(":")[1]
    client.force_login(company.installer.user)
    page = url("settlement-phone:recomputed", run_id)
    assert page in client.get(url("settlement-phone:earnings")).content.decode()
    text = client.get(page).content.decode()
    assert url("settlement-phone:job", first.work_order.number) in text
    assert "+¥11.21" in text


def test_what_was_taken_back_with_its_order_is_no_correction_any_more(
    company: Company, first: Settlement, client: TenantClient
) -> None:
    reverse_settlement(order_id=first.work_order_id, reason="test")
    settle_work_order(order_id=first.work_order_id)
    client.force_login(company.installer.user)
    page = client.get(url("settlement-phone:job", first.work_order.number)).content.decode()
    assert "补价" not in page


def test_a_dispute_over_a_correction_keeps_rules_and_facts_of_then_and_now(
    company: Company, first: Settlement
) -> None:
    now = Settlement.objects.get(work_order=first.work_order, status="active")
    entry = JournalEntry.objects.get(kind="difference")
    dispute = file_dispute(
        kind="entry", pk=entry.pk, claim=Claim(500, 10, "少算了"),
        party=installer_party(company.installer), actor=company.installer.user,
    )  # fmt: skip
    bundle = bundle_of(dispute)
    assert bundle["rules"]["version"] == now.version_id
    assert (bundle["settlement"]["id"], bundle["facts"]) == (now.pk, now.facts)
    before = bundle["before"]
    assert before["rules"]["version"] == first.version_id
    assert (before["settlement"]["id"], before["facts"]) == (first.pk, first.facts)
    assert (bundle["line"]["because"]["old_fen"], bundle["line"]["because"]["new_fen"]) == (
        24_112, 25_233,
    )  # fmt: skip
    for language, wanted in (("zh-hans", NEW_RULES), ("en", IN_ENGLISH)):
        with translation.override(language):
            said = "\n".join(thread_of(dispute).why)
        for words in wanted:
            assert words.format(number=first.work_order.number) in said
    assert period_now().pk != entry.period_id

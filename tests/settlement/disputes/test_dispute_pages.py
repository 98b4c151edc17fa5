"""Disputes as installers and people at desks meet them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override
from pypdf import PdfReader

from common import clock
from common.pdf.render import pdf_obstacle
from settlement.disputes.filing import Claim, file_dispute
from settlement.disputes.inbox import inbox
from settlement.disputes.report import make_report, report_html
from settlement.disputes.sums import inbox_sums
from settlement.disputes.thread import thread_of
from settlement.explaining import shown_lines
from settlement.models import Dispute, Settlement
from settlement.pdf.document import documents
from settlement.services.parties import installer_party
from settlement.statements.reading import read_sheet
from tests.browsing import TenantClient
from tests.settlement.company import Company
from tests.settlement.disputes.test_disputes import filed, handed_up, paid_job
from tests.settlement.statement_cast import computed, statement_of
from tests.workorders.world import photo
from workorders.models import SiteFact

QUEUE = {"Idempotency-Key": "k-1", "X-Outbox": "1"}


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args, urlconf="config.urls")


@pytest.fixture
def phone(company: Company, client: TenantClient) -> TenantClient:
    client.force_login(company.installer.user)
    return client


def own_line(settlement: Settlement) -> int:
    lines = settlement.lines.filter(party_role="installer").order_by("seq")
    return int(lines.values_list("pk", flat=True)[0])


def send(phone: TenantClient, settlement: Settlement, **changes: Any) -> Any:
    address = url("settlement-phone:dispute-send", "line", own_line(settlement))
    typed = {"amount": "30.00", "reason": "路程不止", "kind": "8", **changes}
    return phone.post(address, typed, headers=QUEUE)


def test_a_line_is_disputed_from_its_own_button_through_the_queue_once(
    company: Company, phone: TenantClient
) -> None:
    settlement = paid_job(company)
    number = settlement.work_order.number
    form = url("settlement-phone:dispute-form", "line", own_line(settlement))
    assert form in phone.get(url("settlement-phone:job", number)).content.decode()
    assert "data-outbox" in phone.get(form).content.decode()
    for _again in range(2):
        answer = send(phone, settlement, photo_1=photo())
    dispute = Dispute.objects.get()
    own = url("settlement-phone:dispute", dispute.number)
    assert answer.json() == {"ok": True, "next": own}
    assert (dispute.claimed_fen, dispute.photos.count()) == (3_000, 1)
    assert phone.get(form)["Location"] == own
    assert "¥30.00" in phone.get(own).content.decode()
    assert own in phone.get(url("settlement-phone:dispute-list")).content.decode()


@pytest.mark.parametrize(
    "typed", [{"amount": "1e3"}, {"amount": "-5"}, {"reason": ""}, {"kind": "11"}]
)
def test_what_cannot_be_is_refused_with_a_sentence(
    company: Company, phone: TenantClient, typed: dict[str, str]
) -> None:
    answer = send(phone, paid_job(company), **typed)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert not Dispute.objects.exists()


def test_a_decision_is_shown_before_it_is_made_and_read_by_the_installer_after(
    company: Company, client: TenantClient
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    client.force_login(company.finance)
    assert dispute.number in client.get(url("settlement:dispute-list")).content.decode()
    page = client.get(url("settlement:dispute-detail", dispute.number)).content.decode()
    assert "定位显示 11 公里" in page
    asked = {"outcome": "uphold", "amount": "12.34", "payer": company.world.east.pk}
    shown = client.get(url("settlement:dispute-preview", dispute.number), asked)
    assert "¥12.34" in shown.content.decode()
    decided = client.post(
        url("settlement:dispute-decide", dispute.number), asked | {"reason": "补路程"}
    )
    assert decided.status_code == 302
    late = client.post(
        url("settlement:dispute-decide", dispute.number), asked | {"reason": "补路程"}
    )
    assert late.status_code == 409
    client.force_login(company.installer.user)
    text = client.get(url("settlement-phone:dispute", dispute.number)).content.decode()
    assert "12.34" in text
    assert "补路程" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_formula_is_the_same_on_phone_desk_dispute_report_and_statements(
    company: Company, client: TenantClient, language: str
) -> None:
    settlement = paid_job(company)
    own = list(settlement.lines.filter(party_role="installer").order_by("seq"))
    with override("en"):
        line = next(line for line in own if "Source of" in " ".join(shown_lines([line])[0].why))
    dispute = filed(company, settlement, seq=own.index(line) + 1)
    run = computed(company.finance)
    statement = statement_of(installer_party(company.installer))
    sheet = read_sheet(party=statement.party, period=run.period)
    with override(language):
        wanted = shown_lines([dispute.line])[0].why
        thread = thread_of(dispute)
        assert thread.why == wanted
        texts = {"report": report_html(dispute)}
        [stated] = [
            one for one in sheet.lines if (one.settlement_id, one.seq) == (settlement.pk, line.seq)
        ]
        assert stated.why == wanted
        own_line = "settlement/phone/_statement_line.html"
        texts["own statement"] = render_to_string(own_line, {"line": stated})
    pages = {
        "phone": (company.installer.user, "settlement-phone:job", settlement.work_order.number),
        "slip": (company.finance, "settlement:slip-detail", settlement.pk),
        "dispute": (company.finance, "settlement:dispute-detail", dispute.number),
        "statement": (company.finance, "settlement:statement-detail", statement.number),
    }  # fmt: skip
    client.cookies["lang"] = language
    for name, (who, address, key) in pages.items():
        client.force_login(who)
        texts[name] = client.get(url(address, key)).content.decode()
    with override(language):
        texts["paper"] = "".join(documents(statement, sheet))
    for sentence in wanted:
        assert [name for name, text in texts.items() if escape(sentence) not in text] == []


def test_the_report_is_made_kept_and_named_old_when_the_dispute_moves(
    company: Company, client: TenantClient
) -> None:
    if pdf_obstacle():
        pytest.skip("no Pango on this machine")
    dispute = filed(company, paid_job(company))
    client.force_login(company.finance)
    address = url("settlement:dispute-report", dispute.number)
    assert client.get(address).status_code == 410
    make_report(dispute_id=dispute.pk)
    answer = client.get(address)
    assert answer.content.startswith(b"%PDF")
    assert "data:image/jpeg" in report_html(dispute)
    handed_up(company, dispute)
    page = client.get(url("settlement:dispute-detail", dispute.number))
    assert page.context["report"].state == "old"


def test_pictures_of_any_width_stand_on_the_reports_pages_with_their_fingerprints(
    company: Company,
) -> None:
    if pdf_obstacle():
        pytest.skip("no Pango on this machine")
    settlement = paid_job(company)
    wide = [photo(shade, size=(1600, 500), name=f"{shade}.jpg") for shade in (10, 90)]
    dispute = file_dispute(
        kind="line",
        pk=own_line(settlement),
        claim=Claim(fen=3_000, kind=8, reason="路程不止", photos=wide),
        party=installer_party(company.installer),
        actor=company.installer.user,
    )
    with make_report(dispute_id=dispute.pk).report.open("rb") as made:
        sheets = PdfReader(BytesIO(made.read())).pages
    begins, words = list[float](), ""

    def look(text: str, cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        if text.strip().startswith("sha256"):
            begins.append((cm[4] + cm[0] * tm[4]) / width)

    for sheet in sheets:
        width = float(sheet.mediabox.width)
        words += sheet.extract_text(visitor_text=look)
    bundle = dispute.evidence.bundle
    pictures = [*bundle["claim"]["photos"], *bundle["photos"], *bundle["signatures"]]
    assert len(pictures) > len(wide)
    assert [one["sha256"] for one in pictures if one["sha256"] not in words] == []
    # Three stand beside one another: the last of them begins before three quarters of the page.
    assert max(begins) < 0.75


def test_a_frozen_picture_is_sent_and_an_unknown_one_is_not_found(
    company: Company, client: TenantClient
) -> None:
    dispute = filed(company, paid_job(company))
    (picture,) = dispute.evidence.bundle["claim"]["photos"]
    client.force_login(company.finance)
    sent = client.get(url("settlement:dispute-file", dispute.number, picture["sha256"]))
    assert sent["Content-Type"] == "image/jpeg"
    lost = client.get(url("settlement:dispute-file", dispute.number, "0" * 64))
    assert lost.status_code == 404


def test_the_inbox_says_what_its_disputes_come_to(company: Company) -> None:
    filed(company, paid_job(company))
    found = inbox(actor=company.finance, state="open", due="", rule="", words="")
    dispute = Dispute.objects.get()
    sums = inbox_sums(found)
    assert (sums.disputes, sums.late) == (1, 0)
    assert (sums.claimed_fen, sums.held_fen) == (dispute.claimed_fen, dispute.held_fen)
    Dispute.objects.update(due_at=clock.now() - timedelta(minutes=1))
    assert inbox_sums(found.all()).late == 1
    assert inbox_sums(Dispute.objects.none()).claimed_fen == 0


def test_a_recorded_fact_is_read_in_the_readers_language(company: Company) -> None:
    settlement = paid_job(company)
    now = clock.now()
    SiteFact.objects.create(
        work_order=settlement.work_order, kind="rain", value="yes", source="市气象台",
        observed_at=now, recorded_at=now,
    )  # fmt: skip
    dispute = filed(company, settlement)
    for language, value in (("zh-hans", "是"), ("en", "yes")):
        with override(language):
            rain = [one["value"] for one in thread_of(dispute).sources if one["kind"] == "rain"]
            assert rain == [value]

"""Service reports: frozen when the work is over, corrected by versions, read by who may."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from common import clock
from common.clock import moved_to
from common.errors import Refused
from common.machine.system_packages import missing_pdf_packages
from common.outbox import drain
from tests.workorders.test_signatures import DRAWN
from tests.workorders.walking import arrive, complete, prove, step
from tests.workorders.world import open_order, photo, shop_order, signature
from workorders.flow.editing import apply_edits
from workorders.flow_versions import presets
from workorders.models import (
    Evidence,
    ExtraCharge,
    FlowVersion,
    ReportPrint,
    ServiceReport,
    Signature,
)
from workorders.report.document import report_html
from workorders.report.links import (
    LINK_DAYS,
    link_token,
    opened_report,
    paper_token,
    printed_report,
)
from workorders.report.prints import kept_print, print_missing, print_report
from workorders.report.shape import fingerprint, read_facts
from workorders.services.evidence import use_material
from workorders.services.filling import add_form_pictures, fill_form, sign_form
from workorders.services.reports import bring_report_up_to_date, make_report
from workorders.services.signatures import Signer
from workorders.strokes import read_strokes

needs_libraries = pytest.mark.skipif(
    bool(missing_pdf_packages()), reason="system libraries for PDF are missing"
)


@pytest.fixture
def done(world: Any) -> Any:
    """A completed order of Wang Fang whose signature was drawn by a pen."""
    order = complete(open_order(world), world)
    signed = Signature.objects.get(evidence__work_order=order)
    signed.name, signed.relation, signed.strokes = "王芳", "self", DRAWN
    signed.save()
    ExtraCharge.objects.create(
        work_order=order, code="drilling", amount_fen=8_000, bearer="customer", installer_bp=10_000,
        reason="混凝土墙打孔", state="confirmed", made_at=clock.now(), answer_way="link",
        answered_at=clock.now(),
    )  # fmt: skip
    ExtraCharge.objects.create(
        work_order=order, code="other", amount_fen=1_000, bearer="company", installer_bp=10_000,
        reason="公司承担", state="confirmed", made_at=clock.now(),
    )  # fmt: skip
    return order


def report_of(order: Any) -> ServiceReport:
    made = bring_report_up_to_date(order_id=order.pk)
    assert made is not None
    return made


def words(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def test_completing_the_work_freezes_a_report_and_working_on_does_not(world: Any) -> None:
    order = arrive(open_order(world), world)
    drain(strict=True)
    assert not ServiceReport.objects.exists()
    with pytest.raises(Refused, match="工作完成后"):
        make_report(order_id=order.pk, actor=world.admin)
    complete(open_order(world, shop_order(number="E2", buyer_ref="b2")), world)
    drain(strict=True)
    report = ServiceReport.objects.get()
    facts = read_facts(report.facts)
    assert (report.version, facts.is_completed, len(facts.photos)) == (1, True, 3)
    assert (
        report.sha256
        == fingerprint(report.facts)
        == fingerprint(json.loads(json.dumps(facts.stored())))
    )


def test_the_customer_is_masked_in_what_is_frozen(done: Any) -> None:
    kept = json.dumps(report_of(done).facts, ensure_ascii=False)
    assert "王芳" not in kept
    assert "13712345678" not in kept
    assert "137****5678" in kept


def test_what_the_company_bears_is_not_the_customers_business(done: Any) -> None:
    facts = read_facts(report_of(done).facts)
    assert [(one.amount_fen, one.way) for one in facts.charges] == [(8_000, "link")]


def test_a_correction_is_a_second_version_that_names_what_changed(world: Any, done: Any) -> None:
    first = report_of(done)
    assert report_of(done) == first
    use_material(
        order_id=done.pk, material=world.pipe, quantity_milli=2_500, actor=world.dispatcher
    )
    drain(strict=True)
    second = ServiceReport.objects.latest("version")
    assert (second.version, second.changes) == (2, [["added", "Material", "铜管 × 2.5 米"]])
    first.refresh_from_db()
    assert first.facts["materials"] == []


@pytest.mark.usefixtures("tenant")
def test_the_application_can_change_no_frozen_report(done: Any) -> None:
    report = report_of(done)
    for change in (
        lambda: ServiceReport.objects.filter(pk=report.pk).update(sha256="0" * 64),
        lambda: ServiceReport.objects.filter(pk=report.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_visit_that_ends_without_the_work_is_reported_and_one_nobody_made_is_not(
    world: Any,
) -> None:
    came = arrive(open_order(world), world)
    for order in (came, open_order(world, shop_order(number="E2", buyer_ref="b2"))):
        step(order, "cancel", world.dispatcher, reason="客户不装了")
    drain(strict=True)
    report = ServiceReport.objects.get()
    assert report.work_order == came
    assert report.facts["end_reason"] == "客户不装了"
    assert not report.facts["is_completed"]


@needs_libraries
def test_the_paper_says_what_was_frozen_in_both_languages(done: Any) -> None:
    report = report_of(done)
    for language, told in (
        ("zh-hans", ("服务报告", "王*（本人）", "137****5678", "客户已同意", "完工照")),
        ("en", ("Servicereport", "王*(Thecustomerinperson)", "Customeragreed", "完工照")),
    ):
        made = print_report(report_id=report.pk, language=language)
        assert made is not None
        text = words(kept_print(report, language) or b"")
        for word in (*told, done.number, "挂机空调安装", "文三路8号", "¥80.00", report.sha256):
            assert word in text, word
        assert "公司承担" not in text


SIGNED = {
    "key": "check", "name": "安装检查",
    "fields": [{"key": "signed", "label": "物业", "kind": "signature", "required": True}],
}  # fmt: skip


@pytest.fixture
def signed(world: Any) -> Any:
    """A completed order whose form was signed with a pen first and on paper then."""
    body = apply_edits(
        presets()["installation"], [{"op": "form", "form": SIGNED, "stage": "on_site"}], {}
    )
    FlowVersion.objects.create(
        key="installation", number=50, name="安装", body=body, published_at=clock.now()
    )
    order, me = arrive(open_order(world), world), world.installer.user
    pen = Signer(name="李小红", strokes=read_strokes(json.dumps(DRAWN)))
    what: dict[str, Any] = {"order_id": order.pk, "form_key": "check", "actor": me}
    sign_form(**what, field_key="signed", upload=signature(), signer=pen)
    add_form_pictures(**what, uploads={"signed": [photo(44)]})
    fill_form(**what, given={})
    prove(order, world)
    return step(order, "complete", me)


def test_what_signs_a_form_is_frozen_as_it_was_drawn_and_says_what_was_not(signed: Any) -> None:
    report = report_of(signed)
    (form,) = read_facts(report.facts).forms
    drawn, paper = form.signatures or ()
    assert (drawn.label, drawn.name, drawn.by) == (
        "物业",
        "李**",
        signed.installer.user.display_name,
    )
    assert drawn.strokes == DRAWN
    assert paper.strokes is None
    assert read_facts(report.facts).stored() == report.facts
    html = report_html(report, "zh-hans")
    assert html.count("image/svg+xml") == 1 + html.count('class="qr"')
    assert "2 个签名" in html


@needs_libraries
def test_a_print_that_was_altered_or_lost_is_made_again(done: Any) -> None:
    report = report_of(done)
    made = print_report(report_id=report.pk, language="zh-hans")
    assert made is not None
    with open(made.file.path, "ab") as target:
        target.write(b" ")
    assert kept_print(report, "zh-hans") is None
    print_report(report_id=report.pk, language="zh-hans")
    assert kept_print(report, "zh-hans")
    assert ReportPrint.objects.count() == 1


@needs_libraries
def test_a_missing_picture_is_said_and_hostile_words_are_words(done: Any) -> None:
    hostile = '<script>alert(1)</script><link rel="attachment" href="file:///etc/passwd">'
    done.address.detail = hostile
    done.address.save()
    shown = Evidence.objects.filter(work_order=done, kind="photo").earliest("pk")
    shown.file.storage.delete(shown.file.name)
    report = report_of(done)
    print_report(report_id=report.pk, language="zh-hans")
    content = kept_print(report, "zh-hans") or b""
    assert "<script>" in words(content)
    assert "文件缺失" in words(content)
    assert not PdfReader(io.BytesIO(content)).attachments


@needs_libraries
def test_new_reports_are_printed_before_anybody_asks_and_only_the_newest_version(
    world: Any, done: Any
) -> None:
    report_of(done)
    use_material(
        order_id=done.pk, material=world.pipe, quantity_milli=1_000, actor=world.dispatcher
    )
    second = report_of(done)
    assert (print_missing(), print_missing()) == (1, 0)
    assert ReportPrint.objects.get().report == second


@needs_libraries
def test_who_may_see_the_order_downloads_its_report_and_nobody_else(
    world: Any, done: Any, client: Any, other_client: Any
) -> None:
    report_of(done)
    address = reverse("workorders:report-file", args=[done.number, 1, "zh"])
    client.force_login(world.installer.user)
    first = client.get(address)
    assert (first.status_code, first["Refresh"]) == (202, "3")
    assert "报告生成中" in first.content.decode()
    drain(strict=True)
    sent = client.get(address)
    assert (sent.status_code, sent["Content-Type"]) == (200, "application/pdf")
    assert sent.content.startswith(b"%PDF-")
    for user in (world.other_installer.user, world.stranger):
        client.force_login(user)
        assert client.get(address).status_code == 404
    client.force_login(world.seller)
    assert client.get(address).status_code == 200
    for wrong in ([done.number, 9, "zh"], [done.number, 1, "xx"]):
        assert client.get(reverse("workorders:report-file", args=wrong)).status_code == 404


@needs_libraries
def test_the_customers_link_shows_the_report_until_it_expires_and_at_no_other_company(
    done: Any, client: Any, other_client: Any
) -> None:
    report = report_of(done)
    token = link_token(done)
    address = f"/report/{token}/"
    page = client.get(address)
    assert "挂机空调安装" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    print_report(report_id=report.pk, language="en")
    assert client.get(f"{address}en.pdf").content.startswith(b"%PDF-")
    assert other_client.get(address).status_code == 404
    assert client.get(f"/report/{token[:-2]}xx/").status_code == 404
    assert client.get(f"/report/{paper_token(report)}/").status_code == 404
    with moved_to(clock.now() - timedelta(days=LINK_DAYS + 1)):
        old = link_token(done)
    assert opened_report(old).report == report


def test_the_code_on_the_paper_tells_the_truth_of_today(
    world: Any, done: Any, client: Any, other_client: Any
) -> None:
    report = report_of(done)
    address = f"/report/check/{paper_token(report)}/"
    page = client.get(address).content.decode()
    assert "没有更正" in page
    assert report.sha256 in page
    assert "文三路" not in page
    use_material(
        order_id=done.pk, material=world.pipe, quantity_milli=1_000, actor=world.dispatcher
    )
    report_of(done)
    page = client.get(address).content.decode()
    assert "第 2 版" in page
    assert "铜管" in page
    assert other_client.get(address).status_code == 404
    assert printed_report(link_token(done)) is None


def test_the_desk_makes_the_report_of_an_order_from_before_there_were_reports(
    world: Any, done: Any, client: Any
) -> None:
    client.force_login(world.dispatcher)
    page = reverse("workorders:order-detail", args=[done.number])
    assert "生成报告" in client.get(page).content.decode()
    client.post(reverse("workorders:report-make", args=[done.number]))
    shown = client.get(page).content.decode()
    assert "生成报告" not in shown
    assert "English PDF" in shown
    assert "/report/" in shown
    assert connection.schema_name == "t_alpha"


def test_the_desk_brings_a_report_up_to_date_that_no_longer_says_what_is_on_record(
    world: Any, done: Any, client: Any
) -> None:
    report_of(done)
    client.force_login(world.dispatcher)
    state = reverse("workorders:report-state", args=[done.number])
    assert (
        state in client.get(reverse("workorders:order-detail", args=[done.number])).content.decode()
    )
    assert "更新报告" not in client.get(state).content.decode()
    ExtraCharge.objects.create(
        work_order=done, code="glue", amount_fen=3_000, bearer="customer", installer_bp=10_000,
        reason="玻璃胶", state="confirmed", made_at=clock.now(),
    )  # fmt: skip
    shown = client.get(state).content.decode()
    assert "更新报告" in shown
    assert "玻璃胶" in shown
    client.post(reverse("workorders:report-make", args=[done.number]))
    assert done.reports.count() == 2
    assert "更新报告" not in client.get(state).content.decode()
    client.force_login(world.other_installer.user)
    assert client.get(state).status_code in (403, 404)

"""The case report (备案报告): made in the background from the frozen evidence, kept as a PDF."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import Gone, refuse_unless
from common.journal import record
from common.language import DEFAULT
from common.outbox import announce
from common.outbox.models import OPEN, OutboxRow
from common.pdf.fonts import printable
from common.pdf.render import pdf_obstacle
from network.models import OrgUnit
from settlement.disputes.events import DisputeReportWanted
from settlement.disputes.thread import thread_of
from settlement.models import Dispute, DisputeReportCopy
from settlement.pdf.render import render_pdf
from settlement.statements.files import FileState, StoredFile

if TYPE_CHECKING:
    from accounts.models import User

MOST_PICTURES = 12
"""What a report shows of an order's pictures; the others are named with their fingerprints."""


def kept_in(dispute: Dispute, language: str) -> Dispute | DisputeReportCopy:
    """Return what keeps the report of a language: for another than the company's maybe unsaved."""
    if language == DEFAULT:
        return dispute
    found = DisputeReportCopy.objects.filter(dispute=dispute, language=language).first()
    return found or DisputeReportCopy(dispute=dispute, language=language)


def report_state(dispute: Dispute, language: str = DEFAULT) -> FileState:
    """Return where a language's report is; `old` when the dispute has moved since it was made."""
    kept = kept_in(dispute, language)
    if kept.report:
        is_old = kept.report_steps != dispute.steps.count()
        if not is_old:
            return FileState("ready")
    if obstacle := pdf_obstacle():
        return FileState("impossible", obstacle)
    wanted = OutboxRow.objects.filter(topic=DisputeReportWanted.topic(), done_at=None)
    mine = wanted.filter(payload__dispute_id=dispute.pk, payload__language=language)
    if mine.filter(OPEN).exists():
        return FileState("making")
    if mine.exists():
        return FileState("failed")
    return FileState("old" if kept.report else "none")


@transaction.atomic
def want_report(*, dispute_id: int, actor: User, language: str = DEFAULT) -> None:
    """Have the report made in a language, unless an up-to-date one is there or on its way."""
    dispute = Dispute.objects.select_for_update().get(pk=dispute_id)
    found = report_state(dispute, language)
    refuse_unless(found.state != "impossible", "pdf.libraries", found.obstacle)
    if found.state in {"none", "failed", "old"}:
        record(actor, "dispute.report_wanted", dispute, number=dispute.number)
        announce(DisputeReportWanted(dispute.pk, language))


@transaction.atomic
def make_report(*, dispute_id: int, language: str = DEFAULT) -> Dispute:
    """Make the report of a dispute as it stands in a language; one that is up to date is left as it is."""
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    kept, steps = kept_in(dispute, language), dispute.steps.count()
    if pdf_obstacle() or (kept.report and kept.report_steps == steps):
        return dispute
    with translation.override(language):
        content = render_pdf(report_html(dispute))
    kept.report.save("disputes/report.pdf", ContentFile(content), save=False)
    kept.report_sha256 = hashlib.sha256(content).hexdigest()
    kept.report_steps = steps
    if kept.pk:
        kept.save(update_fields=["report", "report_sha256", "report_steps"])
    else:
        kept.save()
    return dispute


def stored_report(dispute: Dispute, language: str = DEFAULT) -> StoredFile:
    """Return the kept report of a language; Gone when it is not there or is not what was kept."""
    kept = kept_in(dispute, language)
    try:
        with kept.report.open("rb") as source:
            content: bytes = source.read()
    except (ValueError, OSError):
        content = b""
    if not content or hashlib.sha256(content).hexdigest() != kept.report_sha256:
        raise Gone("dispute.no_report", _("The report is not there. Have it made again."))
    return StoredFile(f"{dispute.number}.pdf", "application/pdf", content)


def report_html(dispute: Dispute) -> str:
    """Return the report as a document in the language in use, its pictures inside it."""
    headquarters = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    thread = thread_of(dispute)
    bundle = thread.bundle
    named = [*bundle["claim"]["photos"], *bundle["photos"], *bundle["signatures"]]
    context: dict[str, Any] = {
        "company": headquarters.name if headquarters else "",
        "thread": thread,
        "dispute": dispute,
        "steps": thread.steps[::-1],
        "pictures": [_picture(one) for one in named[:MOST_PICTURES]],
        "more": named[MOST_PICTURES:],
        "evidence": dispute.evidence,
    }
    return printable(render_to_string("settlement/pdf/dispute.html", context))


def _picture(one: dict[str, Any]) -> dict[str, Any]:
    """A frozen file as the document shows it: inside, when it still is what was frozen."""
    content = frozen_content(one["name"], one["sha256"])
    kind = "png" if one["name"].endswith(".png") else "jpeg"
    address = ""
    if content is not None:
        address = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return one | {"address": address}


def frozen_content(name: str, sha256: str) -> bytes | None:
    """Return a frozen file's content; None when it is gone or no longer what was frozen."""
    try:
        with default_storage.open(name) as source:
            content: bytes = source.read()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None

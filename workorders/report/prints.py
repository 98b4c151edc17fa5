"""The PDFs of service reports: made from frozen facts in a worker, read back unaltered."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef

from common import clock
from common.pdf.render import pdf_obstacle, render_pdf
from workorders.models import ReportPrint, ServiceReport
from workorders.report.document import STYLE, report_html

if TYPE_CHECKING:
    from django.db.models import QuerySet

_FRESH = timedelta(days=2)
"""What is older is printed when somebody asks for it."""
_AT_ONCE = 10
"""About ten seconds of one core, so that other work of the queue gets its turn."""


def kept_print(report: ServiceReport, language: str) -> bytes | None:
    """Return a report's PDF; None when it is not there, or not what was kept."""
    found = ReportPrint.objects.filter(report=report, language=language).first()
    if found is None:
        return None
    try:
        with found.file.open("rb") as source:
            content: bytes = source.read()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == found.sha256 else None


def print_report(*, report_id: int, language: str) -> ReportPrint | None:
    """Print a report in a language and keep it; one that is there and whole is left alone.

    None for a language nobody reads, and where no PDF can be made.
    """
    report = ServiceReport.objects.select_related("work_order").get(pk=report_id)
    if language not in dict(settings.LANGUAGES) or pdf_obstacle():
        return None
    known = ReportPrint.objects.filter(report=report, language=language).first()
    if known is not None and kept_print(report, language) is not None:
        return known
    content = render_pdf(report_html(report, language), style=STYLE)
    made = known or ReportPrint(report=report, language=language)
    made.file.save("report.pdf", ContentFile(content), save=False)
    made.sha256, made.size_bytes = hashlib.sha256(content).hexdigest(), len(content)
    made.made_at = clock.now()
    made.save()
    return made


def prints_are_missing() -> bool:
    """Whether new reports wait to be printed in the language most people read."""
    return not pdf_obstacle() and _unprinted().exists()


def print_missing() -> int:
    """Print some new reports; returns how many."""
    made = 0
    for report_id in list(_unprinted().values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            made += print_report(report_id=report_id, language=settings.LANGUAGE_CODE) is not None
    return made


def _unprinted() -> QuerySet[ServiceReport]:
    printed = ReportPrint.objects.filter(report=OuterRef("pk"), language=settings.LANGUAGE_CODE)
    later = ServiceReport.objects.filter(
        work_order=OuterRef("work_order"), version__gt=OuterRef("version")
    )
    fresh = ServiceReport.objects.filter(made_at__gte=clock.wall_now() - _FRESH)
    return fresh.filter(~Exists(printed), ~Exists(later)).order_by("pk")

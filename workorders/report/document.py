"""A service report as the HTML its PDF is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from django.template.loader import render_to_string
from django.utils import translation

from common.pdf.fonts import printable
from workorders.report.changes import change_words
from workorders.report.links import verification_url
from workorders.report.pages import page_of
from workorders.report.pictures import MOST_PICTURES, embedded_pictures
from workorders.report.shape import read_facts

if TYPE_CHECKING:
    from workorders.models import ServiceReport

STYLE = Path(__file__).with_name("report.css")


def report_html(report: ServiceReport, language: str) -> str:
    """Return the report as a document in a language, its pictures inside it."""
    facts = read_facts(report.facts)
    with translation.override(language):
        page = page_of(facts, embedded_pictures(report.work_order, facts))
        context: dict[str, Any] = {
            "language": "en" if language == "en" else "zh-Hans",
            "report": report,
            "facts": facts,
            "page": page,
            "more": facts.photos[MOST_PICTURES:],
            "changes": change_words(report.changes),
            "code": segno.make(verification_url(report), error="m").svg_data_uri(border=0),
        }
        return printable(render_to_string("workorders/pdf/report.html", context))

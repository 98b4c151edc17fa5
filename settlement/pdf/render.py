"""Statements, quotations and case reports as PDF bytes."""

from __future__ import annotations

from pathlib import Path

from common.pdf import render

_STYLE = Path(__file__).with_name("statement.css")


def render_pdf(html: str) -> bytes:
    """Return the PDF of an HTML document laid out by the statement's style sheet.

    Refused when system libraries are missing. Text is expected to be escaped and to hold only
    characters of the font.
    """
    return render.render_pdf(html, style=_STYLE)

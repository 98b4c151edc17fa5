"""Turns HTML into PDF bytes with the shipped font; every other address in the document is refused."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.machine.system_packages import missing_pdf_packages
from common.pdf.fonts import font_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def pdf_obstacle() -> str:
    """Return what keeps this machine from making PDFs, as a sentence; empty when nothing does."""
    missing = missing_pdf_packages()
    if not missing:
        return ""
    sentence = _("PDFs need system packages that are missing on this server: %(names)s")
    return sentence % {"names": " ".join(missing)}


def render_pdf(html: str, *, style: Path) -> bytes:
    """Return the PDF of an HTML document laid out by a style sheet of ours; its font is "Printed".

    Refused when system libraries are missing. Text is expected to be escaped and to hold only
    characters of the font.
    """
    if obstacle := pdf_obstacle():
        raise Refused("pdf.libraries", obstacle)
    # Imported here: without Pango the import itself fails, and everything else must go on.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fetch, fonts = _fetcher()(), FontConfiguration()
    sheet = CSS(string=_with_font(style), font_config=fonts, url_fetcher=fetch)
    document = HTML(string=html, url_fetcher=fetch, base_url=None)
    made: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts)
    return made


def _with_font(style: Path) -> str:
    face = f'@font-face {{ font-family: "Printed"; src: url("{font_file().as_uri()}"); }}\n'
    return face + style.read_text("utf-8")


@cache
def _fetcher() -> Callable[[], Any]:
    """The class of the fetcher: WeasyPrint's own would read any file and any address.

    A note of a customer may hold `<link rel=attachment href=file:///…>`; data in the document
    itself and the one font file are all a document needs.
    """
    from weasyprint.urls import URLFetcher

    font = font_file().as_uri()

    class OwnFontOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Fetches the shipped font and `data:`; raises ValueError for everything else."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols={"data", "file"}, allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:
            """Return the resource of an allowed address."""
            if not url.startswith("data:") and url != font:
                raise ValueError("a document fetches nothing")
            return super().fetch(url, headers)

    return OwnFontOnly

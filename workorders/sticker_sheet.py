"""A sheet of stickers for an order's appliance as PDF: A4, three by eight, cut from common labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.template.loader import render_to_string

from common.pdf.fonts import printable
from common.pdf.render import render_pdf
from network.models import OrgUnit
from workorders.stickers import sticker_url

if TYPE_CHECKING:
    from workorders.models import WorkOrder

PER_SHEET = 24
_STYLE = Path(__file__).with_name("sticker_sheet.css")


def sticker_sheet(order: WorkOrder) -> bytes:
    """Return one sheet; Refused when this server cannot make PDFs."""
    return render_pdf(sticker_html(order), style=_STYLE)


def sticker_html(order: WorkOrder) -> str:
    """Return the sheet as a document; no name, number or address of the customer stands on it."""
    top = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    context = {
        "company": top.name if top else "",
        "order": order,
        "places": range(PER_SHEET),
        "code": segno.make(sticker_url(order), error="m").svg_data_uri(border=0),
    }
    return printable(render_to_string("workorders/pdf/stickers.html", context))

"""A quotation on paper, for the customer: nothing of what the job costs the company."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from common.pdf.fonts import printable
from network.models import OrgUnit
from settlement.pdf.render import render_pdf
from settlement.quotations.pricing import LEFT_OUT
from settlement.quotations.selectors import offer_of
from settlement.statements.capitals import capitals

if TYPE_CHECKING:
    from settlement.models import Quotation
    from settlement.quotations.selectors import OfferShown


def quotation_pdf(quotation: Quotation) -> bytes:
    """Return the PDF; Refused when this server cannot make any."""
    return render_pdf(quotation_html(quotation))


def quotation_html(quotation: Quotation) -> str:
    """Return the offer as a document in the reader's language, with only characters the font has."""
    headquarters = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    context = {
        "company": headquarters.name if headquarters else "",
        "quotation": quotation,
        "offer": _for_customers(offer_of(quotation)),
        "capitals": capitals(quotation.total_fen),
    }
    return printable(render_to_string("settlement/pdf/quotation.html", context))


def _for_customers(offer: OfferShown) -> OfferShown:
    """What the company left out, and why, is its own business."""
    lines = tuple(shown for shown in offer.lines if shown.line.code != LEFT_OUT)
    return replace(offer, lines=lines)

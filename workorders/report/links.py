"""Signed addresses of a report: one to check a paper by, one that a customer downloads it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import segno
from django.core.signing import BadSignature, SignatureExpired
from django.urls import reverse

from common.schema import current_schema
from common.signing import sign, unsign
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.models import ServiceReport

if TYPE_CHECKING:
    from workorders.models import WorkOrder

_LINK, _PAPER = "report-link", "report-paper"
LINK_DAYS = 30
"""How long a customer's link works after it was shown; showing it again gives a new one."""


class ReportLink(NamedTuple):
    """The full address, and the same as a picture (a data address) to be scanned."""

    url: str
    picture: str


class Opened(NamedTuple):
    """What a customer's link leads to: the newest report of an order, or why not."""

    report: ServiceReport | None
    is_expired: bool = False


def report_link(order: WorkOrder) -> ReportLink:
    """Return the customer's link to the newest report of an order; one query."""
    url = _host() + reverse("workorders-report:report", args=[link_token(order)])
    return ReportLink(url, segno.make(url, error="m").svg_data_uri(border=2, scale=4))


def link_token(order: WorkOrder) -> str:
    """Return the token of an order's reports: worth nothing elsewhere or for another purpose."""
    return sign(_LINK, [order.pk])


def opened_report(token: str) -> Opened:
    """Return the newest report of a customer's token; none for a foreign or an old one."""
    try:
        [order_id] = unsign(_LINK, token, max_age_s=LINK_DAYS * 86_400)
        reports = ServiceReport.objects.filter(work_order=int(order_id))
    except SignatureExpired:
        return Opened(None, is_expired=True)
    except (BadSignature, ValueError, TypeError):
        return Opened(None)
    return Opened(reports.select_related("work_order").order_by("-version").first())


def verification_url(report: ServiceReport) -> str:
    """Return the full address for the code on the paper."""
    return _host() + reverse("workorders-report:verify", args=[paper_token(report)])


def paper_token(report: ServiceReport) -> str:
    """Return what a paper says of itself: the report, and the fingerprint of what it shows."""
    return sign(_PAPER, [report.pk, report.sha256])


def printed_report(token: str) -> ServiceReport | None:
    """Return the report a paper's token names; None when it is not ours."""
    try:
        report_id, sha256 = unsign(_PAPER, token)
        found = ServiceReport.objects.filter(pk=int(report_id), sha256=str(sha256))
    except (BadSignature, ValueError, TypeError):
        return None
    return found.select_related("work_order").first()


def _host() -> str:
    return tenant_url(Tenant.objects.get(schema_name=current_schema())).rstrip("/")

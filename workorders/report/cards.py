"""What desk and phone show of an order's report: its versions, and the customer's link to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.pdf.render import pdf_obstacle
from workorders.report.changes import change_words
from workorders.report.links import report_link
from workorders.report.versions import is_over, reports_of

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder
    from workorders.report.links import ReportLink


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version, and what it changed in words."""

    number: int
    made_at: datetime
    changes: list[str]


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The versions of a report, the newest first; without any it can be made when `is_over`."""

    versions: list[VersionShown]
    link: ReportLink | None
    is_over: bool
    obstacle: str

    @property
    def newest(self) -> VersionShown | None:
        """The version that counts."""
        return self.versions[0] if self.versions else None


def report_card(order: WorkOrder, *, with_link: bool) -> ReportCard:
    """Return an order's report as shown; one query while there is none, four with the link."""
    found = [
        VersionShown(row.version, row.made_at, change_words(row.changes))
        for row in reports_of(order).defer("facts")
    ]
    link = report_link(order) if found and with_link else None
    over = bool(found) or is_over(order)
    return ReportCard(found, link, over, pdf_obstacle() if over else "")

"""Freezes service reports: one when the work is over, another when what it said was corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from common.outbox.models import OPEN, OutboxRow
from common.pdf.render import pdf_obstacle
from workorders.events import ReportPrintWanted
from workorders.models import ServiceReport
from workorders.report.changes import changes_between
from workorders.report.prints import kept_print
from workorders.report.reading import facts_of
from workorders.report.shape import fingerprint, read_facts
from workorders.report.versions import is_over, newest_report
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def bring_report_up_to_date(*, order_id: int, actor: User | None = None) -> ServiceReport | None:
    """Freeze a version when an order's work is over and no version says what is on record now.

    Returns the newest version; None for an order that never had one. One that says the same is
    left alone, so it may be called any number of times.
    """
    order = lock_order(order_id)
    before = newest_report(order)
    if not is_over(order):
        return before
    facts = facts_of(order)
    kept = facts.stored()
    sha256 = fingerprint(kept)
    if before is not None and before.sha256 == sha256:
        return before
    changes = changes_between(read_facts(before.facts), facts) if before else []
    made = ServiceReport.objects.create(
        work_order=order,
        version=before.version + 1 if before else 1,
        facts=kept,
        sha256=sha256,
        changes=changes,
        made_at=clock.now(),
    )
    record(actor, "report.frozen", order, version=made.version, sha256=sha256)
    return made


@transaction.atomic
def make_report(*, order_id: int, actor: User) -> ServiceReport:
    """Freeze the report of an order from before there were reports, or one that was corrected.

    Refused("report.early") while the work goes on.
    """
    report = bring_report_up_to_date(order_id=order_id, actor=actor)
    refuse_unless(report, "report.early", _("The report is made when the work is done"))
    assert report is not None  # noqa: S101 - refused a line above
    return report


@transaction.atomic
def want_print(*, report: ServiceReport, language: str) -> bool:
    """Have a report printed in a language; returns whether it is there already.

    Refused("pdf.libraries") where no PDF can be made. Asked again while it is made: no effect.
    """
    if kept_print(report, language) is not None:
        return True
    obstacle = pdf_obstacle()
    refuse_unless(not obstacle, "pdf.libraries", obstacle)
    lock_order(report.work_order_id)
    asked = OutboxRow.objects.filter(OPEN, topic=ReportPrintWanted.topic())
    if not asked.filter(payload__report_id=report.pk, payload__language=language).exists():
        announce(ReportPrintWanted(report.pk, language))
    return False

"""What an order says today that its report does not say yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders.report.changes import change_words, changes_between
from workorders.report.reading import facts_of
from workorders.report.shape import fingerprint, read_facts
from workorders.report.versions import is_over, newest_report

if TYPE_CHECKING:
    from workorders.models import WorkOrder


def news_since_report(order: WorkOrder) -> list[str] | None:
    """Return what another version would change in words; None where the newest says all of it.

    None too while there is no report, or the work goes on again.
    """
    newest = newest_report(order)
    if newest is None or not is_over(order):
        return None
    facts = facts_of(order)
    if fingerprint(facts.stored()) == newest.sha256:
        return None
    return change_words(changes_between(read_facts(newest.facts), facts))

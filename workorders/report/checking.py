"""What the code on a paper proves to whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workorders.report.changes import change_words
from workorders.report.links import printed_report
from workorders.report.pages import moment
from workorders.report.shape import read_facts
from workorders.report.versions import newest_report

if TYPE_CHECKING:
    from workorders.models import ServiceReport
    from workorders.report.shape import Facts


@dataclass(frozen=True, slots=True)
class Checked:
    """A paper's report, and the newest; `changes` are sentences of all versions in between."""

    report: ServiceReport
    facts: Facts
    newest: int
    ended_at: str
    changes: list[str]

    @property
    def is_current(self) -> bool:
        """Whether no later version replaced it."""
        return self.report.version == self.newest


def checked(token: str) -> Checked | None:
    """Return what is true of the paper a code stands on; None for a code that is not ours."""
    report = printed_report(token)
    if report is None:
        return None
    newest = newest_report(report.work_order) or report
    later = report.work_order.reports.filter(version__gt=report.version).order_by("version")
    changes = [words for row in later for words in change_words(row.changes)]
    facts = read_facts(report.facts)
    return Checked(report, facts, newest.version, moment(facts.ended_at), changes)

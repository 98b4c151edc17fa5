"""Why a recompute changed somebody's money of an order: the one text of phone, statement and dispute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import money
from settlement.explaining import rule_words
from settlement.models import RecomputeDifference, Settlement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from settlement.models import JournalEntry, Party

_LARGE = ("version__body", "settlement__version__body", "settlement__facts")


def posted_differences() -> QuerySet[RecomputeDifference]:
    """Return the differences that are in the books, with all that explains them, in one query."""
    return (
        RecomputeDifference.objects.exclude(entry=None)
        .select_related("run", "version__rule_set", "settlement__version__rule_set")
        .select_related("entry__corrects__period", "work_order")
        .defer(*_LARGE)
    )


def difference_of(entry: JournalEntry, party: Party) -> RecomputeDifference | None:
    """Return what a recompute's entry changed for a payee; None for entries of other kinds."""
    return posted_differences().filter(entry=entry, party=party).first()


def settled_by(row: RecomputeDifference) -> Settlement | None:
    """Return the settlement a posted difference made of its order."""
    later = Settlement.objects.filter(work_order=row.work_order_id, pk__gt=row.settlement_id)
    return later.order_by("pk").first()


def correction_words(row: RecomputeDifference) -> tuple[str, ...]:
    """Return what a posted difference is made of, in the reader's language, a sentence each.

    Both sums, the components that changed, the rules before and now, the corrected fact with its
    source, the reason that was given, and the period of what is corrected.
    """
    return (
        sums_words(row), *component_words(row), *_rules(row), *_fact(row), reason_words(row),
        *_corrected(row),
    )  # fmt: skip


def sums_words(row: RecomputeDifference) -> str:
    """Return what the order brought the payee and what it brings now."""
    words = {
        "old": money(row.old_fen),
        "new": money(row.new_fen),
        "diff": money(row.diff_fen, signed=True),
    }
    return _("Was %(old)s, is now %(new)s: %(diff)s") % words


def component_words(row: RecomputeDifference) -> Iterator[str]:
    """Yield each component that changed, the largest change first."""
    for _code, label, old_fen, new_fen in row.because.get("lines", []):
        words = {"what": label, "old": money(old_fen), "new": money(new_fen)}
        yield _("%(what)s: was %(old)s, is now %(new)s") % words


def reason_words(row: RecomputeDifference) -> str:
    """Return why people had the money computed again, as they wrote it."""
    return _("Why: %(reason)s") % {"reason": row.run.reason}


def _rules(row: RecomputeDifference) -> Iterator[str]:
    before = row.settlement.version
    if before.pk == row.version_id:
        yield _("By the same rules: %(rules)s") % {"rules": rule_words(before)}
        return
    yield _("Rules before: %(rules)s") % {"rules": rule_words(before)}
    yield _("Rules now: %(rules)s") % {"rules": rule_words(row.version)}


def _fact(row: RecomputeDifference) -> Iterator[str]:
    asked = row.run.asked
    if "kind" in asked:
        words = {"fact": row.run.fact_words, "source": asked.get("source", "")}
        yield _("Corrected: %(fact)s (known from %(source)s)") % words


def _corrected(row: RecomputeDifference) -> Iterator[str]:
    settled = row.entry.corrects if row.entry else None
    if settled is not None:
        words = {"number": row.work_order.number, "period": settled.period}
        yield _("Corrects the settlement of work order %(number)s in period %(period)s") % words

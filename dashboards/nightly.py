"""The night's check of the roll-up: month by month, each a transaction of its own; kept and shown."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from common import clock
from common.outbox import announce
from common.transactions import transactional
from dashboards.checking import check_days, ledger_gaps, months
from dashboards.events import RollupCheckAdvanced
from dashboards.models import RollupCheck

KEPT_FOR = timedelta(days=90)
_NAMED = 3
log = logging.getLogger(__name__)


@transactional
def start_check() -> RollupCheck:
    """Begin a check with the oldest month; what is left of one before it goes on beside it."""
    now = clock.wall_now()
    RollupCheck.objects.filter(started_at__lt=now - KEPT_FOR).delete()
    check = RollupCheck.objects.create(started_at=now, moved_at=now)
    _go_on(check, months())
    return check


@transactional
def advance_check(*, check_id: int, month: date) -> RollupCheck:
    """Check a month and announce the next, or compare with the ledger and end; a repeat adds nothing."""
    check = RollupCheck.objects.select_for_update().get(pk=check_id)
    if check.finished_at is not None or (check.last_month and month <= check.last_month):
        return check
    following = (month + timedelta(days=31)).replace(day=1)
    found = check_days(month, following - timedelta(days=1))
    check.cells += found.cells
    check.off += len(found.off)
    check.off_fen += found.off_fen
    check.missed += len(found.missed)
    check.waiting += len(found.waiting)
    check.last_month = month
    if found.off or found.missed:
        log.warning(
            "the roll-up of %s was off by %d fen in %d cells, %d bookings were missed: %s",
            f"{month:%Y-%m}", found.off_fen, len(found.off), len(found.missed),
            ", ".join([*map(str, sorted(found.off)), *sorted(found.missed)][:_NAMED]),
        )  # fmt: skip
    _go_on(check, [each for each in months() if each > month])
    return check


def _go_on(check: RollupCheck, left: list[date]) -> None:
    check.moved_at = clock.wall_now()
    if left:
        event = RollupCheckAdvanced(check.pk, left[0].isoformat())
        announce(event, key=f"rollup-check:{check.pk}:{event.month}")
    else:
        gaps = ledger_gaps()
        for gap in gaps[:_NAMED]:
            log.warning(
                "%s %s: the figures have %d fen, the ledger %d fen",
                f"{gap.month:%Y-%m}", gap.whose, gap.kept_fen, gap.booked_fen,
            )  # fmt: skip
        check.ledger_off = len({gap.month for gap in gaps})
        check.finished_at = check.moved_at
    check.save()

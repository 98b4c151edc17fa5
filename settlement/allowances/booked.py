"""An installer's allowances as they are booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import clock
from settlement.allowances.words import allowance_label
from settlement.bonuses.booked import OwnBonus
from settlement.models import Allowance

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer


def own_allowances(*, installer: Installer, first: date, last: date) -> list[OwnBonus]:
    """Return what was granted for days, and taken back on days; two queries.

    What was taken back in the period it was booked in is left out with what took it back.
    """
    rows = (
        Allowance.objects.filter(payee__installer=installer, on__lte=last)
        .select_related("entry", "reversal")
        .prefetch_related("lines")
        .order_by("-on", "-pk")
    )
    found = [
        OwnBonus(row.on, allowance_label(row), _fen(row))
        for row in rows.filter(on__gte=first)
        if row.reversal is None or row.reversal.period_id != row.entry.period_id
    ]
    since, until = clock.day_span(first)[0], clock.day_span(last)[1]
    for row in rows.filter(taken_back_at__gte=since, taken_back_at__lt=until):
        if row.reversal and row.taken_back_at and row.reversal.period_id != row.entry.period_id:
            on = clock.business_day(row.taken_back_at)
            found.append(OwnBonus(on, allowance_label(row), -_fen(row)))
    return found


def _fen(row: Allowance) -> int:
    return sum(line.amount_fen for line in row.lines.all())

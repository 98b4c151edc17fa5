"""The kinds of shift a company usually begins with."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.db import transaction

from common.journal import record
from dispatch.models import ShiftPattern

if TYPE_CHECKING:
    from accounts.models import User

# Name, mark, from, to, pause from, pause until, minutes of pause, late, on call.
_USUAL = (
    ("早班", "早", time(8), time(17), time(11, 30), time(13, 30), 60, False, False),
    ("晚班", "晚", time(12), time(21), time(17), time(18, 30), 60, True, False),
    ("全天", "全", time(8), time(19), time(11, 30), time(13, 30), 90, False, False),
    ("夜班", "夜", time(22), time(6), None, None, 0, True, False),
    ("值班", "值", time(21), time(7), None, None, 0, False, True),
)


@transaction.atomic
def add_usual_patterns(*, actor: User | None) -> list[ShiftPattern]:
    """Give a company without any shifts the usual five; otherwise nothing happens."""
    if ShiftPattern.objects.exists():
        return list(ShiftPattern.objects.all())
    made = [
        ShiftPattern(
            name=name, mark=mark, starts=starts, ends=ends, pause_from=pause_from,
            pause_until=pause_until, pause_min=pause_min, is_late=is_late, on_call=on_call,
            position=n,
        )
        for n, (
            name, mark, starts, ends, pause_from, pause_until, pause_min, is_late, on_call,
        ) in enumerate(_USUAL, 1)
    ]  # fmt: skip
    ShiftPattern.objects.bulk_create(made)
    record(actor, "roster.patterns_added", None, count=len(made))
    return list(ShiftPattern.objects.all())

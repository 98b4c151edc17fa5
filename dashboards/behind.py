"""What stands behind cells: found through the cells themselves, so a list adds up to its figure.

A cell notes every event it was made of. Its list reads those notes and asks nothing of where an
order stands by now or whose it is: who may see a cell sees what is in it, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from dashboards.behind_rows import IN, OUT, rows_of
from dashboards.models import RevenueRollup, RollupApplied

if TYPE_CHECKING:
    from dashboards.behind_rows import Behind


def behind(cells: QuerySet[RevenueRollup], *, most: int) -> list[Behind]:
    """Return the newest of what is in some cells; a number of queries that does not depend on it."""
    notes = _in(cells).order_by("-cell__day", "-pk").values_list("source_key", flat=True)
    keys = list(notes[:most])
    found = rows_of(keys)
    return [found[key] for key in keys if key in found]


def count_behind(cells: QuerySet[RevenueRollup]) -> int:
    """Return how many things are in some cells."""
    return _in(cells).count()


def _in(cells: QuerySet[RevenueRollup]) -> QuerySet[RollupApplied]:
    """What was added to these cells and not taken out again."""
    out = Concat(Value(OUT), Substr(OuterRef("source_key"), 2))
    taken = Exists(RollupApplied.objects.filter(source_key=out))
    added = RollupApplied.objects.filter(cell__in=cells).exclude(source_key__startswith=OUT)
    return added.exclude(Q(source_key__startswith=IN) & taken)

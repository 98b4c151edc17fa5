"""A run's statements cut into shares of work."""

from __future__ import annotations

from settlement.models import (
    Statement,
)


def shares_of_files(run_id: int, *, lines_a_share: int) -> list[tuple[int, int]]:
    """Cut a run's statements into shares of about so many lines: (first id, last id), in order."""
    shares, first, lines = list[tuple[int, int]](), 0, 0
    rows = list(Statement.objects.filter(run_id=run_id).order_by("pk").values_list("pk", "lines"))
    for pk, count in rows:
        first = first or pk
        lines += count
        if lines >= lines_a_share or pk == rows[-1][0]:
            shares.append((first, pk))
            first = lines = 0
    return shares


def statement_ids(run_id: int, first: int, last: int) -> list[int]:
    """Return the ids of a run's statements between two ids, both included."""
    found = Statement.objects.filter(run_id=run_id, pk__range=(first, last)).order_by("pk")
    return list(found.values_list("pk", flat=True))

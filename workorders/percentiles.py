"""The percentile of a group of rows, as PostgreSQL computes it."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate


class Percentile(Aggregate):
    """What a share of the rows (0.5 = half of them) does not exceed, between two rows interpolated.

    Rows without a value are left out; None where no row has one.
    """

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, *, share: float) -> None:
        super().__init__(expression, share=f"{share:.4f}")

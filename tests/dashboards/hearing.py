"""Lets settlement and the dashboards hear what was announced, and nobody else."""

from __future__ import annotations

from django.db.models import Q

from common.outbox.execution import execute
from common.outbox.selectors import due_rows
from settlement.models import Settlement
from tests.settlement import company as companies
from tests.settlement.company import Company

_OURS = Q(handler__startswith="settlement.") | Q(handler__startswith="dashboards.")


def hear() -> None:
    """Work off what the two packages' handlers have to do, new rows included."""

    def next_row() -> int | None:
        return due_rows(None).filter(_OURS).values_list("pk", flat=True).first()

    while (row_id := next_row()) is not None:
        _outcome, error = execute(row_id)
        if error is not None:
            raise error


def settled(company: Company, number: str = "E20261102001") -> Settlement:
    """A settled order that is in the roll-up."""
    settlement = companies.settled(company, number)
    hear()
    return settlement

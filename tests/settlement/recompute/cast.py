"""Publishes other rules, and takes a recompute from its start to its end."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from common.invariants import run_checks
from common.outbox import drain
from settlement.models import Posting, RecomputeRun, RuleSetVersion
from settlement.recompute.running import approve_recompute, start_recompute
from settlement.services.publishing import publish_rules
from tests.settlement.company import INDUSTRY, Company, preset

BULK = ("bulk",)


def dearer(number: str = "2", *, by: int = 1000, **changes: Any) -> RuleSetVersion:
    """A version in which every price of the first grid is higher."""
    body = preset(version=number, **changes)
    fen = body["grids"]["price"]["fen"]
    body["grids"]["price"]["fen"] = {key: _raised(value, by) for key, value in fen.items()}
    return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


def _raised(value: Any, by: int) -> Any:
    if isinstance(value, dict):
        return {key: _raised(each, by) for key, each in value.items()}
    return value + by


def work_off() -> None:
    """Let the bulk queue run dry."""
    drain(queues=BULK, strict=True)


def proposed(company: Company, version: RuleSetVersion, **options: Any) -> RecomputeRun:
    """A computed run over the orders of a version."""
    run = start_recompute(
        version=version,
        reason="补价",
        actor=company.finance,
        **options,
    )
    work_off()
    run.refresh_from_db()
    return run


def approved(company: Company, run: RecomputeRun) -> RecomputeRun:
    """The run, approved by headquarters' administrator and posted."""
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    work_off()
    run.refresh_from_db()
    return run


def sum_of_all() -> int:
    """Everything that was ever posted."""
    return int(Posting.objects.aggregate(total=Sum("amount_fen"))["total"] or 0)


def broken() -> list[str]:
    """What the invariants find wrong."""
    return [words for found in run_checks(only=["I1", "I2", "I4", "I5", "I7"])
            for words in found.violations]  # fmt: skip

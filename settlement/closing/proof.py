"""Proves the books before a period is closed: the invariants of money, found wrong or found true."""

from __future__ import annotations

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from common import clock
from common.invariants import run_checks
from settlement.models import StatementRun
from settlement.statements.checks import Findings, find

_OF_MONEY = ("I1", "I2", "I3", "I5", "I6", "I7")


@transaction.atomic
def prove_books(*, run_id: int) -> list[str]:
    """Run the invariants of money and keep with the run what contradicts them; return it.

    A run in review is looked through anew: what waited for the proof does not wait any more.
    """
    # Not at import: the checks of other packages may stand above this one.
    autodiscover_modules("invariants")
    broken = [
        f"{finding.code}: {sentence}"
        for finding in run_checks(only=_OF_MONEY)
        for sentence in finding.violations
    ]
    run = StatementRun.objects.select_for_update().filter(pk=run_id).first()
    if run is not None:
        findings = Findings.read(run.checks)
        findings.broken, findings.proven_at = broken, clock.now().isoformat()
        if run.state == StatementRun.State.REVIEW:
            findings.checks = find(run.period, findings)
        run.checks = findings.plain()
        run.save(update_fields=["checks"])
    return broken

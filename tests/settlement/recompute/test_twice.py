"""Whatever the rules and whatever is corrected: computed again, a second time differs by nothing."""

from __future__ import annotations

import random
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import Refused
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.models import RecomputeRun, RuleSetVersion, Settlement
from settlement.recompute.facts import corrected_facts
from settlement.recompute.running import start_recompute
from settlement.services.publishing import publish_rules
from settlement.services.rules_in_force import compiled
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.engine.random_jobs import altered
from tests.settlement.recompute.cast import approved, broken, work_off

CORRECTABLE = [
    ("rain", "yes"), ("rain", "no"), ("distance_m", "0"), ("distance_m", "14999"),
    ("distance_m", "15000"), ("distance_m", "88000"),
]  # fmt: skip


def published(number: str, chance: random.Random | None) -> RuleSetVersion | None:
    """The company's contract with some numbers changed, as its next version; None: it cannot be."""
    body: dict[str, Any] = preset(version=number)
    try:
        changed = body if chance is None else altered(body, chance) | {"version": number}
        return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=changed, actor=None).version
    except (ValueError, Refused):
        return None


def run_of(company: Company, **asked: Any) -> RecomputeRun:
    """A run, computed and, when it finds a difference, posted."""
    run = start_recompute(reason="补算", actor=company.finance, **asked)
    work_off()
    run.refresh_from_db()
    return approved(company, run) if run.totals.get("orders") else run


def differing(run: RecomputeRun) -> list[tuple[str, int]]:
    return [(row.label, row.diff_fen) for row in run.differences.all() if row.diff_fen]


def test_computed_again_twice_differs_by_nothing(company: Company) -> None:
    orders = [settled(company, f"E2026110200{n}").work_order for n in (1, 2)]
    moved = []

    @given(st.integers(0, 10**9))
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def any_rules_and_facts(seed: int) -> None:
        chance = random.Random(seed)
        with transaction.atomic():
            version = published(f"x{seed}", chance)
            kind, value = chance.choice(CORRECTABLE)
            corrected = corrected_facts(kind=kind, value=value, source="复核")
            whole = {"asked": {}}
            one = Settlement.objects.get(work_order=chance.choice(orders), status="active")
            first = [run_of(company, corrects=one, asked=corrected)]
            if version is not None:
                first.append(run_of(company, **whole))
            moved.append(any(differing(run) for run in first))
            # The same rules under another number: every order is computed, none may differ.
            body = (version or company.version).body
            again = body | {"version": f"y{seed}"}
            publish_rules(key=INDUSTRY, industry=INDUSTRY, body=again, actor=None)
            second = run_of(company, **whole)
            assert (second.done, second.totals.get("orders", 0)) == (len(orders), 0)
            assert differing(second) == []
            for one in Settlement.objects.filter(status="active").select_related("version"):
                fresh = settle(compiled(one.version), restored(one.facts))
                lines = [(line.code, line.party, line.amount_fen) for line in fresh.lines]
                stored = one.lines.order_by("seq")
                assert lines == list(stored.values_list("code", "party_role", "amount_fen"))
            assert broken() == []
            transaction.set_rollback(True)

    any_rules_and_facts()
    # A run that never finds anything would prove nothing.
    assert sum(moved) > len(moved) // 4

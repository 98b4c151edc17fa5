"""Compares what orders were settled with and what they would be: rows of differences, by COPY."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from common import clock
from common.outbox import announce
from common.transactions import transactional
from settlement.engine.facts import Mate
from settlement.engine.result import WORKER
from settlement.models import RecomputeDifference, RecomputeRun, Settlement
from settlement.recompute.events import RecomputeAdvanced
from settlement.recompute.selection import Targets, chosen
from settlement.services.parties import payees
from settlement.services.settling import problem_of
from settlement.shadow import UNREADABLE, Part, Shadow, Stored, shadows, stored_rows
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from settlement.engine.result import Outcome
    from settlement.engine.rules import Compiled
    from settlement.models import RuleSetVersion

CHUNK = 2000
SHOWN = 6
"""Components kept as the cause of a difference, the largest first."""
_COLUMNS = (
    "run_id", "settlement_id", "work_order_id", "version_id", "party_id", "old_fen", "new_fen",
    "cause", "label", "because", "skipped",
)  # fmt: skip
Row = tuple[Any, ...]
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@transactional
def advance(*, run_id: int, after: int) -> RecomputeRun:
    """Compare the next chunk and announce the one after it, or finish; safe to repeat."""
    run = RecomputeRun.objects.select_for_update(of=("self",)).select_related("version").get(
        pk=run_id
    )  # fmt: skip
    if run.state != RecomputeRun.State.COMPUTING or after < run.totals.get("at", 0):
        return run
    rows = stored_rows(chosen(run).filter(pk__gt=after).order_by("pk")[:CHUNK])
    differences = list(compare(run, rows))
    copy_rows(differences)
    _count(run, differences)
    run.done += len(rows)
    run.moved_at = clock.now()
    if len(rows) < CHUNK:
        run.state, run.total = RecomputeRun.State.REVIEW, run.done
    else:
        run.totals["at"] = rows[-1].pk
        announce(RecomputeAdvanced(run.pk, rows[-1].pk), key=f"recompute:{run.pk}:{rows[-1].pk}")
    run.save(update_fields=["done", "moved_at", "state", "total", "totals"])
    return run


def compare(run: RecomputeRun, rows: list[Stored]) -> Iterable[Row]:
    """Yield the rows of differences of some settlements."""
    targets = Targets(run)
    changes = changed_facts(run)
    asked: list[tuple[Stored, RuleSetVersion]] = []
    for row in rows:
        version = (
            targets.own(row.version_id)
            if run.cause == RecomputeRun.Cause.FACT
            else targets.version(row.industry, row.done_on)
        )
        # Equal facts under equal rules give equal money: only the others are computed.
        if version is not None and (changes or version.pk != row.version_id):
            asked.append((row, version))
    found = shadows([(row, targets.rules(version)) for row, version in asked], changes)
    for (_row, version), shadow in zip(asked, found, strict=True):
        yield from _compared(run, version, targets.rules(version), shadow)


def changed_facts(run: RecomputeRun) -> dict[str, Any]:
    """Return the corrected facts of a run; empty for other causes."""
    facts = dict(run.asked.get("facts", {}))
    if facts.get("crew") is not None:
        facts["crew"] = tuple(Mate(*mate) for mate in facts["crew"])
    return facts


def _compared(
    run: RecomputeRun, version: RuleSetVersion, rules: Compiled, shadow: Shadow
) -> Iterable[Row]:
    row, stored, outcome = shadow
    head = (run.pk, row.pk, row.order_id, version.pk)
    left = _left_alone(shadow)
    if outcome is None or left is not None:
        cause, skipped, paid = left or (UNREADABLE, UNREADABLE, 0)
        yield (*head, None, paid, paid, cause, "", "{}", skipped)
        return
    # Of an order that several people share, or will share, the installer's role says not who.
    shared = bool(row.facts.get("crew"))
    to = {
        part.role: part.party_id
        for part in stored
        if part.party_id is not None and not (shared and part.role == WORKER)
    }
    missing = [role for role, fen in outcome.payees.items() if fen and role not in to]
    if missing:
        to |= _resolved(row.order_id, missing)
    for party_id, codes in _sides(stored, outcome, to, rules).items():
        was, now = (
            sum(side.was for side in codes.values()),
            sum(side.now for side in codes.values()),
        )
        if was != now:
            yield (*head, party_id, was, now, *_cause(codes), "")


@dataclass(slots=True)
class _Side:
    """One component of one payee: fen before and after, and what it is called."""

    label: str
    was: int = 0
    now: int = 0


def _sides(
    stored: Sequence[Part], outcome: Outcome, to: dict[str, int], rules: Compiled
) -> dict[int, dict[str, _Side]]:
    """Both sides of an order by payee and component, in one pass over each."""
    found: dict[int, dict[str, _Side]] = {}
    for part in stored:
        if part.party_id is not None:
            codes = found.setdefault(part.party_id, {})
            side = codes.get(part.code)
            if side is None:
                side = codes[part.code] = _Side(part.label)
            side.was += part.amount_fen
    for line in outcome.lines:
        payee = to.get(line.payee)
        if payee is not None:
            codes = found.setdefault(payee, {})
            side = codes.get(line.code)
            if side is None:
                side = codes[line.code] = _Side("")
            side.label = rules.label_of(line.code)
            side.now += line.amount_fen
    return found


def _left_alone(shadow: Shadow) -> tuple[str, str, int] | None:
    """Return cause, reason and money of an order whose difference nobody can say; None for others."""
    outcome = shadow.outcome
    if outcome is None:
        return None
    paid = outcome.facts.paid_fen or 0
    if problem := problem_of(outcome, paid):
        return problem.value, "problem", paid
    return None


def _resolved(order_id: int, roles: list[str]) -> dict[str, int]:
    """Payees of roles that the stored settlement does not have; rare."""
    order = WorkOrder.objects.select_related(
        "line__order", "sold_by", "served_by", "settled_by__agent", "installer__user",
        "installer__outlet",
    ).get(pk=order_id)  # fmt: skip
    if order.installer is None:
        return {}
    found = payees(roles, order, order.installer)
    return {role: found[role].pk for role in roles}


def _cause(codes: dict[str, _Side]) -> tuple[str, str, str]:
    """What changed for one payee by line, the largest change first: its code, label and all."""
    changed = [(code, side) for code, side in codes.items() if side.was != side.now]
    changed.sort(key=lambda each: (-abs(each[1].now - each[1].was), each[0]))
    shown = [[code, side.label, side.was, side.now] for code, side in changed[:SHOWN]]
    code, side = changed[0]
    return code, side.label[:60], _as_json({"lines": shown})


def copy_rows(rows: list[Row]) -> None:
    """Write rows of differences by COPY."""
    if not rows:
        return
    table = connection.ops.quote_name(RecomputeDifference._meta.db_table)
    columns = ", ".join(_COLUMNS)
    with connection.cursor() as cursor, cursor.copy(
        f"COPY {table} ({columns}) FROM STDIN".encode()
    ) as copy:  # fmt: skip
        for row in rows:
            copy.write_row(row)


def _count(run: RecomputeRun, rows: list[Row]) -> None:
    """Add a chunk to the run's totals: orders, payees' more and less, what is left alone."""
    totals = {"orders": 0, "up_fen": 0, "down_fen": 0, "skipped": 0} | run.totals
    totals["orders"] += len({row[1] for row in rows if not row[10]})
    totals["skipped"] += sum(1 for row in rows if row[10])
    for row in rows:
        gain = row[6] - row[5]
        totals["up_fen" if gain > 0 else "down_fen"] += gain
    run.totals = totals


def settlement_count(run: RecomputeRun) -> tuple[int, int]:
    """Return how many settlements the run will look at, and the last one's id."""
    last = Settlement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return chosen(run).count(), last

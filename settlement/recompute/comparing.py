"""Compares what orders were settled with and what they would be: rows of differences, by COPY."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from common import clock
from common.outbox import announce
from common.transactions import transactional
from settlement.engine.result import WORKER
from settlement.models import RecomputeDifference, RecomputeRun, Settlement
from settlement.recompute.bonuses import (
    Delta,
    find_bonuses,
    moved_by,
    note_moved,
    rewarded_roles,
)
from settlement.recompute.correcting import correction_of
from settlement.recompute.differing import Codes, changes, new_codes
from settlement.recompute.events import RecomputeAdvanced
from settlement.recompute.selection import Targets, chosen
from settlement.recompute.spread import KEPT, counted
from settlement.services.parties import payees
from settlement.services.settling import problem_of
from settlement.shadow import UNREADABLE, Part, Shadow, Stored, shadows, stored_rows
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from settlement.engine.rules import Compiled
    from settlement.models import RuleSetVersion

CHUNK = 4000
AT_ONCE = 500
"""Rows handed to COPY in one piece."""
_COLUMNS = (
    "run_id", "settlement_id", "work_order_id", "version_id", "party_id", "old_fen", "new_fen",
    "cause", "label", "because", "skipped",
)  # fmt: skip
Row = tuple[Any, ...]


@transactional
def advance(*, run_id: int, after: int) -> RecomputeRun:
    """Compare the next chunk and announce the one after it, or finish; safe to repeat."""
    run = RecomputeRun.objects.select_for_update(of=("self",)).select_related("version").get(
        pk=run_id
    )  # fmt: skip
    if run.state != RecomputeRun.State.COMPUTING or after < run.totals.get("at", 0):
        return run
    rows = stored_rows(chosen(run).filter(pk__gt=after).order_by("pk")[:CHUNK])
    found = Comparison(run, rows)
    _count(run, [*copy_rows(found.known()), *copy_rows(found.looked_up())])
    note_moved(run, found.moved)
    run.done += len(rows)
    run.moved_at = clock.now()
    if len(rows) < CHUNK:
        find_bonuses(run)
        run.totals[KEPT] = counted(run)
        run.state, run.total = RecomputeRun.State.REVIEW, run.done
    else:
        run.totals["at"] = rows[-1].pk
        announce(RecomputeAdvanced(run.pk, rows[-1].pk), key=f"recompute:{run.pk}:{rows[-1].pk}")
    run.save(update_fields=["done", "moved_at", "state", "total", "totals"])
    return run


def compare(run: RecomputeRun, rows: list[Stored]) -> Iterator[Row]:
    """Yield the rows of differences of some settlements."""
    found = Comparison(run, rows)
    yield from found.known()
    yield from found.looked_up()


class Comparison:
    """Some settlements beside what they would be; everything is read when it is made.

    So the server can store the first differences while the next are computed. Only orders with a
    payee their stored money does not name have to ask again, and come last.
    """

    def __init__(self, run: RecomputeRun, rows: list[Stored]) -> None:
        self._run = run
        self._open: list[_Compared] = []
        self._rewarded = rewarded_roles()
        # What the differences change for payees who get bonuses of a period, once they were yielded.
        self.moved: dict[tuple[int, str], Delta] = {}
        targets = Targets(run)
        correct = correction_of(run)
        asked: list[tuple[Stored, RuleSetVersion]] = []
        for row in rows:
            version = (
                targets.own(row.version_id)
                if run.cause == RecomputeRun.Cause.FACT
                else targets.version(row.industry, row.done_on)
            )
            # Equal facts under equal rules give equal money: only the others are computed.
            if version is not None and (correct or version.pk != row.version_id):
                asked.append((row, version))
        pairs = [(row, targets.rules(version)) for row, version in asked]
        self._asked = [
            (version.pk, pair[1]) for (_row, version), pair in zip(asked, pairs, strict=True)
        ]
        self._shadows = shadows(pairs, correct)

    def known(self) -> Iterator[Row]:
        """Yield the differences of orders whose payees are known."""
        for (version_id, rules), shadow in zip(self._asked, self._shadows, strict=True):
            row, stored, outcome = shadow
            head = (self._run.pk, row.pk, row.order_id, version_id)
            left = _left_alone(shadow)
            if outcome is None or left is not None:
                cause, skipped, paid = left or (UNREADABLE, UNREADABLE, 0)
                yield (*head, None, paid, paid, cause, "", "{}", skipped)
                continue
            to = {part[1]: part[2] for part in stored if part[2] is not None}
            if row.facts.get("crew"):
                # Of an order that several people share, or will share, the role says not who.
                to.pop(WORKER, None)
            fresh = new_codes(outcome)
            if any(name not in to and sum(codes.values()) != 0 for name, codes in fresh.items()):
                self._open.append(_Compared(head, row.industry, stored, fresh, to, rules))
                continue
            self._note(row.order_id, row.industry, stored, fresh, to)
            for change in changes(stored, fresh, to, rules):
                yield (*head, *change, "")

    def looked_up(self) -> Iterator[Row]:
        """Yield those of the others, whose new payees are looked up; rare."""
        # All before the first: nobody may ask the server while it takes rows in.
        payees_of = [one.to | _resolved(one.head[2], one.missing) for one in self._open]
        for one, to in zip(self._open, payees_of, strict=True):
            self._note(one.head[2], one.industry, one.stored, one.fresh, to)
        return (
            (*one.head, *change, "")
            for one, to in zip(self._open, payees_of, strict=True)
            for change in changes(one.stored, one.fresh, to, one.rules)
        )

    def _note(
        self, order_id: int, industry: str, stored: Sequence[Part], fresh: dict[str, Codes],
        to: dict[str, int],
    ) -> None:  # fmt: skip
        if self._rewarded:
            delta = moved_by(stored, fresh, to, self._rewarded)
            if delta:
                self.moved[order_id, industry] = delta


class _Compared(NamedTuple):
    """An order that brings money to a payee its stored money does not name."""

    head: tuple[int, int, int, int]
    industry: str
    stored: Sequence[Part]
    fresh: dict[str, Codes]
    to: dict[str, int]
    rules: Compiled

    @property
    def missing(self) -> list[str]:
        """The names of these payees."""
        sums = {name: sum(codes.values()) for name, codes in self.fresh.items()}
        return [name for name, fen in sums.items() if fen and name not in self.to]


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


def copy_rows(rows: Iterator[Row]) -> list[Row]:
    """Write rows of differences by COPY as they come, and return them."""
    kept: list[Row] = []
    block = list(islice(rows, AT_ONCE))
    if not block:
        return kept
    table = connection.ops.quote_name(RecomputeDifference._meta.db_table)
    columns = ", ".join(_COLUMNS)
    with connection.cursor() as cursor, cursor.copy(
        f"COPY {table} ({columns}) FROM STDIN".encode()
    ) as copy:  # fmt: skip
        while block:
            # The server stores one block while the next is computed.
            copy.write("".join(map(_copied, block)))
            kept += block
            block = list(islice(rows, AT_ONCE))
    return kept


def _copied(row: Row) -> str:
    """A row as COPY reads it; `because` is JSON, which has no control characters of its own."""
    run, settlement, order, version, party, old, new, cause, label, because, skipped = row
    party = r"\N" if party is None else party
    because = because.replace("\\", r"\\")
    return (
        f"{run}\t{settlement}\t{order}\t{version}\t{party}\t{old}\t{new}\t{cause}"
        f"\t{_safe(label)}\t{because}\t{skipped}\n"
    )


@lru_cache(maxsize=4096)
def _safe(label: str) -> str:
    return label.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


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

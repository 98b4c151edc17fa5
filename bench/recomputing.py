"""A shadow run of the recompute over all settled orders, and the least it could cost: read and store."""

from __future__ import annotations

import copy
from pathlib import Path
from time import perf_counter
from typing import Any

READ_AT_ONCE = 2_000


def dearer(prices: Any) -> Any:
    """The prices of a grid, however it is nested, one per cent up."""
    if isinstance(prices, dict):
        return {key: dearer(under) for key, under in prices.items()}
    if isinstance(prices, list):
        return [dearer(under) for under in prices]
    return prices + prices // 100


def memory_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


class Shadow:
    """Runs under a new version of the rules that changes every price by one per cent."""

    def __init__(self) -> None:
        from accounts.models import User
        from common.garbage import collect_rarely
        from settlement.models import RuleSetVersion
        from settlement.services.publishing import publish_rules

        old = RuleSetVersion.objects.select_related("rule_set").latest("pk")
        body = copy.deepcopy(old.body)
        body["version"] = f"bench-{old.sequence}"
        body["grids"]["price"]["fen"] = dearer(body["grids"]["price"]["fen"])
        rules = old.rule_set
        self.version = publish_rules(
            key=rules.key, industry=rules.industry, body=body, actor=None
        ).version
        collect_rarely()  # as every worker does at its start
        self.person = User.objects.get(username="admin")
        self.orders = self.differences = self.last_id = 0

    def run(self) -> float:
        """Compare every order and store the differences; return seconds."""
        from settlement.models import RecomputeDifference, RecomputeRun
        from settlement.recompute.comparing import advance
        from settlement.recompute.running import start_recompute

        started = perf_counter()
        run = start_recompute(
            version=self.version,
            reason="bench",
            actor=self.person,
        )
        while run.state == RecomputeRun.State.COMPUTING:
            run = advance(run_id=run.pk, after=run.totals.get("at", 0))
        seconds = perf_counter() - started
        self.orders, self.last_id = run.done, run.pk
        self.differences = RecomputeDifference.objects.filter(run=run).count()
        return seconds

    def plain(self) -> float:
        """Read the same settlements and lines, and COPY the same rows; return seconds."""
        from django.db import connection, transaction

        rows = self._stored_rows()
        started = perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            self._read()
            cursor.execute(
                "CREATE TEMPORARY TABLE bench_difference"
                " (LIKE settlement_recomputedifference INCLUDING ALL) ON COMMIT DROP"
            )
            with cursor.copy(
                "COPY bench_difference (run_id, settlement_id, work_order_id, version_id,"
                " party_id, old_fen, new_fen, cause, label, because, skipped) FROM STDIN"
            ) as sent:
                for row in rows:
                    sent.write_row(row)
        return perf_counter() - started

    def _stored_rows(self) -> list[Any]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT run_id, settlement_id, work_order_id, version_id, party_id, old_fen,"
                " new_fen, cause, label, because::text, skipped"
                " FROM settlement_recomputedifference WHERE run_id = %s",
                [self.last_id],
            )
            return cursor.fetchall()

    def _read(self) -> None:
        """What the run reads, by the same two queries a chunk."""
        from settlement.models import Settlement, SettlementLine

        last = 0
        active = Settlement.objects.filter(status=Settlement.Status.ACTIVE).order_by("pk")
        while rows := list(
            active.filter(pk__gt=last).values_list(
                "pk", "work_order_id", "version_id", "version__rule_set__industry", "done_on",
                "facts",
            )[:READ_AT_ONCE]
        ):  # fmt: skip
            last = rows[-1][0]
            lines = SettlementLine.objects.filter(settlement_id__in=[row[0] for row in rows])
            columns = ("settlement_id", "party_role", "payee_id", "code", "label", "amount_fen")
            for _line in lines.values_list(*columns).iterator(chunk_size=10_000):
                pass

    def memory_mb(self) -> float:
        """Resident memory of this process."""
        return memory_mb()

"""Measures the end of a period: locking it with 150 payees, and 1,000 statements in one ZIP."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import (  # noqa: E402 - the script finds its packages first
    Figure,
    at_most,
    figure,
    median,
    needs,
    print_figures,
    ratio_at_most,
)
from bench.payees import PaidCompany  # noqa: E402 - as above
from bench.posting import Taken, seconds_of, server_process  # noqa: E402 - as above
from bench.product import product  # noqa: E402 - as above
from bench.recomputing import memory_mb  # noqa: E402 - as above

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import StatementPeriod, StatementRun

FEW, MANY = 15, 150
ORDERS_EACH = 4
STATEMENTS = 1_000
ROUNDS = 3
SINGLE = 20
"""Statements drawn one by one, for the reference of the ZIP."""


def figures() -> Iterator[Figure]:
    """Both, each in companies of its own."""
    needs("factory")
    with product():
        yield from locks()
        yield from batch()


def taken(work: Callable[[], object]) -> Taken:
    """What some work takes by the clock, and of the processor for program and server."""
    server = server_process()
    clock, processor = perf_counter(), process_time() + seconds_of(server)
    work()
    return Taken(perf_counter() - clock, process_time() + seconds_of(server) - processor)


class Lock:
    """A period computed, locked and opened again, in a company of so many payees."""

    def __init__(self, slug: str, payees: int) -> None:
        from accounts.roles import Role
        from tests.factories import UserFactory

        self.payees = payees
        self.company = PaidCompany(slug, payees, ORDERS_EACH)
        self.finance: User = self.company.company.finance
        self.third: User = UserFactory(role=Role.FINANCE, unit=self.company.company.world.hq)
        self.turn = 0

    def round(self) -> tuple[Taken, Taken, Taken]:
        """Computing all statements; locking them as they are; and when each payee's is behind."""
        from django_tenants.utils import tenant_context

        with tenant_context(self.company.tenant):
            computing = taken(self._compute)
            at_once = taken(self._lock)
            self._reopen()
            self._compute()
            self._move_everybody()
            behind = taken(self._lock)
            self._reopen()
        return computing, at_once, behind

    def _reopen(self) -> None:
        from settlement.closing.steps import reopen_period

        reopen_period(period_id=self.company.period.pk, reason="bench", actor=self.third)

    def _compute(self) -> None:
        compute(self.company.period, self.finance)

    def _move_everybody(self) -> None:
        """One posting more for every payee, so that the statement of each is behind."""
        from tests.settlement.statement_cast import adjust

        self.turn += 1
        for party in self.company.parties():
            adjust(party, 100, key=f"bench:{party.pk}:{self.turn}")

    def _lock(self) -> None:
        from settlement.statements.locking import lock_period

        period = self.company.period
        lock_period(period_id=period.pk, typed=str(period), actor=self.finance)
        work_off("PeriodLockAdvanced")
        if self.company.period.state != "locked":
            raise SystemExit("the period was not locked: nothing was measured")


def compute(period: StatementPeriod, actor: User) -> StatementRun:
    """A run over all payees and the proof of the books, as the background makes them."""
    from settlement.statements.run import start_run

    run = start_run(period_id=period.pk, actor=actor)
    work_off("StatementRunAdvanced", "BooksToProve")
    run.refresh_from_db()
    return run


def work_off(*topics: str) -> None:
    """Run what was announced under these topics, one message after the other."""
    from common.outbox.execution import execute
    from common.outbox.selectors import due_rows

    while row := due_rows(None).filter(topic__in=topics).values_list("pk", flat=True).first():
        _outcome, error = execute(row)
        if error is not None:
            raise error


def locks() -> Iterator[Figure]:
    """By turns with a company of a tenth of the payees: it may cost ten times as much, no more."""
    few, many = Lock("few", FEW), Lock("many", MANY)
    rounds = [(few.round(), many.round()) for _round in range(ROUNDS)]
    names = (
        f"computing the statements of {MANY} payees",
        f"locking a period with {MANY} payees, all statements current",
        f"locking it with all {MANY} statements behind",
    )
    for at, name in enumerate(names):
        for what, which in (("processor's time", 1), ("by the clock", 0)):
            small, large = (median([one[size][at][which] for one in rounds]) for size in (0, 1))
            aim = ratio_at_most(MANY / FEW) if which else None
            yield figure(f"{name}, {what}, against {FEW}", large, "s", small, aim)


def batch() -> Iterator[Figure]:
    """One ZIP of all statements with workbook and CSV, against one statement's file as many times."""
    from common.garbage import collect_rarely
    from settlement.statements.batch import start_batch

    company = PaidCompany("batch", STATEMENTS)
    collect_rarely()  # as every worker does at its start
    finance = company.company.finance
    run = compute(company.period, finance)
    chosen = list(run.statements.filter(party__in=company.parties()).order_by("pk")[:SINGLE])
    single = median([_drawn(statement.pk) for statement in chosen])
    before = memory_mb()
    started = process_time()
    made = start_batch(run_id=run.pk, actor=finance)
    while made.state == "making":  # a step whose time has not quite come is waited for
        work_off("StatementBatchAdvanced")
        made.refresh_from_db()
    seconds = process_time() - started
    with made.file.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        files = sum(name.endswith(".pdf") for name in archive.namelist())
    if made.state != "ready" or files != run.statements.count():
        raise SystemExit("the ZIP is not whole: nothing was measured")
    yield figure(
        f"{files:,} statements of {chosen[0].lines} lines in one ZIP, processor's time,"
        f" against one statement {files:,} times",
        seconds, "s", single * files,
    )  # fmt: skip
    yield figure("memory growth of it", memory_mb() - before, "MB", aim=at_most(100))


def _drawn(statement_id: int) -> float:
    """Processor's time of one statement's file, which is thrown away again."""
    from settlement.models import Statement
    from settlement.statements.files import make_file
    from settlement.statements.kept import drop_files

    started = process_time()
    make_file(statement_id=statement_id)
    seconds = process_time() - started
    statement = Statement.objects.get(pk=statement_id)
    drop_files(statement)
    statement.save()
    return seconds


if __name__ == "__main__":
    print_figures(__doc__, figures)

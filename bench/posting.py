"""What the ledger's guards cost: the same entries posted with them and, by turns, without them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from bench.figures import Figure, at_most, figure, median
from bench.settled import newest_day

ENTRIES = 50
ROUNDS = 40
"""Short and many, so that whatever else the machine does meets both ways alike."""
ENTRY, LEG = "settlement_journalentry", "settlement_posting"
KEYS = ("entry_last_leg", "leg_goes_on", "leg_of_entry", "entry_legs", "posting_sum_once")
CHECKS = (
    "posting_within_legs", "posting_after_prior", "posting_adds_up", "posting_ends_at_zero",
)  # fmt: skip
PLAIN = "bench_entry"
"""The key a leg would have without the chain."""


class Taken(NamedTuple):
    """Seconds of some entries: by the clock, and of the processor for program and server."""

    clock: float
    processor: float


class Guards:
    """Takes the guards of entries and legs down and puts them up again, indexes included."""

    def __init__(self, own: Any) -> None:
        from django.db import connection

        self._own = own
        own.execute(f'SET search_path TO "{connection.schema_name}", public')
        found = own.execute(
            "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE conname = ANY(%s)"
            " AND conrelid IN (%s::regclass, %s::regclass)",
            ([*KEYS, *CHECKS], ENTRY, LEG),
        ).fetchall()
        if len(found) != len(KEYS) + len(CHECKS):
            raise SystemExit("not all guards of the ledger are there")
        order = [*KEYS, *CHECKS]
        self._constraints = sorted(found, key=lambda one: order.index(one[0]))

    def take_down(self) -> None:
        """Leave what any table of legs would have: a key to its entry, and numbers used once."""
        for name, table, _rule in self._constraints:
            self._own.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table in (ENTRY, LEG):
            self._own.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self._own.execute(
            f"ALTER TABLE {LEG} ADD CONSTRAINT {PLAIN} FOREIGN KEY (entry_id)"
            f" REFERENCES {ENTRY} (id) DEFERRABLE INITIALLY DEFERRED"
        )

    def put_up(self) -> None:
        """All as it was."""
        self._own.execute(f"ALTER TABLE {LEG} DROP CONSTRAINT {PLAIN}")
        for table in (ENTRY, LEG):
            self._own.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for name, table, rule in reversed(self._constraints):
            self._own.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")


def figures() -> Iterator[Figure]:
    """The time of an entry, and the guards' share of it by the clock and by the processor."""
    from tenants.owner import owner_connection

    numbers = count(1)
    with_guards, without = [], []
    with owner_connection() as own:
        guards = Guards(own)
        for _round in range(ROUNDS):
            with_guards.append(_posted(numbers))
            guards.take_down()
            without.append(_posted(numbers))
            guards.put_up()
    yield figure(
        "posting an entry of four legs",
        median([one.clock for one in with_guards]) / ENTRIES * 1e6, "µs",
    )  # fmt: skip
    for name, at in (("by the clock", 0), ("by the processor", 1)):
        guarded, free = (median([one[at] for one in found]) for found in (with_guards, without))
        share = (guarded - free) / guarded * 100
        aim = at_most(10) if at else None
        yield figure(f"ledger guards' share of it, {name}", share, "%", aim=aim)


def _posted(numbers: Iterator[int]) -> Taken:
    """Post entries, each in a transaction of its own; a first one finds what changed and is not timed."""
    from django.db import transaction

    from settlement.ledger import Leg, post
    from settlement.models import LedgerAccount

    accounts = list(LedgerAccount.objects.order_by("pk")[:4])
    amounts = (-60_000, 30_000, 20_000, 10_000)
    legs = [Leg(account, fen) for account, fen in zip(accounts, amounts, strict=True)]
    day = newest_day()
    server = server_process()

    def post_one() -> None:
        with transaction.atomic():
            post(kind="bench", source_key=f"bench:{next(numbers)}", legs=legs, day=day)

    post_one()
    clock, processor = perf_counter(), process_time() + seconds_of(server)
    for _entry in range(ENTRIES):
        post_one()
    return Taken(perf_counter() - clock, process_time() + seconds_of(server) - processor)


def server_process() -> int:
    """The number of the server's process behind the connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def seconds_of(server: int) -> float:
    """The processor's time a process of this machine had so far."""
    return int(Path(f"/proc/{server}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9

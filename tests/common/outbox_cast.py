"""Events, handlers and jobs that only the outbox tests know; their effect is an audit record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from common.journal import record
from common.journal.models import AuditRecord
from common.outbox import Event, brought_home, subscribe
from common.outbox.models import OutboxRow


@dataclass(frozen=True)
class BellRung(Event):
    """Somebody rang."""

    number: int
    who: str = ""


@dataclass(frozen=True)
class PotBroken(Event):
    """A pot broke; its handler always fails after it has written."""

    number: int


@dataclass(frozen=True)
class NobodyCares(Event):
    """An event without a handler."""

    number: int


@dataclass(frozen=True)
class PigeonSent(Event):
    """A pigeon flies out; `fate` says what happens on the way."""

    number: int
    fate: str = ""


@subscribe(BellRung)
def on_bell(event: BellRung) -> None:
    """Write one record."""
    record(None, "test.bell", None, number=event.number, who=event.who)


@subscribe(BellRung, queue="bulk")
def on_bell_far_away(event: BellRung) -> None:
    """Write another record, from the other queue."""
    record(None, "test.echo", None, number=event.number)


@subscribe(PotBroken)
def on_pot_broken(event: PotBroken) -> None:
    """Write, then fail: what was written must go with it."""
    record(None, "test.pot", None, number=event.number)
    raise ValueError(f"pot {event.number} is in pieces")


@subscribe(PigeonSent, outside=True)
def on_pigeon(event: PigeonSent) -> None:
    """Fly without a transaction, and write at home what it brought."""
    flights.append(connection.in_atomic_block)
    if event.fate == "lost" and len(flights) == 1:
        raise ValueError("a hawk")
    if event.fate == "overtaken":
        OutboxRow.objects.update(tries=F("tries") + 1)
    if event.fate == "empty":
        return
    with brought_home():
        record(None, "test.pigeon", None, number=event.number)
        if event.fate == "falls" and len(flights) == 1:
            raise ValueError("through the roof")


flights: list[bool] = []
"""Whether a transaction was open, flight by flight."""


def effects(action: str) -> list[int]:
    """Return the numbers recorded for an action, in order of writing."""
    rows = AuditRecord.objects.filter(action=action).order_by("pk")
    return [row.details["number"] for row in rows]

"""Events, handlers and jobs that only the outbox tests know; their effect is an audit record."""

from __future__ import annotations

from dataclasses import dataclass

from common.journal import record
from common.journal.models import AuditRecord
from common.outbox import Event, subscribe


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


def effects(action: str) -> list[int]:
    """Return the numbers recorded for an action, in order of writing."""
    rows = AuditRecord.objects.filter(action=action).order_by("pk")
    return [row.details["number"] for row in rows]

"""Handlers that stop at a chosen point and wait there to be killed, once."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import transaction

from common.journal import record
from common.outbox import Event, subscribe

FOLDER = "KUAQU_FAULTS"


@dataclass(frozen=True)
class StepTaken(Event):
    """A piece of work; `stop` names where its first run stops."""

    number: int
    stop: str = ""


@subscribe(StepTaken)
def on_step(event: StepTaken) -> None:
    """Write one record, and stop before or after the commit when asked to."""
    record(None, "fault.step", None, number=event.number)
    wait = partial(wait_to_be_killed, event.number)
    if event.stop == "before commit":
        wait()
    if event.stop == "after commit":
        transaction.on_commit(wait)


def stopped_at(folder: Path, number: int) -> Path:
    """Return the file into which the waiting process writes its id."""
    return folder / f"step-{number}"


def wait_to_be_killed(number: int) -> None:
    """Say who waits, then wait for the kill; the second time go on."""
    here = stopped_at(Path(os.environ[FOLDER]), number)
    if here.exists():
        return
    draft = here.with_suffix(".draft")
    draft.write_text(str(os.getpid()))
    draft.rename(here)
    while True:
        signal.pause()

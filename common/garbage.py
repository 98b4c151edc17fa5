"""The garbage collector of a process that works for long: what is loaded stays, so it is left alone."""

from __future__ import annotations

import gc

_YOUNG = 20_000


def collect_rarely() -> None:
    """Leave what is loaded so far out of collections, and begin one after 20,000 new objects.

    A chunk of long work holds tens of thousands of plain values for a moment. Walking the whole
    program for each thousand of them took two fifths of a recompute's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 50)

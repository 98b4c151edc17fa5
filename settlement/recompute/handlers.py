"""The background steps of a recompute; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import subscribe
from settlement.recompute.applying import apply_chunk
from settlement.recompute.comparing import advance
from settlement.recompute.events import RecomputeAdvanced, RecomputePosted


@subscribe(RecomputeAdvanced, queue="bulk")
def on_recompute_advanced(event: RecomputeAdvanced) -> None:
    """Compare the next chunk of settlements."""
    advance(run_id=event.run_id, after=event.after)


@subscribe(RecomputePosted, queue="bulk")
def on_recompute_posted(event: RecomputePosted) -> None:
    """Post the next approved differences."""
    apply_chunk(run_id=event.run_id, after=event.after)

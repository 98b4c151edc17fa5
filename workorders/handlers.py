"""What this package does in the background."""

from __future__ import annotations

from common.outbox import scheduled, subscribe
from workorders.events import FlowMoveGoesOn, ImportConfirmed
from workorders.report import handlers as _reports  # noqa: F401  (subscribes itself)
from workorders.services.flows import ensure_presets, presets_are_behind
from workorders.services.importing import take_rows_in
from workorders.services.moving import go_on_moving
from workorders.services.stays import begin_missing_stays, stays_are_missing


@subscribe(ImportConfirmed, queue="bulk")
def on_import_confirmed(event: ImportConfirmed) -> None:
    """Take the next rows of an order file in."""
    take_rows_in(import_id=event.import_id, start=event.start)


@subscribe(FlowMoveGoesOn, queue="bulk")
def on_flow_move_goes_on(event: FlowMoveGoesOn) -> None:
    """Move the next orders to another version of their flow."""
    go_on_moving(move_id=event.move_id, after=event.after)


@scheduled("workorders.missing-stays", every_s=600, when=stays_are_missing)
def begin_what_is_missing() -> None:
    """Orders from before stays were noted get theirs, some hundred at a time."""
    begin_missing_stays()


@scheduled("workorders.presets", every_s=3600, when=presets_are_behind)
def publish_changed_presets() -> None:
    """A company made before a preset changed gets it as a new version, for its next orders."""
    ensure_presets()

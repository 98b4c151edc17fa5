"""What this package does in the background."""

from __future__ import annotations

from common.outbox import scheduled, subscribe
from workorders.events import ActionDue, FlowMoveGoesOn, ImportConfirmed, StageBegan
from workorders.report import handlers as _reports  # noqa: F401  (subscribes itself)
from workorders.services.acting import act
from workorders.services.fired_actions import actions_are_due, retry_what_is_due
from workorders.services.flows import ensure_presets, presets_are_behind
from workorders.services.importing import take_rows_in
from workorders.services.moments import fire_moments, moments_have_come
from workorders.services.moving import go_on_moving
from workorders.services.overdue import delays_are_unnoticed, notice_delays
from workorders.services.stage_notices import tell_of_stage
from workorders.services.stays import begin_missing_stays, stays_are_missing


@subscribe(ImportConfirmed, queue="bulk")
def on_import_confirmed(event: ImportConfirmed) -> None:
    """Take the next rows of an order file in."""
    take_rows_in(import_id=event.import_id, start=event.start)


@subscribe(FlowMoveGoesOn, queue="bulk")
def on_flow_move_goes_on(event: FlowMoveGoesOn) -> None:
    """Move the next orders to another version of their flow."""
    go_on_moving(move_id=event.move_id, after=event.after)


@subscribe(StageBegan, only_news=True)
def on_stage_began(event: StageBegan) -> None:
    """Tell the departments and those who must agree."""
    tell_of_stage(stay_id=event.stay_id)


@subscribe(ActionDue)
def on_action_due(event: ActionDue) -> None:
    """Do what a flow's trigger wants."""
    act(action_id=event.action_id)


@scheduled("workorders.overdue", every_s=60, when=delays_are_unnoticed)
def notice_what_is_late() -> None:
    """Stages run over their time: tell who answers for them."""
    notice_delays()


@scheduled("workorders.moments", every_s=60, when=moments_have_come)
def fire_what_has_come() -> None:
    """Limits and appointments come near, or have passed: do what flows say for that."""
    fire_moments()


@scheduled("workorders.retry-actions", every_s=60, when=actions_are_due)
def retry_failed_actions() -> None:
    """Try again what a flow wanted and could not have."""
    retry_what_is_due()


@scheduled("workorders.missing-stays", every_s=600, when=stays_are_missing)
def begin_what_is_missing() -> None:
    """Orders from before stays were noted get theirs, some hundred at a time."""
    begin_missing_stays()


@scheduled("workorders.presets", every_s=3600, when=presets_are_behind)
def publish_changed_presets() -> None:
    """A company made before a preset changed gets it as a new version, for its next orders."""
    ensure_presets()

"""What work orders announce."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class WorkOrderOpened(Event):
    """A service line opened a work order."""

    order_id: int


@dataclass(frozen=True)
class WorkOrderChanged(Event):
    """Address, appointment, payment or facts of an open work order changed."""

    order_id: int
    what: str


@dataclass(frozen=True)
class InstallerAssigned(Event):
    """An installer holds the order now; `previous_id` is 0 for the first."""

    order_id: int
    installer_id: int
    previous_id: int


@dataclass(frozen=True)
class InstallerAskedAgain(Event):
    """An order came back to where its installer, who had it all the time, has to say yes."""

    order_id: int
    installer_id: int
    at: int
    """The moment in seconds; a later question is another one."""


@dataclass(frozen=True)
class InstallerReleased(Event):
    """The order went back to the pool (declined, reassigned, cancelled)."""

    order_id: int
    installer_id: int
    reason: str


@dataclass(frozen=True)
class HelperJoined(Event):
    """Somebody helps on the order from now on."""

    order_id: int
    installer_id: int


@dataclass(frozen=True)
class HelperLeft(Event):
    """Somebody no longer helps on the order."""

    order_id: int
    installer_id: int
    reason: str


@dataclass(frozen=True)
class SharesChosen(Event):
    """How the order's pay is divided was chosen, or what was chosen is void."""

    order_id: int


@dataclass(frozen=True)
class WorkOrderCompleted(Event):
    """The work is done: settle it."""

    order_id: int


@dataclass(frozen=True)
class WorkOrderReopened(Event):
    """Completed work was sent back: what was settled for it does not stand."""

    order_id: int


@dataclass(frozen=True)
class WorkOrderCancelled(Event):
    """Cancelled or refunded before or after completion."""

    order_id: int
    reason: str


@dataclass(frozen=True)
class MilestoneReached(Event):
    """A milestone of a completed order was reached, such as `followed_up`."""

    order_id: int
    milestone: str


@dataclass(frozen=True)
class WorkRated(Event):
    """The customer has said how good the work was, or something else than before."""

    order_id: int


@dataclass(frozen=True)
class ImportConfirmed(Event):
    """Rows of a confirmed order file wait to be taken in, from `start` on."""

    import_id: int
    start: int


@dataclass(frozen=True)
class FlowMoveGoesOn(Event):
    """Orders behind an id wait to be moved to another version of their flow."""

    move_id: int
    after: int


@dataclass(frozen=True)
class FormFilled(Event):
    """A form of the order's flow was filled in during a stay."""

    order_id: int
    stay_id: int
    form: str


@dataclass(frozen=True)
class ReportPrintWanted(Event):
    """Somebody waits for a service report as PDF in a language."""

    report_id: int
    language: str


@dataclass(frozen=True)
class StageBegan(Event):
    """An order came into a stage in which people of the staff have to do something."""

    order_id: int
    stay_id: int


@dataclass(frozen=True)
class StageWaits(Event):
    """Somebody of the staff is to be told, once a stay, that an order waits for them in its stage."""

    order_id: int
    stay_id: int
    user_id: int


@dataclass(frozen=True)
class ActionDue(Event):
    """An action of a flow's trigger waits to be done."""

    order_id: int
    action_id: int


@dataclass(frozen=True)
class AssignmentWanted(Event):
    """A flow's trigger wants the order given to somebody; `how` is of ASSIGN_WAYS."""

    order_id: int
    action_id: int
    how: str


@dataclass(frozen=True)
class WebhookDue(Event):
    """A flow's trigger wants a webhook of the company called; `hook` is its code."""

    order_id: int
    action_id: int
    hook: str


@dataclass(frozen=True)
class InstallerTold(Event):
    """A flow's trigger has something to say to the installer who has the order."""

    order_id: int
    installer_id: int
    action_id: int
    text: str

"""A work order's flow as data: stages, transitions and what must be true before one is taken."""

from workorders.flow.checking import FINDINGS, Finding, check
from workorders.flow.meaning import Meaning
from workorders.flow.reading import FlowError, read_flow
from workorders.flow.shape import Flow, Stage, Transition
from workorders.flow.stepping import Refusal, allowed, step
from workorders.flow.words import ASKS, EFFECTS, GUARDS, ROLES

__all__ = [
    "ASKS",
    "EFFECTS",
    "FINDINGS",
    "GUARDS",
    "ROLES",
    "Finding",
    "Flow",
    "FlowError",
    "Meaning",
    "Refusal",
    "Stage",
    "Transition",
    "allowed",
    "check",
    "read_flow",
    "step",
]

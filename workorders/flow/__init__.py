"""A work order's flow as data: stages, transitions and what must be true before one is taken."""

from workorders.flow.checking import check
from workorders.flow.checking_company import Company
from workorders.flow.conditions import Facts, holds
from workorders.flow.finding import FINDINGS, Finding
from workorders.flow.form_shape import Field, Form
from workorders.flow.meaning import Meaning
from workorders.flow.reading import FlowError, read_flow
from workorders.flow.shape import Action, Condition, Flow, Stage, Task, Transition, Trigger
from workorders.flow.stepping import Refusal, allowed, chosen, open_ways, step
from workorders.flow.walking import is_on_plan, main_way, stages_walked, walk
from workorders.flow.words import ASKS, EFFECTS, GUARDS, ROLES

__all__ = [
    "ASKS",
    "EFFECTS",
    "FINDINGS",
    "GUARDS",
    "ROLES",
    "Action",
    "Company",
    "Condition",
    "Facts",
    "Field",
    "Finding",
    "Flow",
    "FlowError",
    "Form",
    "Meaning",
    "Refusal",
    "Stage",
    "Task",
    "Transition",
    "Trigger",
    "allowed",
    "check",
    "chosen",
    "holds",
    "is_on_plan",
    "main_way",
    "open_ways",
    "read_flow",
    "stages_walked",
    "step",
    "walk",
]

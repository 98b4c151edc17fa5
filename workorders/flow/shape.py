"""A flow that was read: its stages, the ways between them, and what happens on them."""

from dataclasses import dataclass

from workorders.flow.form_shape import Form
from workorders.flow.meaning import Meaning


@dataclass(frozen=True, slots=True)
class Condition:
    """What a branch or trigger asks of one fact; see `workorders.flow.conditions`.

    `any_of` and `none_of` hold codes; `at_least` and `below` bound a number, a thousandth each.
    """

    fact: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What one department does while an order stands in a stage, beside the other departments."""

    key: str
    name: str
    role: str
    department: str = ""
    sla_minutes: int | None = None
    business_time: bool = False
    form: str = ""
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `sla_minutes` is the time allowed in it (None = no limit).

    In `business_time` they pass only in the hours of business of working days. `form` is the key of
    the flow's form filled in here; `block` names the library's block the stage was made from. Of an
    order that comes into a `quiet` stage nobody is told. Pictures of its form count again after the
    order comes back where the stage `carries` them over.
    """

    key: str
    name: str
    meaning: Meaning
    sla_minutes: int | None = None
    department: str = ""
    role: str = ""
    business_time: bool = False
    hint: str = ""
    form: str = ""
    block: str = ""
    quiet: bool = False
    carries: bool = False
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from any of `sources` to `target`, open to `roles` when all `guards` hold.

    Of several ways with one key out of a stage the first whose conditions (`when`) hold is taken.
    `approvals` different people must say yes before the order moves. `block` names the library's
    block that brought the way.
    """

    key: str
    name: str
    sources: tuple[str, ...]
    target: str
    guards: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    approvals: int = 1
    block: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a trigger does: `kind` of ACTIONS and its values by the names ACTIONS gives."""

    kind: str
    values: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str:
        """The value of a name, "" when it was left out."""
        return dict(self.values).get(name, "")

    @property
    def main_value(self) -> str:
        """What it is about in short: the first of its values."""
        return next((value for _name, value in self.values), "")[:300]


@dataclass(frozen=True, slots=True)
class Trigger:
    """When `on` happens in `stage` ("" = in any), and if `when` holds, do all `actions`.

    Events of TIMED happen `minutes` before or after their moment, with `business_time` in hours of
    business. `task` names whose end is waited for ("" = that of all tasks of the stay).
    """

    key: str
    on: str
    stage: str
    when: tuple[Condition, ...]
    actions: tuple[Action, ...]
    minutes: int = 0
    business_time: bool = False
    task: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A readable flow: every key used in a way, trigger or stage exists."""

    key: str
    name: str
    initial: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    forms: tuple[Form, ...] = ()
    triggers: tuple[Trigger, ...] = ()

    def stage(self, key: str) -> Stage:
        """The stage of this key; KeyError when there is none."""
        for each in self.stages:
            if each.key == key:
                return each
        raise KeyError(key)

    def stages_meaning(self, meaning: Meaning) -> tuple[Stage, ...]:
        """All stages of one meaning, in their order."""
        return tuple(each for each in self.stages if each.meaning is meaning)

    def form(self, key: str) -> Form | None:
        """The form of this key; None when there is none."""
        return next((each for each in self.forms if each.key == key), None)

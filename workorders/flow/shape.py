"""A flow that was read: its stages and the ways between them."""

from dataclasses import dataclass

from workorders.flow.meaning import Meaning


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `sla_minutes` is the time allowed in it (None = no limit).

    In `business_time` they pass only in the hours of business of working days.
    """

    key: str
    name: str
    meaning: Meaning
    sla_minutes: int | None = None
    department: str = ""
    role: str = ""
    business_time: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from any of `sources` to `target`, open to `roles` when all `guards` hold."""

    key: str
    name: str
    sources: tuple[str, ...]
    target: str
    guards: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A readable flow: every key used in a transition exists among the stages."""

    key: str
    name: str
    initial: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]

    def stage(self, key: str) -> Stage:
        """The stage of this key; KeyError when there is none."""
        for each in self.stages:
            if each.key == key:
                return each
        raise KeyError(key)

    def stages_meaning(self, meaning: Meaning) -> tuple[Stage, ...]:
        """All stages of one meaning, in their order."""
        return tuple(each for each in self.stages if each.meaning is meaning)

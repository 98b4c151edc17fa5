"""A work order's flow as data: stages, transitions and what must be true before one is taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.checked_table import CheckedTable, Errors
from common.marking import N_


class Meaning(StrEnum):
    """What a stage means to code; its key and name belong to the tenant."""

    WAITING = "WAITING"
    ASSIGNED = "ASSIGNED"
    EN_ROUTE = "EN_ROUTE"
    ON_SITE = "ON_SITE"
    IN_REVIEW = "IN_REVIEW"
    DONE = "DONE"
    ON_HOLD = "ON_HOLD"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Whether work has ended here, well or not."""
        return self in (Meaning.DONE, Meaning.CANCELLED)


GUARDS: Mapping[str, str] = {
    "has_installer": N_("An installer is assigned"),
    "has_appointment": N_("An appointment is agreed"),
    "checked_in": N_("The installer has checked in on site"),
    "steps_done": N_("All required steps are done"),
    "has_photos": N_("All required photos are there"),
    "has_signature": N_("The customer has signed"),
    "customer_confirmed": N_("The customer has confirmed"),
    "has_reason": N_("A reason is given"),
    "trip_proven": N_("The empty trip is proven by a photo"),
    "has_next_contact": N_("The time of the next contact is set"),
}
ROLES = frozenset(
    {
        "hq_admin",
        "region_manager",
        "outlet_manager",
        "dispatcher",
        "finance",
        "installer",
        "system",
    }
)
# What the person taking a transition is asked for; a form field each.
ASKS = frozenset({"installer", "appointment", "reason", "next_contact", "note", "quote"})
# What the service does beside moving the stage; each is implemented once, in the progress service.
EFFECTS = frozenset(
    {"release_installer", "drop_appointment", "count_reschedule", "empty_trip", "end_empty_trip"}
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `sla_minutes` is the time allowed in it (None = no limit)."""

    key: str
    name: str
    meaning: Meaning
    sla_minutes: int | None = None
    department: str = ""
    role: str = ""


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


class FlowError(ValueError):
    """A body that is no flow; `errors` lists (path, reason) of everything wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.errors))


@dataclass(frozen=True, slots=True)
class Finding:
    """A well-formed flow's weakness: `code` of FINDINGS and the key of the stage or transition."""

    code: str
    where: str


FINDINGS: Mapping[str, str] = {
    "initial_not_waiting": N_("The first stage “%(where)s” must mean waiting"),
    "unreachable": N_("Stage “%(where)s” can never be reached"),
    "no_exit": N_("Nothing leads out of stage “%(where)s”"),
    "leaves_final": N_("“%(where)s” leads out of a final stage"),
    "no_way_to_done": N_("No way leads from stage “%(where)s” to completion"),
    "no_way_to_cancelled": N_("A work order in stage “%(where)s” cannot be cancelled"),
    "no_done": N_("No stage means completion"),
    "no_cancelled": N_("No stage means cancelled"),
    "nobody_may": N_("Nobody may take “%(where)s”"),
    "unknown_guard": N_("“%(where)s” asks for a condition that does not exist"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transition is not taken: unknown_transition, wrong_stage or guards (with `missing`)."""

    code: str
    missing: tuple[str, ...] = ()


def read_flow(body: Mapping[str, Any]) -> Flow:
    """Read a flow from a mapping (a preset file or the stored JSON).

    Shape: key, name, initial, stages[] {key, name, meaning, sla_minutes?, department?, role?},
    transitions[] {key, name, from: key or list of keys, to, guards?, roles, asks?, effects?}.
    Raises FlowError with every error found. Unknown guards are left to `check`.
    """
    errors: Errors = []
    table = CheckedTable(body, "", errors)
    flow = Flow(
        key=table.text("key"),
        name=table.text("name"),
        initial=table.text("initial"),
        stages=tuple(_read_stage(row) for row in table.tables("stages", needed=True)),
        transitions=tuple(
            _read_transition(row) for row in table.tables("transitions", needed=True)
        ),
    )
    _cross_check(flow, errors)
    if errors:
        raise FlowError(errors)
    return flow


def allowed(flow: Flow, stage_key: str, role: str) -> tuple[Transition, ...]:
    """The transitions out of a stage this role may take, whatever their guards say."""
    return tuple(
        each for each in flow.transitions if stage_key in each.sources and role in each.roles
    )


def step(
    flow: Flow, stage_key: str, transition_key: str, facts: frozenset[str] | set[str]
) -> Stage | Refusal:
    """The stage a transition leads to, or why it is refused; `facts` are the guards that hold."""
    found = [each for each in flow.transitions if each.key == transition_key]
    if not found:
        return Refusal("unknown_transition")
    taken = next((each for each in found if stage_key in each.sources), None)
    if taken is None:
        return Refusal("wrong_stage")
    missing = tuple(guard for guard in taken.guards if guard not in facts)
    return Refusal("guards", missing) if missing else flow.stage(taken.target)


def check(flow: Flow) -> tuple[Finding, ...]:
    """Everything that must be repaired before this flow may be published."""
    found: list[Finding] = []
    if flow.stage(flow.initial).meaning is not Meaning.WAITING:
        found.append(Finding("initial_not_waiting", flow.initial))
    if not flow.stages_meaning(Meaning.DONE):
        found.append(Finding("no_done", flow.key))
    if not flow.stages_meaning(Meaning.CANCELLED):
        found.append(Finding("no_cancelled", flow.key))
    reachable = _reached(flow, {flow.initial}, forward=True)
    to_done = _reached(flow, _keys(flow, Meaning.DONE), forward=False)
    to_cancelled = _reached(flow, _keys(flow, Meaning.CANCELLED), forward=False)
    for stage in flow.stages:
        found += _weaknesses(flow, stage, reachable, to_done, to_cancelled)
    for each in flow.transitions:
        found += [
            Finding("unknown_guard", each.key) for guard in each.guards if guard not in GUARDS
        ]
        if not each.roles:
            found.append(Finding("nobody_may", each.key))
        if any(flow.stage(source).meaning.is_final for source in each.sources):
            found.append(Finding("leaves_final", each.key))
    return tuple(found)


def _weaknesses(
    flow: Flow, stage: Stage, reachable: set[str], to_done: set[str], to_cancelled: set[str]
) -> Iterable[Finding]:
    if stage.key not in reachable:
        yield Finding("unreachable", stage.key)
    if stage.meaning.is_final:
        return
    if not any(stage.key in each.sources for each in flow.transitions):
        yield Finding("no_exit", stage.key)
        return
    if stage.key not in to_done:
        yield Finding("no_way_to_done", stage.key)
    if stage.key not in to_cancelled:
        yield Finding("no_way_to_cancelled", stage.key)


def _keys(flow: Flow, meaning: Meaning) -> set[str]:
    return {stage.key for stage in flow.stages_meaning(meaning)}


def _reached(flow: Flow, start: set[str], *, forward: bool) -> set[str]:
    pairs = [(source, each.target) for each in flow.transitions for source in each.sources]
    edges = pairs if forward else [(target, source) for source, target in pairs]
    reached, size = set(start), -1
    while len(reached) != size:
        size = len(reached)
        reached |= {target for source, target in edges if source in reached}
    return reached


def _cross_check(flow: Flow, errors: Errors) -> None:
    keys = [stage.key for stage in flow.stages]
    errors += [("stages", f"the key {key} is used twice") for key in sorted(_twice(keys))]
    if flow.initial and flow.initial not in keys:
        errors.append(("initial", f"no stage has the key {flow.initial}"))
    for at, each in enumerate(flow.transitions):
        unknown = [key for key in (*each.sources, each.target) if key and key not in keys]
        errors += [(f"transitions[{at}]", f"no stage has the key {key}") for key in unknown]
    ways = [f"{each.key} from {source}" for each in flow.transitions for source in each.sources]
    errors += [("transitions", f"{way} exists twice") for way in sorted(_twice(ways))]


def _twice(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


def _read_stage(row: CheckedTable) -> Stage:
    row.only("key", "name", "meaning", "sla_minutes", "department", "role")
    meaning = row.text("meaning")
    if meaning and meaning not in Meaning.__members__:
        row.wrong("meaning", f"{meaning} is no meaning")
    return Stage(
        key=row.text("key"),
        name=row.text("name"),
        meaning=Meaning.__members__.get(meaning, Meaning.WAITING),
        sla_minutes=row.whole_or_none("sla_minutes", low=1),
        department=row.text("department", ""),
        role=row.text("role", ""),
    )


def _read_transition(row: CheckedTable) -> Transition:
    row.only("key", "name", "from", "to", "guards", "roles", "asks", "effects")
    return Transition(
        key=row.text("key"),
        name=row.text("name"),
        sources=row.text_or_texts("from"),
        target=row.text("to"),
        guards=row.texts("guards"),
        roles=row.texts("roles", ROLES),
        asks=row.texts("asks", ASKS),
        effects=row.texts("effects", EFFECTS),
    )

"""Where orders of one version of a flow stand in another version."""

from collections.abc import Collection, Mapping

from workorders.flow.meaning import Meaning
from workorders.flow.shape import Flow, Stage
from workorders.flow.walking import is_on_plan

GIVEN_TO_SOMEBODY = frozenset({Meaning.ASSIGNED, Meaning.EN_ROUTE, Meaning.ON_SITE})


def proposed_stages(old: Flow, new: Flow) -> dict[str, str]:
    """Return for each stage of the old flow in which orders wait its stage in the new one.

    That is the one of the same key if it means the same, else the nearest of the same meaning, one
    of the same role first; "" where the new flow has none.
    """
    return {
        stage.key: _fitting(old, stage, new) for stage in old.stages if not stage.meaning.is_final
    }


def _fitting(old: Flow, stage: Stage, new: Flow) -> str:
    alike = [each for each in new.stages if each.meaning is stage.meaning]
    if any(each.key == stage.key for each in alike):
        return stage.key
    share = old.stages.index(stage) / len(old.stages)

    def distance(each: Stage) -> tuple[bool, float]:
        return each.role != stage.role, abs(new.stages.index(each) / len(new.stages) - share)

    return min(alike, key=distance).key if alike else ""


def impossible_moves(old: Flow, new: Flow, stages: Mapping[str, str]) -> dict[str, str]:
    """Return what of a map cannot be, by old stage: a code of MOVE_ERRORS.

    Nobody is settled, reopened, finished, cancelled, given an order or relieved of one by a move.
    """
    known_old = {stage.key: stage for stage in old.stages}
    known_new = {stage.key: stage for stage in new.stages}
    found = {}
    for source, target in stages.items():
        if not target:
            continue
        if source not in known_old or target not in known_new:
            found[source] = "unknown"
        elif known_old[source].meaning.is_final or known_new[target].meaning.is_final:
            found[source] = "final"
        elif known_old[source].meaning.is_after_work != known_new[target].meaning.is_after_work:
            found[source] = "after_work"
        elif {known_old[source].meaning, known_new[target].meaning} & GIVEN_TO_SOMEBODY and (
            Meaning.WAITING in (known_old[source].meaning, known_new[target].meaning)
        ):
            found[source] = "given"
    return found


def stages_before(flow: Flow, keys: Collection[str]) -> frozenset[str]:
    """Return the stages from which work that goes to plan still comes to one of some stages.

    Those themselves are not among them, unless one leads to another.
    """
    at = {stage.key: number for number, stage in enumerate(flow.stages)}
    found: set[str] = set()
    reached = set(keys)
    while reached:
        new = {
            source
            for way in flow.transitions
            if way.target in reached and is_on_plan(flow, way)
            for source in way.sources
            if at[source] < at[way.target] or flow.stage(source).meaning is Meaning.ON_HOLD
        }
        reached = new - found
        found |= new
    return frozenset(found)


def asked_anew(old: Flow, source: str, new: Flow, target: str) -> tuple[str, ...]:
    """Return the guards asked for on the way on from a stage that were not asked for before."""
    before = _guards_on(old, source)
    return tuple(guard for guard in _guards_on(new, target) if guard not in before)


def _guards_on(flow: Flow, key: str) -> tuple[str, ...]:
    at = {stage.key: number for number, stage in enumerate(flow.stages)}
    ways = [
        way
        for way in flow.transitions
        if key in way.sources and is_on_plan(flow, way) and at[way.target] > at[key]
    ]
    return tuple(dict.fromkeys(guard for way in ways for guard in way.guards))

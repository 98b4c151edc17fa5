"""The way of a visit through a flow: which moves lie ahead of an installer, and in which parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workorders.flow import Facts, Flow, Meaning, Stage, Transition, is_on_plan, open_ways
from workorders.flow.reading_conditions import ANSWER

INSTALLER = "installer"
_AFTER_WORK = (Meaning.IN_REVIEW, Meaning.DONE)


class Part(StrEnum):
    """What one page of the visit is about."""

    ACCEPT = "accept"
    BOOK = "book"
    GO = "go"
    ARRIVE = "arrive"
    QUOTE = "quote"
    AGREE = "agree"
    MOVE = "move"
    STEPS = "steps"
    PHOTO = "photo"
    PHOTOS = "photos"
    MATERIALS = "materials"
    FORM = "form"
    SIGNATURE = "signature"
    ACCEPTANCE = "acceptance"
    COMPLETE = "complete"
    BRANCH = "branch"
    CHECK_IN = "check_in"
    HANDOVER = "handover"


_PROOFS = (
    ("steps_done", Part.STEPS),
    ("has_photos", Part.PHOTOS),
    ("has_a_photo", Part.PHOTO),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the visit, in the stage `stage`; `move` is None where no stage changes."""

    part: Part
    stage: Stage
    move: Transition | None


def moves_ahead(flow: Flow, stage_key: str, facts: Facts | None = None) -> tuple[Transition, ...]:
    """Return the installer's moves from a stage to the end of the work, each the next in order.

    Of several ways open for these facts the smallest step forward is taken, in the order the flow
    lists its stages; ways out of the visit (decline, hold, cancel) are none of it. Empty where the
    installer can only wait.
    """
    found: list[Transition] = []
    here = stage_key
    while (move := _next(flow, here, facts)) is not None and len(found) < len(flow.stages):
        found.append(move)
        here = move.target
        if flow.stage(here).meaning in _AFTER_WORK:
            break
    return tuple(found)


def side_ways(flow: Flow, stage_key: str, facts: Facts | None = None) -> tuple[Transition, ...]:
    """Return what else the installer may do in a stage: what does not go to plan."""
    ahead = moves_ahead(flow, stage_key, facts)[:1]
    mine = [each for each in open_ways(flow, stage_key, facts) if INSTALLER in each.roles]
    off = [each for each in mine if each not in ahead and each.key != "claim"]
    backwards_or_out = [each for each in off if not _is_forward(flow, stage_key, each)]
    return tuple(backwards_or_out)


def pages_ahead(
    flow: Flow,
    stage_key: str,
    *,
    has_window: bool,
    facts: Facts | None = None,
    is_answered: bool = False,
    asked: frozenset[str] = frozenset(),
) -> tuple[Page, ...]:
    """Return the pages of the visit from a stage on; a missing appointment gets a page first.

    They end with a branch where the way depends on answers that nobody has given yet; `visit_runs`
    says how it goes on from there. `is_answered`: the form of the stage is filled in; `asked` are
    the keys of other answers that are still open.
    """
    pages: list[Page] = []
    here = flow.stage(stage_key)
    open_answers = set(asked) if is_answered else {*asked, *_fields(flow, here)}
    for move in moves_ahead(flow, stage_key, facts):
        booking = booking_move(flow, here.key, facts)
        if "has_appointment" in move.guards and not has_window and booking is not None:
            pages.append(Page(Part.BOOK, here, booking))
            has_window = True
        known = {page.part for page in pages} - {Part.FORM}
        pages += [Page(part, here, None) for part in work_before(flow, move) if part not in known]
        branches = _branches(flow, here, open_answers | _said_with(move))
        if not branches or _is_said_with(move, branches):
            pages.append(Page(part_of(flow, here, move), here, move))
        if branches:
            pages.append(Page(Part.BRANCH, here, None))
            return tuple(pages)
        here = flow.stage(move.target)
        open_answers |= _fields(flow, here)
    if _is_at_work(here) and _branches(flow, here, open_answers):
        # No way is open without an answer: it is asked for all the same.
        pages += [Page(Part.FORM, here, None)] if flow.form(here.form) else []
        pages.append(Page(Part.BRANCH, here, None))
    return tuple(pages)


def _is_at_work(stage: Stage) -> bool:
    waits = (Meaning.WAITING, Meaning.IN_REVIEW, Meaning.ON_HOLD)
    return not stage.meaning.is_final and stage.meaning not in waits


def _branches(flow: Flow, here: Stage, asked: set[str]) -> list[Transition]:
    """The installer's ways out of a stage, where the answers still asked for choose among them."""
    mine = [
        each
        for each in flow.transitions
        if here.key in each.sources and INSTALLER in each.roles and is_on_plan(flow, each)
    ]
    waits = any(each.fact.removeprefix(ANSWER) in asked for way in mine for each in way.when)
    return mine if waits and len({way.target for way in mine}) > 1 else []


def _said_with(move: Transition) -> set[str]:
    """What is said with a move and may choose where it leads."""
    return {"quote_yuan"} if "quote" in move.asks else set()


def _is_said_with(move: Transition, ways: list[Transition]) -> bool:
    """Whether what chooses among the ways is said by taking them: the button comes first."""
    chosen_by = {each.fact for way in ways for each in way.when}
    return bool(_said_with(move) & chosen_by) and len({way.key for way in ways}) == 1


def _fields(flow: Flow, stage: Stage) -> set[str]:
    form = flow.form(stage.form) if stage.form else None
    return {field.key for field in form.fields} if form else set()


def booking_move(flow: Flow, stage_key: str, facts: Facts | None = None) -> Transition | None:
    """Return the move with which the installer agrees an appointment without leaving the stage."""
    for each in open_ways(flow, stage_key, facts):
        if each.target == stage_key and "appointment" in each.asks and INSTALLER in each.roles:
            return each
    return None


def first_stage(flow: Flow) -> str:
    """Return the key of the stage in which an order is its installer's but not yet accepted.

    It is the first that means ASSIGNED: a company may have more after it (customer called), and
    who moves among those has said yes before. "" in a flow that assigns to nobody.
    """
    return next((stage.key for stage in flow.stages_meaning(Meaning.ASSIGNED)), "")


def is_undecided(flow: Flow, stage_key: str, facts: Facts | None = None) -> bool:
    """Whether the installer has yet to accept: the next move only says yes to the order."""
    ahead = moves_ahead(flow, stage_key, facts)[:1]
    return stage_key == first_stage(flow) and any(
        flow.stage(move.target).meaning is Meaning.ASSIGNED for move in ahead
    )


def plain_acceptance(flow: Flow, stage_key: str, facts: Facts | None = None) -> Transition | None:
    """Return the move that says yes to an undecided order and needs nothing besides, if there is one.

    Whoever is not looking at the job page can only say yes: a flow that asks for more then is
    accepted on the page alone.
    """
    if not is_undecided(flow, stage_key, facts):
        return None
    move = moves_ahead(flow, stage_key, facts)[0]
    return None if move.asks or set(move.guards) - {"has_installer"} else move


def _next(flow: Flow, stage_key: str, facts: Facts | None) -> Transition | None:
    here = flow.stage(stage_key)
    if here.meaning.is_final or here.meaning in (Meaning.WAITING, Meaning.IN_REVIEW):
        return None
    order = {stage.key: position for position, stage in enumerate(flow.stages)}
    ways = [
        each
        for each in open_ways(flow, stage_key, facts)
        if INSTALLER in each.roles
        and is_on_plan(flow, each)
        and (here.meaning is Meaning.ON_HOLD or order[each.target] > order[stage_key])
    ]
    return min(ways, key=lambda each: order[each.target], default=None)


def _is_forward(flow: Flow, stage_key: str, move: Transition) -> bool:
    """A shorter way ahead, such as checking in without having set out, is no way aside."""
    positions = [stage.key for stage in flow.stages]
    is_ahead = positions.index(move.target) > positions.index(stage_key)
    # What conditions opened for this order alone is offered, also where it is not the next step.
    return is_ahead and is_on_plan(flow, move) and not move.when


def work_before(flow: Flow, move: Transition) -> list[Part]:
    """Return what is proved before a move, a page each; materials where the work is done with it."""
    found = [part for guard, part in _PROOFS if guard in move.guards]
    if flow.stage(move.target).meaning in _AFTER_WORK or "steps_done" in move.guards:
        found.append(Part.MATERIALS)
    ends = [
        ("form_done", Part.FORM),
        ("has_signature", Part.SIGNATURE),
        ("customer_accepted", Part.ACCEPTANCE),
    ]
    return [*found, *(part for guard, part in ends if guard in move.guards)]


def part_of(flow: Flow, here: Stage, move: Transition) -> Part:
    """Return what the page of a move is about."""
    target = flow.stage(move.target).meaning
    if target in _AFTER_WORK:
        return Part.COMPLETE
    if "checked_in" in move.guards and here.meaning is not Meaning.ON_SITE:
        return Part.ARRIVE
    if "quote" in move.asks:
        return Part.QUOTE
    if "customer_confirmed" in move.guards:
        return Part.AGREE
    if target is Meaning.EN_ROUTE:
        return Part.GO
    is_yes = target is Meaning.ASSIGNED and here.meaning is Meaning.ASSIGNED
    return Part.ACCEPT if is_yes else Part.MOVE

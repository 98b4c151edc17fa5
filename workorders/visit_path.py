"""The way of a visit through a flow: which moves lie ahead of an installer, and in which parts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workorders.flow import Flow, Meaning, Stage, Transition, is_on_plan

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
    PHOTOS = "photos"
    MATERIALS = "materials"
    SIGNATURE = "signature"
    COMPLETE = "complete"
    CHECK_IN = "check_in"
    HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the visit, in the stage `stage`; `move` is None where no stage changes."""

    part: Part
    stage: Stage
    move: Transition | None


def moves_ahead(flow: Flow, stage_key: str) -> tuple[Transition, ...]:
    """Return the installer's moves from a stage to the end of the work, each the next in order.

    Of several ways the smallest step forward is taken, in the order the flow lists its stages; ways
    out of the visit (decline, hold, cancel) are none of it. Empty where the installer can only
    wait.
    """
    order = {stage.key: position for position, stage in enumerate(flow.stages)}
    found: list[Transition] = []
    here = stage_key
    while (move := _next(flow, here, order)) is not None and len(found) < len(flow.stages):
        found.append(move)
        here = move.target
        if flow.stage(here).meaning in _AFTER_WORK:
            break
    return tuple(found)


def side_ways(flow: Flow, stage_key: str) -> tuple[Transition, ...]:
    """Return what else the installer may do in a stage: what does not go to plan."""
    ahead = moves_ahead(flow, stage_key)[:1]
    mine = [
        each for each in flow.transitions if stage_key in each.sources and INSTALLER in each.roles
    ]
    off = [each for each in mine if each not in ahead and each.key != "claim"]
    backwards_or_out = [each for each in off if not _is_forward(flow, stage_key, each)]
    return tuple(backwards_or_out)


def pages_ahead(flow: Flow, stage_key: str, *, has_window: bool) -> tuple[Page, ...]:
    """Return the pages of the visit from a stage on; a missing appointment gets a page first."""
    pages: list[Page] = []
    here = flow.stage(stage_key)
    for move in moves_ahead(flow, stage_key):
        booking = booking_move(flow, here.key)
        if "has_appointment" in move.guards and not has_window and booking is not None:
            pages.append(Page(Part.BOOK, here, booking))
            has_window = True
        pages += [Page(part, here, None) for part in _work_before(flow, move)]
        pages.append(Page(_part_of(flow, here, move), here, move))
        here = flow.stage(move.target)
    return tuple(pages)


def booking_move(flow: Flow, stage_key: str) -> Transition | None:
    """Return the move with which the installer agrees an appointment without leaving the stage."""
    for each in flow.transitions:
        stays = stage_key in each.sources and each.target == stage_key
        if stays and "appointment" in each.asks and INSTALLER in each.roles:
            return each
    return None


def first_stage(flow: Flow) -> str:
    """Return the key of the stage in which an order is its installer's but not yet accepted.

    It is the first that means ASSIGNED: a company may have more after it (customer called), and
    who moves among those has said yes before. "" in a flow that assigns to nobody.
    """
    return next((stage.key for stage in flow.stages_meaning(Meaning.ASSIGNED)), "")


def is_undecided(flow: Flow, stage_key: str) -> bool:
    """Whether the installer has yet to accept: the next move only says yes to the order."""
    ahead = moves_ahead(flow, stage_key)[:1]
    return stage_key == first_stage(flow) and any(
        flow.stage(move.target).meaning is Meaning.ASSIGNED for move in ahead
    )


def plain_acceptance(flow: Flow, stage_key: str) -> Transition | None:
    """Return the move that says yes to an undecided order and needs nothing besides, if there is one.

    Whoever is not looking at the job page can only say yes: a flow that asks for more then is
    accepted on the page alone.
    """
    if not is_undecided(flow, stage_key):
        return None
    move = moves_ahead(flow, stage_key)[0]
    return None if move.asks or set(move.guards) - {"has_installer"} else move


def _next(flow: Flow, stage_key: str, order: dict[str, int]) -> Transition | None:
    here = flow.stage(stage_key)
    if here.meaning.is_final or here.meaning in (Meaning.WAITING, Meaning.IN_REVIEW):
        return None
    ways = [
        each
        for each in flow.transitions
        if stage_key in each.sources
        and INSTALLER in each.roles
        and is_on_plan(flow, each)
        and (here.meaning is Meaning.ON_HOLD or order[each.target] > order[stage_key])
    ]
    return min(ways, key=lambda each: order[each.target], default=None)


def _is_forward(flow: Flow, stage_key: str, move: Transition) -> bool:
    """A shorter way ahead, such as checking in without having set out, is no way aside."""
    positions = [stage.key for stage in flow.stages]
    is_ahead = positions.index(move.target) > positions.index(stage_key)
    return is_ahead and is_on_plan(flow, move)


def _work_before(flow: Flow, move: Transition) -> list[Part]:
    if flow.stage(move.target).meaning not in _AFTER_WORK:
        return []
    proofs = [("steps_done", Part.STEPS), ("has_photos", Part.PHOTOS)]
    found = [part for guard, part in proofs if guard in move.guards]
    found.append(Part.MATERIALS)
    return [*found, Part.SIGNATURE] if "has_signature" in move.guards else found


def _part_of(flow: Flow, here: Stage, move: Transition) -> Part:
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

"""How a visit goes on behind its branches: every way a phone may have to choose without a network."""

from __future__ import annotations

from dataclasses import dataclass, field

from workorders.flow import Condition, Facts, Flow, Meaning, Stage, Transition, holds, is_on_plan
from workorders.flow.reading_conditions import ANSWER
from workorders.visit_path import (
    INSTALLER,
    Page,
    Part,
    booking_move,
    pages_ahead,
    part_of,
    work_before,
)

_AFTER_WORK = (Meaning.IN_REVIEW, Meaning.DONE)
QUOTED = "quote_yuan"
"""The number of a condition that is said with a move."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A way out of a branch: `when` is what the phone still has to decide.

    `at` is how far ahead it leads: of several open ones the nearest is taken. `run` is the number
    of the run behind it; None where it is no step forward of the installer's.
    """

    key: str
    name: str
    at: int
    when: tuple[Condition, ...]
    run: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """Pages one after the other up to the next branch or the end; then one of the arms."""

    pages: tuple[Page, ...]
    arms: tuple[Arm, ...] = ()


@dataclass(slots=True)
class _Survey:
    """Collects the runs of a visit; a stage reached by several arms is looked at once."""

    flow: Flow
    facts: Facts | None
    asked: frozenset[str]
    runs: list[Run] = field(default_factory=list)
    known: dict[tuple[object, ...], int] = field(default_factory=dict)

    def add(self, pages: tuple[Page, ...], *, has_window: bool) -> int:
        """Take a run in with everything behind it; returns its number."""
        number = len(self.runs)
        self.runs.append(Run(pages))
        if pages and pages[-1].part is Part.BRANCH:
            has_window = has_window or any(page.part is Part.BOOK for page in pages)
            self.runs[number] = Run(pages, self._arms(pages, has_window=has_window))
        return number

    def _arms(self, pages: tuple[Page, ...], *, has_window: bool) -> tuple[Arm, ...]:
        here = pages[-1].stage
        at = {stage.key: number for number, stage in enumerate(self.flow.stages)}
        pressed = next((page.move for page in pages if _is_move_of(page, here)), None)
        ways = [way for way in self.flow.transitions if here.key in way.sources]
        mine = {way.key for way in ways if INSTALLER in way.roles and is_on_plan(self.flow, way)}
        found = []
        for way in ways:
            left = tuple(each for each in way.when if is_said_on_phone(each))
            sure = [each for each in way.when if not is_said_on_phone(each)]
            if way.key not in mine or not holds(sure, self.facts or {}):
                continue
            leads_on = (
                INSTALLER in way.roles
                and is_on_plan(self.flow, way)
                and at[way.target] > at[here.key]
            )
            run = self._behind(here, way, pressed, has_window=has_window) if leads_on else None
            found.append(Arm(way.key, way.name, at[way.target], left, run))
        return tuple(found)

    def _behind(
        self, here: Stage, way: Transition, pressed: Transition | None, *, has_window: bool
    ) -> int:
        """Return the number of the run that a way opens."""
        is_pressed = pressed is not None and pressed.key == way.key
        place = (way.target, has_window, "" if is_pressed else (here.key, way.key))
        if place not in self.known:
            before = () if is_pressed else self._leaving(here, way, has_window=has_window)
            booked = has_window or any(page.part is Part.BOOK for page in before)
            self.known[place] = self.add(
                (*before, *self._onward(way.target, has_window=booked)), has_window=booked
            )
        return self.known[place]

    def _leaving(self, here: Stage, way: Transition, *, has_window: bool) -> tuple[Page, ...]:
        """The pages with which a stage is left by a way: what it asks for, then its own."""
        booking = booking_move(self.flow, here.key, self.facts)
        needs_window = "has_appointment" in way.guards and not has_window
        first = [Page(Part.BOOK, here, booking)] if needs_window and booking else []
        proofs = [Page(part, here, None) for part in work_before(self.flow, way)]
        return (*first, *proofs, Page(part_of(self.flow, here, way), here, way))

    def _onward(self, stage_key: str, *, has_window: bool) -> tuple[Page, ...]:
        if self.flow.stage(stage_key).meaning in (Meaning.ON_HOLD, *_AFTER_WORK):
            return ()
        return pages_ahead(
            self.flow, stage_key, has_window=has_window, facts=self.facts, asked=self.asked
        )


def visit_runs(
    flow: Flow, first: tuple[Page, ...], *, has_window: bool, facts: Facts | None = None
) -> tuple[Run, ...]:
    """Return the runs of a visit whose pages up to the first branch are `first`; run 0 is these.

    Conditions on answers and on quotations are left to the phone, all others are decided by
    `facts`: what the server alone knows stays as it was when the page was made.
    """
    asked = frozenset(each.key for form in flow.forms for each in form.fields)
    survey = _Survey(flow, facts, asked)
    survey.add(first, has_window=has_window)
    return tuple(survey.runs)


def is_said_on_phone(condition: Condition) -> bool:
    """Whether a condition asks for an answer or a quotation, which a phone has in its queue."""
    return condition.fact.startswith(ANSWER) or condition.fact == QUOTED


def _is_move_of(page: Page, here: Stage) -> bool:
    return page.stage == here and page.move is not None and page.part is not Part.BOOK

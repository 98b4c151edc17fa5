"""Rehearses an order's walk without a database: what each way asks for, somebody can do there.

The pure engine moves the order; who is there to do what is told from the flow alone. It knows less
than the walk through the services: no pages, no permissions, no stored answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.workorders.library_plans import Plan, known
from workorders.flow import Flow, Stage, Transition, main_way, step
from workorders.flow.conditions import Facts, holds
from workorders.visit_path import booking_move

OFFICE = 2
"""So many people hold each role of the office."""
_ON_SITE = frozenset({"checked_in", "steps_done", "has_photos", "has_a_photo", "has_signature"})
_ALWAYS = frozenset({"customer_confirmed", "customer_accepted", "tasks_done", "shop_code_verified"})


@dataclass
class Rehearsal:
    """How an order came through: its stages, and how often its work came to be settled."""

    stages: list[str]
    has_installer: bool = False
    has_window: bool = False
    settled: int = 0


def rehearse(flow: Flow, plan: Plan) -> Rehearsal:
    """Walk the plan to its end; AssertionError where nobody could do what a way asks for."""
    facts = known(flow, plan)
    so_far = Rehearsal([flow.initial])
    while not flow.stage(so_far.stages[-1]).meaning.is_final:
        here = flow.stage(so_far.stages[-1])
        assert len(so_far.stages) <= len(flow.stages), f"it goes round: {so_far.stages}"
        way = main_way(flow, here.key, facts)
        assert way is not None, f"nothing leads on from {here.key}"
        _go(flow, here, way, facts, so_far)
    return so_far


def _go(flow: Flow, here: Stage, way: Transition, facts: Facts, so_far: Rehearsal) -> None:
    if "installer" in way.asks:
        so_far.has_installer = True
    if "appointment" in way.asks or booking_move(flow, here.key, facts):
        so_far.has_window = so_far.has_window or so_far.has_installer
    target = step(flow, here.key, way.key, _met(flow, here, way, facts, so_far), facts)
    assert isinstance(target, Stage), f"{here.key}: {way.key} stays shut, {target}"
    able = _people(way, so_far)
    assert able >= way.approvals + ("not_own_request" in way.guards), f"{way.key}: {able} people"
    if "drop_appointment" in way.effects:
        so_far.has_window = False
    if target.meaning.is_after_work and not here.meaning.is_after_work:
        assert so_far.has_installer, f"{way.key} settles work of nobody"
        so_far.settled += 1
    so_far.stages.append(target.key)


def _met(
    flow: Flow, here: Stage, way: Transition, facts: Facts, so_far: Rehearsal
) -> frozenset[str]:
    met = set(_ALWAYS)
    if so_far.has_installer:
        met |= {"has_installer", *_ON_SITE}
    if so_far.has_window:
        met.add("has_appointment")
    if here.form and flow.form(here.form) is not None:
        met.add("form_done")
    if _is_asked(flow, here, facts):
        met.add("customer_answered")
    if "not_own_request" in way.guards:
        met.add("not_own_request")
    return frozenset(met)


def _is_asked(flow: Flow, here: Stage, facts: Facts) -> bool:
    """Whether the flow itself puts a question to the customer here."""
    return any(
        action.kind == "ask_customer"
        for trigger in flow.triggers
        if trigger.stage == here.key and trigger.on == "entered" and holds(trigger.when, facts)
        for action in trigger.actions
    )


def _people(way: Transition, so_far: Rehearsal) -> int:
    office = [role for role in way.roles if role not in ("installer", "system")]
    return OFFICE * len(office) + ("installer" in way.roles and so_far.has_installer)

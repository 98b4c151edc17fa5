"""Facts that always come after an order was settled: they move money only where its rules ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from common.transactions import transactional
from settlement.engine.facts import restored
from settlement.facts.work import review_of, stages_of
from settlement.models import Settlement
from settlement.services.releasing import hold_order
from settlement.services.rules_in_force import compiled
from settlement.services.settling import keep_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from workorders.models import WorkOrder

_READ: dict[str, Callable[[WorkOrder], Any]] = {"review_x10": review_of, "stages": stages_of}


@transactional
def learn_fact(*, order_id: int, name: str) -> bool:
    """Return whether the order has to be settled again for a fact; else keep it with its settlement.

    Every order gets such facts, so rules that do not look at them cost three statements and no
    computation. What is kept is there when other rules are tried or applied.
    """
    hold_order(order_id)
    found = Settlement.objects.filter(work_order=order_id, status=Settlement.Status.ACTIVE)
    active = found.select_related("version", "work_order").defer("version__body").first()
    if active is None:
        return False
    if compiled(active.version).looks_at(name):
        return True
    before = restored(active.facts)
    value = _READ[name](active.work_order)
    if getattr(before, name) != value:
        keep_facts(active, replace(before, **{name: value}))
    return False

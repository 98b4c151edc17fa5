"""Correcting how a settled order's pay is divided: by what is recorded now, or by percent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.formatting import percent_exact
from settlement.facts import crew_of
from workorders.crew import finished_steps, parts_by
from workorders.services.crew import check_shares, correct_parts

if TYPE_CHECKING:
    from settlement.models import RecomputeRun
    from workorders.models import WorkOrder

CREW = "crew"


def corrected_crew(
    order: WorkOrder, *, shares: Mapping[int, int] | None, source: str
) -> dict[str, Any]:
    """Return what a run keeps of another division: the engine's fact, and how to record it.

    `shares` are hundredths of a percent by installer id; None: the steps finished as recorded now.
    Refused without a source, and unless the parts are the whole and for people of the order.
    """
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    names = check_shares(order, shares) if shares is not None else {}
    words = "、".join(f"{names[who]} {percent_exact(bp)}" for who, bp in (shares or {}).items())
    crew = crew_of(parts_by(order, done=finished_steps(order), chosen=shares or {}))
    return {
        "facts": {CREW: None if crew is None else [list(mate) for mate in crew]},
        "kind": CREW,
        "value": words or _("by finished steps"),
        "source": source.strip()[:80],
        "shares": None if shares is None else {str(who): bp for who, bp in shares.items()},
    }


def write_crew(run: RecomputeRun) -> None:
    """Record a run's division on its order, so that a later completion knows it too."""
    if run.work_order_id is None:
        return
    shares = run.asked["shares"]
    correct_parts(
        order_id=run.work_order_id,
        shares=None if shares is None else {int(who): bp for who, bp in shares.items()},
        words=run.asked["value"],
        actor=run.started_by,
    )

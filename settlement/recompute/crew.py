"""Correcting who did what on a settled order, and how its pay is divided: a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import Installer
from common.errors import refuse_unless
from common.formatting import percent_exact
from settlement.facts import crew_of
from workorders.crew import finished_steps, parts_by
from workorders.guards import body_of
from workorders.services.crew import check_shares, correct_parts

if TYPE_CHECKING:
    from settlement.models import RecomputeRun
    from workorders.models import WorkOrder

CREW = "crew"


def corrected_crew(
    order: WorkOrder,
    *,
    shares: Mapping[int, int] | None,
    source: str,
    steps: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """Return what a run keeps of another division: the engine's fact, and how to record it.

    `shares` are hundredths of a percent by installer id, None: by finished steps. `steps` is who
    finished which step, None: as recorded. Refused without a source, for a step the item does not
    have, and unless the parts are the whole and for people of the order.
    """
    refuse_unless(source.strip(), "fact.source", _("Say where this is known from"))
    recorded = finished_steps(order)
    done = recorded if steps is None else dict(steps)
    names = check_shares(order, shares) if shares is not None else {}
    said = [f"{names[who]} {percent_exact(bp)}" for who, bp in (shares or {}).items()]
    said += _step_words(order, recorded, done)
    crew = crew_of(parts_by(order, done=done, chosen=shares or {}))
    return {
        "facts": {CREW: None if crew is None else [list(mate) for mate in crew]},
        "kind": CREW,
        "value": "、".join(said) or _("by finished steps"),
        "source": source.strip()[:80],
        "shares": None if shares is None else {str(who): bp for who, bp in shares.items()},
        "steps": None if done == recorded else {str(seq): who for seq, who in done.items()},
    }


def write_crew(run: RecomputeRun) -> None:
    """Record a run's division on its order, so that a later completion knows it too."""
    if run.work_order_id is None:
        return
    correct_parts(
        order_id=run.work_order_id,
        shares=_by_id(run.asked["shares"]),
        steps=_by_id(run.asked.get("steps")),
        words=run.asked["value"],
        actor=run.started_by,
    )


def _by_id(kept: Mapping[str, int] | None) -> dict[int, int] | None:
    return None if kept is None else {int(key): value for key, value in kept.items()}


def _step_words(order: WorkOrder, before: Mapping[int, int], after: Mapping[int, int]) -> list[str]:
    """Say of each step that changes hands who finished it by now."""
    steps = {step.seq: step.name for step in body_of(order).steps}
    refuse_unless(
        set(after) <= set(steps) | set(before),
        "step.unknown",
        _("The service of this work order has no such step"),
    )
    changed = [seq for seq in sorted({*before, *after}) if before.get(seq) != after.get(seq)]
    wanted = [after[seq] for seq in changed if seq in after]
    people = Installer.objects.select_related("user").in_bulk(wanted)
    return [
        _("step %(seq)s %(name)s: %(person)s")
        % {
            "seq": seq,
            "name": steps.get(seq, ""),
            "person": people[after[seq]].user.display_name if seq in after else _("not finished"),
        }
        for seq in changed
    ]

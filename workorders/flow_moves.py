"""What a move of running orders to another version would do, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from common.marking import N_
from workorders.flow import GUARDS
from workorders.flow.moving import asked_anew
from workorders.flow_move_sticking import NAMED, sticking
from workorders.flow_versions import read_version
from workorders.models import FlowMove, FlowVersion, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from workorders.flow import Flow, Stage

MOVE_ERRORS: Mapping[str, str] = {
    "unknown": N_("One of the stages “%(stage)s”, “%(target)s” is not there any more"),
    "final": N_("A move ends no order and begins none anew: “%(stage)s” → “%(target)s”"),
    "after_work": N_(
        "“%(stage)s” and “%(target)s” stand on two sides of the end of the work: a move settles"
        " nothing and takes nothing back"
    ),
    "given": N_(
        "In one of “%(stage)s”, “%(target)s” somebody has the order, in the other nobody: a move"
        " gives no orders and takes none away"
    ),
}


@dataclass(frozen=True, slots=True)
class StageMove:
    """What happens to the orders in one stage: where they go, how many stick there and why.

    `numbers` are the first of those that stick or stay; `asks` are sentences of what is asked for
    from now on; `left` says that they stay as they are.
    """

    stage: Stage
    orders: int
    target: Stage | None
    stuck: int
    why: str
    asks: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    @property
    def left(self) -> bool:
        """Whether these orders keep their version."""
        return self.target is None

    @property
    def unnamed(self) -> int:
        """How many more stick than are named."""
        return self.stuck - len(self.numbers)


def movable_orders(version: FlowVersion) -> QuerySet[WorkOrder]:
    """Return the open orders that follow a version."""
    return WorkOrder.objects.filter(flow_version=version, meaning__in=OPEN_MEANINGS)


def move_preview(
    old: FlowVersion, new: FlowVersion, stages: Mapping[str, str]
) -> tuple[StageMove, ...]:
    """Return what a move would do, for each stage in which orders stand; the map may lack stages."""
    return moves_to(old, read_version(new), stages)


def moves_to(
    old: FlowVersion, target_flow: Flow, stages: Mapping[str, str]
) -> tuple[StageMove, ...]:
    """Return the same for a flow that is not published yet."""
    flow = read_version(old)
    counted = movable_orders(old).values("stage").annotate(n=Count("pk")).order_by()
    counts = {row["stage"]: row["n"] for row in counted}
    known = {stage.key: stage for stage in target_flow.stages}
    return tuple(
        _stage_move(old, flow, stage, target_flow, known.get(stages.get(stage.key, "")), counts)
        for stage in flow.stages
        if counts.get(stage.key)
    )


def _stage_move(
    old: FlowVersion,
    flow: Flow,
    stage: Stage,
    target_flow: Flow,
    target: Stage | None,
    counts: Mapping[str, int],
) -> StageMove:
    orders = counts[stage.key]
    here = movable_orders(old).filter(stage=stage.key)
    if target is None:
        first = here.order_by("pk").values_list("number", flat=True)[:NAMED]
        why = _("No place in the new version")
        return StageMove(stage, orders, None, orders, why, (), tuple(first))
    asked = asked_anew(flow, stage.key, target_flow, target.key)
    asks = tuple(_(GUARDS.get(guard, guard)) for guard in asked)
    found = sticking(here, flow, stage, target_flow, target)
    return StageMove(stage, orders, target, found.count, "；".join(found.whys), asks, found.numbers)


def flow_moves() -> QuerySet[FlowMove]:
    """Return all moves, the newest first, without the bodies of their versions."""
    moves = FlowMove.objects.select_related("from_version", "to_version", "made_by")
    bodies = ("from_version__body", "to_version__body", "from_version__edits", "to_version__edits")
    return moves.defer(*bodies).order_by("-pk")


def flow_versions() -> QuerySet[FlowVersion]:
    """Return all published versions."""
    return FlowVersion.objects.all()


def targets_of(old: FlowVersion) -> list[FlowVersion]:
    """Return the versions orders of a version can be moved to: of the same variant first, newest first."""
    rows = FlowVersion.objects.filter(key=old.key).order_by("variant", "-number")
    gone = [each.variant for each in rows.distinct("variant").defer("body") if each.withdrawn]
    others = rows.filter(withdrawn=False).exclude(pk=old.pk).exclude(variant__in=gone)
    newest = list(others.distinct("variant"))
    return sorted(newest, key=lambda each: (each.variant != old.variant, each.variant))


@dataclass(frozen=True, slots=True)
class UsedVersion:
    """A version that open orders follow; `is_old` where a newer one of its variant is published."""

    version: FlowVersion
    orders: int
    is_old: bool


def versions_in_use() -> list[UsedVersion]:
    """Return the versions with open orders, those most orders follow first, in two queries."""
    counted = WorkOrder.objects.filter(meaning__in=OPEN_MEANINGS).values("flow_version")
    counts = dict(counted.annotate(n=Count("pk")).order_by().values_list("flow_version", "n"))
    light = FlowVersion.objects.defer("body", "edits").order_by("key", "variant", "-number")
    newest: dict[tuple[str, str], int] = {}
    found = []
    for version in light:
        newest.setdefault((version.key, version.variant), version.number)
        if version.pk in counts:
            is_old = version.number < newest[version.key, version.variant]
            found.append(UsedVersion(version, counts[version.pk], is_old))
    return sorted(found, key=lambda used: -used.orders)

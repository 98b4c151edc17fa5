"""What one more block in many flows would do: the new bodies, and which running orders meet it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from common.marking import N_
from workorders.flow import Flow, read_flow
from workorders.flow.bodies import EditError
from workorders.flow.editing import EDIT_ERRORS, apply_edits
from workorders.flow.moving import proposed_stages, stages_before
from workorders.flow.reading import FlowError
from workorders.flow_faults import faults
from workorders.flow_library import block_bodies, blocks
from workorders.flow_versions import read_version
from workorders.models import FlowDraft, FlowVersion, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workorders.flow.blocks import Block
    from workorders.flow.bodies import Body

FIRST_BLOCKS = ("acceptance_photo", "third_party_inspection")
PLACES: Mapping[str, str] = {
    "": N_("Where the block usually stands"),
    "before:first ON_SITE": N_("Before the work on site"),
    "after:last ON_SITE": N_("After the work on site"),
    "before:first DONE": N_("Before the end"),
}


@dataclass(frozen=True, slots=True)
class RunningOrders:
    """Open orders of one version, by the stages they go to (`stages`), and those that have passed."""

    version: FlowVersion
    stages: Mapping[str, str]
    moved: int
    passed: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """A flow or variant with the block in it: `problems` are sentences of why it cannot be.

    A `draft` somebody has open meets the new version when it is published.
    """

    newest: FlowVersion
    body: Body
    new_stages: tuple[str, ...]
    behind: str
    running: tuple[RunningOrders, ...]
    problems: tuple[str, ...]
    draft: FlowDraft | None = None

    @property
    def moved(self) -> int:
        """How many running orders would follow the new version."""
        return sum(each.moved for each in self.running)

    @property
    def passed(self) -> int:
        """How many keep their version, because they are past the place."""
        return sum(each.passed for each in self.running)


def insertable_blocks() -> list[Block]:
    """Return the library's blocks that bring a stage, those most asked for first."""
    found = [block for block in blocks().values() if block.body.get("stages")]
    ranks = {key: rank for rank, key in enumerate(FIRST_BLOCKS)}
    return sorted(found, key=lambda block: ranks.get(block.key, len(ranks)))


def insertions(
    *, block: str | Mapping[str, Any], where: str, keys: Iterable[str]
) -> list[Insertion]:
    """Return what a block at a place of PLACES does to flows and their variants.

    The block is one of the library, by its key, or a table of one's own, which has no usual place.
    KeyError for an unknown block or place.
    """
    if isinstance(block, str):
        blocks()[block]
    PLACES[where]
    edit: dict[str, Any] = {"op": "insert", "block": block}
    if where:
        end, _colon, anchor = where.partition(":")
        edit[end] = anchor
    found: list[Insertion] = []
    for key in keys:
        newest = _newest(key)
        if "" not in newest:
            continue
        base = _inserted(newest.pop(""), [edit], None)
        found.append(base)
        for variant in newest.values():
            edits = [*variant.edits]
            found.append(_inserted(variant, edits, None if base.problems else base.body))
    return _with_drafts(found)


def _with_drafts(found: list[Insertion]) -> list[Insertion]:
    keys = {each.newest.key for each in found}
    drafts = {
        (draft.key, draft.variant): draft
        for draft in FlowDraft.objects.filter(key__in=keys).select_related("changed_by")
    }
    return [
        replace(each, draft=drafts.get((each.newest.key, each.newest.variant))) for each in found
    ]


def _newest(key: str) -> dict[str, FlowVersion]:
    rows = FlowVersion.objects.filter(key=key).order_by("variant", "-number").distinct("variant")
    return {row.variant: row for row in rows if not row.withdrawn}


def _inserted(version: FlowVersion, edits: list[Any], base: Body | None) -> Insertion:
    """Apply edits to the version itself, or to the new body of the flow it inherits from."""
    try:
        body = apply_edits(version.body if base is None else base, edits, block_bodies())
        body |= {"key": version.key, "name": version.name}
        flow = read_flow(body)
    except EditError as error:
        words = _(EDIT_ERRORS[error.code]) % {"where": error.where}
        return Insertion(version, {}, (), "", (), (words,))
    except FlowError as error:
        return Insertion(version, {}, (), "", (), (str(error),))
    old = read_version(version)
    problems = tuple(each.sentence for each in faults(body, known=version.body))
    keys = [stage.key for stage in old.stages]
    new = [stage for stage in flow.stages if stage.key not in keys]
    at = flow.stages.index(new[0]) if new else 0
    behind = flow.stages[at - 1].name if at else ""
    names = tuple(stage.name for stage in new)
    running = _running(version, flow, {stage.key for stage in new})
    return Insertion(version, body, names, behind, running, problems)


def _running(newest: FlowVersion, flow: Flow, new: set[str]) -> tuple[RunningOrders, ...]:
    """The open orders of all versions of the flow or variant, and who of them still meets the block."""
    mine = FlowVersion.objects.filter(key=newest.key, variant=newest.variant)
    counted = (
        WorkOrder.objects.filter(flow_version__in=mine.values("pk"), meaning__in=OPEN_MEANINGS)
        .values("flow_version", "stage").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    counts: dict[int, dict[str, int]] = {}
    for row in counted:
        counts.setdefault(row["flow_version"], {})[row["stage"]] = row["n"]
    meets = stages_before(flow, new)
    found = []
    for version in mine.filter(pk__in=counts).order_by("-number"):
        here = counts[version.pk]
        proposed = proposed_stages(read_version(version), flow)
        stages = {key: to if to in meets else "" for key, to in proposed.items()}
        moved = sum(n for key, n in here.items() if stages.get(key))
        found.append(RunningOrders(version, stages, moved, sum(here.values()) - moved))
    return tuple(found)

"""What one more block in many flows would do: the new bodies, and which running orders meet it."""

from __future__ import annotations

from collections import Counter
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
from workorders.flow_moves import moves_to
from workorders.flow_versions import read_version
from workorders.models import FlowDraft, FlowVersion, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workorders.flow.blocks import Block
    from workorders.flow.bodies import Body
    from workorders.flow_moves import StageMove

FIRST_BLOCKS = ("acceptance_photo", "third_party_inspection")
PLACES: Mapping[str, str] = {
    "": N_("Where the block usually stands"),
    "before:first ON_SITE": N_("Before the work on site"),
    "after:last ON_SITE": N_("After the work on site"),
    "before:first DONE": N_("Before the end"),
}


@dataclass(frozen=True, slots=True)
class RunningOrders:
    """Open orders of one version: where they go (`stages`), and what happens to them by stage.

    Those in stages of `passed_in` are past the place and keep their version.
    """

    version: FlowVersion
    stages: Mapping[str, str]
    moves: tuple[StageMove, ...]
    passed_in: Mapping[str, int]

    @property
    def moved(self) -> int:
        """How many follow the new version."""
        return sum(move.orders for move in self.moves)

    @property
    def passed(self) -> int:
        """How many keep theirs."""
        return sum(self.passed_in.values())


@dataclass(frozen=True, slots=True)
class StageShown:
    """A stage of a flow with the block in it, and how many running orders come to it or keep out."""

    name: str
    is_new: bool
    moved: int
    passed: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """A flow or variant with the block in it: `problems` are sentences of why it cannot be.

    `line` are its stages in their order. A `draft` somebody has open meets the new version when it
    is published.
    """

    newest: FlowVersion
    body: Body
    line: tuple[StageShown, ...]
    running: tuple[RunningOrders, ...]
    problems: tuple[str, ...]
    draft: FlowDraft | None = None

    @property
    def new_stages(self) -> tuple[str, ...]:
        """The names of the stages the block brings."""
        return tuple(stage.name for stage in self.line if stage.is_new)

    @property
    def behind(self) -> str:
        """The stage in front of the first of them, "" for none."""
        at = next((at for at, stage in enumerate(self.line) if stage.is_new), 0)
        return self.line[at - 1].name if at else ""

    @property
    def sticking(self) -> tuple[tuple[FlowVersion, StageMove], ...]:
        """The stages whose orders would stick in the new version, each with the version they leave."""
        return tuple(
            (each.version, move) for each in self.running for move in each.moves if move.stuck
        )

    @property
    def stuck(self) -> int:
        """How many would stick."""
        return sum(move.stuck for _version, move in self.sticking)

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
        return Insertion(version, {}, (), (), (words,))
    except FlowError as error:
        return Insertion(version, {}, (), (), (str(error),))
    old = read_version(version)
    problems = tuple(each.sentence for each in faults(body, known=version.body))
    keys = {stage.key for stage in old.stages}
    new = {stage.key for stage in flow.stages if stage.key not in keys}
    running = _running(version, flow, new)
    return Insertion(version, body, _line(flow, new, running), running, problems)


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
        proposed = proposed_stages(read_version(version), flow)
        stages = {key: to if to in meets else "" for key, to in proposed.items()}
        here = counts[version.pk]
        passed = {key: n for key, n in here.items() if not stages.get(key)}
        moves = moves_to(version, flow, stages) if len(passed) < len(here) else ()
        found.append(
            RunningOrders(version, stages, tuple(each for each in moves if each.target), passed)
        )
    return tuple(found)


def _line(flow: Flow, new: set[str], running: Iterable[RunningOrders]) -> tuple[StageShown, ...]:
    moved: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for each in running:
        passed.update(each.passed_in)
        moved.update({move.target.key: move.orders for move in each.moves if move.target})
    return tuple(
        StageShown(stage.name, stage.key in new, moved[stage.key], passed[stage.key])
        for stage in flow.stages
        if not stage.meaning.is_final
    )

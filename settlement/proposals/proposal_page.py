"""A draft on its way to be published as a page shows it: changes, conflicts, proofs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from settlement.engine.paths import changes
from settlement.engine.regional import NAMES, OVERRIDES, hq_part, own_values
from settlement.engine.words import percent
from settlement.proposals.finding_rows import FindingRow, finding_rows
from settlement.proposals.gap_rows import GapRow, gap_row
from settlement.proposals.merging import Clash, Merge, inherited_value, merge_of
from settlement.proposals.places import places_of
from settlement.proposals.proofs import Proofs, prove
from settlement.proposals.regions import RegionTree, region_tree
from settlement.proposals.replay_report import lacks_replay
from settlement.proposals.values import moved, shown

if TYPE_CHECKING:
    from settlement.models import RuleDraft
    from settlement.rulebook.places import Places

MOST_CHANGES = 200
_OWN = {"version", "effective_from", OVERRIDES, NAMES}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A place that differs from the version in force: whose, which, from what to what.

    `moved` says by how much, empty for what is no number; inheriting is said beside its value.
    """

    region: str
    place: str
    was: str
    now: str
    moved: str = ""
    was_inherited: bool = False
    now_inherited: bool = False


@dataclass(frozen=True, slots=True)
class ClashRow:
    """A conflict in words."""

    clash: Clash
    region: str
    place: str
    was: str
    hq: str
    own: str


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One check with its answer: `good`, `warn`, `bad` or `ask`."""

    title: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class ProposalSheet:
    """A draft with everything people need to decide on it."""

    draft: RuleDraft
    merge: Merge
    proofs: Proofs
    checks: tuple[ProofRow, ...]
    changes: tuple[ChangeRow, ...]
    more_changes: int
    clashes: tuple[ClashRow, ...]
    gone: tuple[ClashRow, ...]
    faults: tuple[FindingRow, ...]
    warnings: tuple[FindingRow, ...]
    odd: tuple[FindingRow, ...]
    uncovered: tuple[FindingRow, ...]
    gaps: tuple[GapRow, ...]
    limit: str
    unreplayed: bool

    @property
    def open_points(self) -> int:
        """How many checks stand against publishing or have to be confirmed."""
        return sum(check.state in ("bad", "ask") for check in self.checks)

    @property
    def may_go(self) -> bool:
        """Whether nothing stands against submitting or approving."""
        return not self.merge.open_clashes and not self.proofs.faults


def proposal_sheet(draft: RuleDraft) -> ProposalSheet:
    """Return the draft merged, proved and put into words."""
    tree = region_tree()
    merge = merge_of(draft, tree)
    places = places_of(merge.body, merge.latest.body if merge.latest else None)
    proofs = prove(merge.body, draft.rule_set)
    unreplayed = lacks_replay(draft, merge.body)
    rows = _change_rows(merge, tree, places)
    clashes = [_clash_row(clash, tree.names, places) for clash in merge.clashes]
    return ProposalSheet(
        draft=draft,
        merge=merge,
        proofs=proofs,
        checks=tuple(_checks(merge, proofs, unreplayed)),
        changes=tuple(rows[:MOST_CHANGES]),
        more_changes=max(0, len(rows) - MOST_CHANGES),
        clashes=tuple(row for row in clashes if not row.clash.gone),
        gone=tuple(row for row in clashes if row.clash.gone),
        faults=finding_rows(proofs.faults, merge.body, places.words),
        warnings=finding_rows(proofs.warnings, merge.body, places.words),
        odd=finding_rows(proofs.odd, merge.body, places.words),
        uncovered=finding_rows(proofs.uncovered, merge.body, places.words),
        gaps=tuple(gap_row(gap, tree.names, places) for gap in proofs.gaps),
        limit=percent(proofs.limit_bp, 10_000),
        unreplayed=unreplayed,
    )


def _change_rows(merge: Merge, tree: RegionTree, places: Places) -> list[ChangeRow]:
    before = merge.latest.body if merge.latest else {}
    old, new = hq_part(before), hq_part(merge.body)
    rows = [
        ChangeRow(
            "", str(places.place(path)), _short(path, c.was), _short(path, c.now),
            moved(path, c.was, c.now),
        )
        for path, c in changes(old, new).items()
        if path.strip("/") not in _OWN
    ]  # fmt: skip
    return rows + _region_rows((before, merge.body), tree, places)


def _region_rows(
    bodies: tuple[Mapping[str, Any], Mapping[str, Any]], tree: RegionTree, places: Places
) -> list[ChangeRow]:
    """What regions set or set no longer; what they inherit counts as their value."""
    owns = [own_values(body) for body in bodies]
    rows = []
    for code in sorted({*owns[0], *owns[1]}):
        above = tree.above.get(code, ())
        for path in sorted({*owns[0].get(code, {}), *owns[1].get(code, {})}):
            one, two = (own.get(code, {}).get(path) for own in owns)
            if one == two:
                continue
            was, now = (
                inherited_value(hq_part(body), own, above, path) if value is None else value
                for body, own, value in zip(bodies, owns, (one, two), strict=True)
            )
            rows.append(
                ChangeRow(
                    tree.names.get(code, code), str(places.place(path)), shown(path, was),
                    shown(path, now), moved(path, was, now), one is None, two is None,
                )
            )  # fmt: skip
    return rows


def _short(path: str, value: Any) -> str:
    """A value in words; a whole table or component is only said to be there."""
    if isinstance(value, Mapping):
        return str(value.get("label") or value.get("code") or _("(several values)"))
    if isinstance(value, list) and not all(type(each) is int for each in value):
        return ", ".join(map(str, value))[:80] if all(isinstance(v, str) for v in value) else "…"
    return shown(path, value)


def _clash_row(clash: Clash, regions: Mapping[str, str], places: Places) -> ClashRow:
    place = str(places.place(clash.path))
    was, hq, own = (shown(clash.path, value) for value in (clash.was, clash.hq, clash.own))
    return ClashRow(clash, regions.get(clash.region, clash.region), place, was, hq, own)


def _checks(merge: Merge, proofs: Proofs, unreplayed: bool) -> list[ProofRow]:
    faults, warnings = len(proofs.faults), len(proofs.warnings)
    open_clashes = len(merge.open_clashes)
    return [
        ProofRow(
            _("Readable, splits add up to 100%, every name is known"),
            "bad" if faults else "good",
            ngettext("%(n)d fault", "%(n)d faults", faults) % {"n": faults} if faults else _("no fault"),
        ),
        ProofRow(
            _("Every order meets a row and a bracket"),
            "ask" if proofs.uncovered else "good",
            _("%(n)d to confirm") % {"n": len(proofs.uncovered)} if proofs.uncovered else _("kept"),
        ),
        ProofRow(
            _("Overlaps, unreachable rows, falling brackets"),
            "warn" if warnings else "good",
            ngettext("%(n)d remark", "%(n)d remarks", warnings) % {"n": warnings} if warnings else _("nothing found"),
        ),
        ProofRow(
            _("Values of regions that headquarters changed as well"),
            "bad" if open_clashes else "good",
            _("%(n)d to decide") % {"n": open_clashes} if open_clashes else _("all decided"),
        ),
        ProofRow(
            _("Prices of regions within %(limit)s of each other")
            % {"limit": percent(proofs.limit_bp, 10_000)},
            "ask" if proofs.gaps else "good",
            _("%(n)d need a reason") % {"n": len(proofs.gaps)} if proofs.gaps else _("kept"),
        ),
        ProofRow(
            _("Usual factors"),
            "ask" if proofs.odd else "good",
            _("%(n)d to confirm") % {"n": len(proofs.odd)} if proofs.odd else _("kept"),
        ),
        ProofRow(
            _("Replayed on settled orders"),
            "ask" if unreplayed else "good",
            _("not these rules") if unreplayed else _("kept"),
        ),
        ProofRow(
            _("Conditions"), "bad" if proofs.conditions >= 10_000 else "good",
            f"{proofs.conditions} / 10,000",
        ),
    ]  # fmt: skip

"""How a published version came about: who, why, what regions set, what the replay had shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.paths import value_at
from settlement.engine.regional import NAMES, own_values
from settlement.engine.words import percent
from settlement.proposals.finding_rows import FindingRow, finding_rows, kept_findings
from settlement.proposals.merging import own_by_region
from settlement.proposals.places import places_of
from settlement.proposals.regions import region_tree
from settlement.proposals.values import shown

if TYPE_CHECKING:
    from settlement.models import RuleSetVersion


@dataclass(frozen=True, slots=True)
class Origin:
    """What the checks of a version tell people; empty parts were not recorded."""

    version: RuleSetVersion
    reason: str
    region: str
    limit: str
    gaps: int
    gap_reason: str
    closed: str  # the locked periods whose days it corrects
    closed_reason: str
    replay: dict[str, Any]
    unreplayed: bool  # published although no replay of just these rules had ended
    installers_fen: int  # what the replay showed installers to gain (negative: lose)
    warnings: tuple[FindingRow, ...]
    uncovered: tuple[FindingRow, ...]  # cases no row takes, each confirmed by the approver
    values: tuple[tuple[str, str, str, str], ...]  # region, place, headquarters' value, its own


def origin_of(version: RuleSetVersion) -> Origin:
    """Return how a version came about; a few queries for names when there is anything to name."""
    checks = version.checks
    rail, replay = checks.get("guard_rail", {}), checks.get("replay", {})
    sums = [replay.get(key, {}).get("installer", [0, 0]) for key in ("roles", "bonuses")]
    names = version.body.get(NAMES, {})
    warnings, uncovered = (
        finding_rows(found, version.body, places_of(version.body).words) if found else ()
        for found in (kept_findings(checks, "warnings"), kept_findings(checks, "uncovered"))
    )
    return Origin(
        version=version,
        reason=checks.get("reason", ""),
        region=names.get(checks.get("region", ""), checks.get("region", "")),
        limit=percent(rail.get("limit_bp", 0), 10_000),
        gaps=len(rail.get("gaps", [])),
        gap_reason=rail.get("reason", ""),
        closed=_(", ").join(checks.get("closed", {}).get("periods", [])),
        closed_reason=checks.get("closed", {}).get("reason", ""),
        replay=replay,
        unreplayed=bool(checks.get("unreplayed")),
        installers_fen=sum(after - before for before, after in sums),
        warnings=warnings,
        uncovered=uncovered,
        values=tuple(_values(version)) if own_values(version.body) else (),
    )


def _values(version: RuleSetVersion) -> list[tuple[str, str, str, str]]:
    tree, places, body = region_tree(), places_of(version.body), version.body
    words = body.get(NAMES, {})
    rows = []
    for code, values in own_by_region(version, tree).items():
        for path, value in values.items():
            place = str(places.place(path))
            from_hq = shown(path, value_at(body, path))
            rows.append((words.get(code, code), place, from_hq, shown(path, value)))
    return rows

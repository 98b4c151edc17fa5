"""The worked example beside a region's values: a job there, computed with what is being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common import clock
from common.errors import Refused
from network.selectors import inherited, region_chain
from settlement.engine.regional import NAMES, OVERRIDES, hq_part
from settlement.facts import place_facts
from settlement.proposals.merging import own_by_region
from settlement.proposals.region_page import own_now
from settlement.proposals.regions import region_tree
from settlement.proposals.values import read_typed
from settlement.rulebook.trial import Place, trial
from settlement.rulebook.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from network.models import Region
    from settlement.proposals.region_page import RegionSheet
    from settlement.rulebook.entries import Posted
    from settlement.rulebook.trial import Trial


def region_trial(sheet: RegionSheet, *, actor: User, posted: Posted | None = None) -> Trial | None:
    """Return the example with the region's values as they stand, and those posted over them.

    A value that cannot be read stays as it was. None before headquarters has published anything.
    """
    if sheet.base is None:
        return None
    tree, region = region_tree(), sheet.region
    own, above = own_by_region(sheet.base, tree), tuple(tree.above.get(region.code, ()))
    saved: dict[str, Any] = {}
    for code in above:
        saved |= own.get(code, {})
    mine = own_now(own.get(region.code, {}), sheet.draft)
    rules = hq_part(sheet.base.body)

    def body(values: Mapping[str, Any]) -> dict[str, Any]:
        return {**rules, OVERRIDES: {region.code: dict(values)}, NAMES: {region.code: region.name}}

    return trial(
        rule_set=sheet.rule_set,
        body=body(saved | (_typed(sheet, mine, posted) if posted else mine)),
        earlier=[body(saved | mine), rules],
        words=vocabulary(),
        actor=actor,
        posted=posted,
        place=Place(_facts_of(region), region.path),
    )


def _facts_of(region: Region) -> dict[str, Any]:
    """Return what follows from a region today: its levels and bands, and the branch it settles by.

    What it leaves open, as a province does the level of its cities, the example chooses.
    """
    branch = getattr(inherited(region, "branch"), "code", None)
    found = place_facts(region_chain(region), clock.business_day())
    found |= {"branch": branch, "home_branch": branch}
    return {name: value for name, value in found.items() if value is not None}


def _typed(sheet: RegionSheet, mine: Mapping[str, Any], posted: Posted) -> dict[str, Any]:
    found = dict(mine)
    for name, path in sheet.places.items():
        if not posted.has(name):
            continue
        text = str(posted.post[name])
        if not text.strip():
            found.pop(path, None)
            continue
        try:
            found[path] = read_typed(path, text, sheet.likes[path])
        except Refused:
            continue  # the page says what is wrong with it when it is saved
    return found

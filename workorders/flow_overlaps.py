"""What the checks find in a draft: in its flow, and in a variant beside the other variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from network.models import Region
from workorders.flow import Finding
from workorders.flow.overlapping import rivals
from workorders.flow.overlays import read_applies
from workorders.flow_findings import Found, findings
from workorders.milestones import company_to_check
from workorders.models import FlowVersion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workorders.flow import Flow
    from workorders.flow.overlapping import Lies
    from workorders.flow.overlays import Applies
    from workorders.models import FlowDraft


def draft_findings(draft: FlowDraft, flow: Flow) -> list[Found]:
    """Return everything the checks find in a draft whose flow this is, errors first."""
    return [*findings(flow, company_to_check()), *_overlaps(draft)]


def _overlaps(draft: FlowDraft) -> list[Found]:
    """Warn of the published variants that fit orders which fit this one, too; two queries."""
    if not draft.variant:
        return []
    rows = FlowVersion.objects.filter(key=draft.key).exclude(variant__in=["", draft.variant])
    newest = rows.defer("body", "edits").order_by("variant", "-number").distinct("variant")
    others = [(row, read_applies(row.applies)) for row in newest if not row.withdrawn]
    own = read_applies(draft.applies)
    lies = _lies(applies for applies in (own, *(each for _row, each in others)))
    return [_found(row) for row, applies in others if rivals(own, applies, lies)]


def _lies(read: Iterable[Applies]) -> Lies:
    when = (each for applies in read for each in applies.when if each.fact == "region")
    codes = {code for each in when for code in (*each.any_of, *each.none_of)}
    paths: dict[str, str] = {}
    if codes:
        paths = dict(Region.objects.filter(code__in=codes).values_list("code", "path"))

    def lies(inner: str, outer: str) -> bool:
        if inner in paths and outer in paths:
            return paths[inner].startswith(paths[outer])
        return inner == outer or (len(outer) == 6 and inner.startswith(_trunk(outer)))

    return lies


def _trunk(division: str) -> str:
    """The digits an administrative division shares with those that lie in it."""
    return division[:2] if division[2:] == "0000" else division.removesuffix("00")


def _found(other: FlowVersion) -> Found:
    sentence = _(
        "Some orders fit this variant and “%(where)s”: they follow one of the two alone, the one with"
        " more conditions, else the one for the smaller region or fewer months. The two do not combine."
    )
    return Found(
        finding=Finding("variants_overlap", other.variant),
        sentence=sentence % {"where": other.name},
        stage="",
        part="flow",
        is_error=False,
    )

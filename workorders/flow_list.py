"""The company's flows as they are listed: what is published, being designed, and followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from workorders.models import FlowDraft, FlowVersion, WorkOrder
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version and how many open orders follow it."""

    version: FlowVersion
    open_orders: int
    is_newest: bool


@dataclass(slots=True)
class FlowShown:
    """A flow or one of its variants: versions from the newest on, and the draft if there is one."""

    key: str
    variant: str
    name: str = ""
    versions: list[VersionShown] = field(default_factory=list)
    draft: FlowDraft | None = None
    variants: list[FlowShown] = field(default_factory=list)

    @property
    def newest(self) -> FlowVersion | None:
        """What new orders begin with."""
        return self.versions[0].version if self.versions else None

    @property
    def open_orders(self) -> int:
        """How many open orders follow any version of it."""
        return sum(shown.open_orders for shown in self.versions)


def versions_listed() -> QuerySet[FlowVersion]:
    """Return all versions without their bodies, the newest of each flow first."""
    light = FlowVersion.objects.select_related("published_by").defer("body", "edits")
    return light.order_by("key", "variant", "-number")


def drafts() -> QuerySet[FlowDraft]:
    """Return all drafts."""
    return FlowDraft.objects.select_related("changed_by", "started_from")


def flows_shown() -> list[FlowShown]:
    """Return every flow with its variants, in the order of their keys."""
    found: dict[tuple[str, str], FlowShown] = {}
    following = _followers()
    for version in versions_listed():
        shown = _entry(found, version.key, version.variant)
        shown.name = shown.name or version.name
        is_newest = not shown.versions
        shown.versions.append(VersionShown(version, following.get(version.pk, 0), is_newest))
    for draft in drafts().defer("body", "edits"):
        shown = _entry(found, draft.key, draft.variant)
        shown.name = shown.name or draft.name
        shown.draft = draft
    for (key, variant), shown in found.items():
        if variant and (key, "") in found:
            found[(key, "")].variants.append(shown)
    return [shown for (_key, variant), shown in found.items() if not variant]


def flow_shown(key: str, variant: str = "") -> FlowShown | None:
    """Return one flow or variant; None when the company has none of this key."""
    flows = {shown.key: shown for shown in flows_shown()}
    if key not in flows:
        return None
    own = [flows[key], *flows[key].variants]
    return next((shown for shown in own if shown.variant == variant), None)


def taken_keys() -> set[str]:
    """Return the keys of published flows and of drafts."""
    published = FlowVersion.objects.values_list("key", flat=True)
    return {*published, *FlowDraft.objects.values_list("key", flat=True)}


def newest_version(key: str, variant: str = "") -> FlowVersion | None:
    """Return the newest version of a flow or variant, withdrawn or not."""
    return FlowVersion.objects.filter(key=key, variant=variant).order_by("-number").first()


def standing(versions: QuerySet[FlowVersion]) -> dict[str, int]:
    """Return how many open orders of these versions stand in each stage, by its key; one query."""
    open_orders = WorkOrder.objects.filter(meaning__in=OPEN_MEANINGS, flow_version__in=versions)
    return dict(open_orders.order_by("stage").values_list("stage").annotate(n=Count("pk")))


def _entry(found: dict[tuple[str, str], FlowShown], key: str, variant: str) -> FlowShown:
    return found.setdefault((key, variant), FlowShown(key, variant))


def _followers() -> dict[int, int]:
    counted = WorkOrder.objects.filter(meaning__in=OPEN_MEANINGS).values("flow_version")
    return {row["flow_version"]: row["n"] for row in counted.annotate(n=Count("pk"))}

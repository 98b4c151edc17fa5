"""What is known when a dispute is filed, frozen as plain JSON with a fingerprint.

Later photos, facts, timeline entries or rules change nothing in it: sentences are kept in both
languages, files by name together with the sha256 of their content at that moment.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from common import clock
from settlement.disputes.doubted import doubted, in_both
from settlement.models import DisputeEvidence
from workorders import timeline
from workorders.facts import label_of

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from settlement.models import Dispute
    from workorders.models import WorkOrder


def freeze_evidence(dispute: Dispute) -> DisputeEvidence:
    """Store the bundle of a dispute that has just been filed, its own photos included."""
    bundle = bundle_of(dispute)
    return DisputeEvidence.objects.create(
        dispute=dispute, bundle=bundle, sha256=fingerprint(bundle), frozen_at=clock.now()
    )


def fingerprint(bundle: dict[str, Any]) -> str:
    """Return the sha256 (hex) of the bundle's canonical JSON."""
    text = json.dumps(bundle, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bundle_of(dispute: Dispute) -> dict[str, Any]:
    """Return everything that speaks for or against the claim, as JSON values."""
    order = dispute.work_order
    return {
        "number": dispute.number,
        "order": order.number if order else "",
        "claim": {
            "fen": dispute.claimed_fen,
            "kind": dispute.kind,
            "reason": dispute.reason,
            "photos": [_file(photo.file) for photo in dispute.photos.order_by("pk")],
        },
        **doubted(dispute),
        "sources": _sources(order) if order else [],
        "check_ins": _check_ins(order) if order else [],
        "photos": _pictures(order, "photo") if order else [],
        "signatures": _pictures(order, "signature") if order else [],
        "timeline": _timeline(order) if order else [],
    }


def _sources(order: WorkOrder) -> list[dict[str, Any]]:
    return [
        {
            "kind": fact.kind,
            "words": in_both(lambda kind=fact.kind: str(label_of(kind))),  # type: ignore[misc]  # bound at once
            "value": fact.value,
            "source": fact.source,
            "observed_at": fact.observed_at.isoformat(),
        }
        for fact in order.facts.order_by("observed_at", "pk")
    ]


def _check_ins(order: WorkOrder) -> list[dict[str, Any]]:
    return [
        {
            "method": one.method,
            "words": in_both(lambda one=one: str(one.get_method_display())),  # type: ignore[misc]  # bound at once
            "at": one.at.isoformat(),
            "from_site_m": one.from_site_m,
            "accuracy_m": one.accuracy_m,
            "lon": None if one.lon is None else str(one.lon),
            "lat": None if one.lat is None else str(one.lat),
            "reason": one.reason,
        }
        for one in order.check_ins.order_by("at", "pk")
    ]


def _pictures(order: WorkOrder, kind: str) -> list[dict[str, Any]]:
    found = order.evidence.filter(kind=kind).order_by("taken_at", "pk")
    return [
        _file(one.file) | {"label": one.label, "taken_at": one.taken_at.isoformat()}
        for one in found
    ]


def _file(file: FieldFile) -> dict[str, Any]:
    """A file's name and the sha256 of what it holds now; without one when it cannot be read."""
    try:
        with file.open("rb") as source:
            digest = hashlib.sha256(source.read()).hexdigest()
    except OSError:
        digest = ""
    return {"name": str(file.name), "sha256": digest}


def _timeline(order: WorkOrder) -> list[dict[str, Any]]:
    found = order.timeline.select_related("actor").order_by("at", "pk")
    return [
        {
            "at": event.at.isoformat(),
            "by": event.actor.display_name if event.actor else "",
            "words": in_both(lambda event=event: timeline.sentence(event)),  # type: ignore[misc]  # bound at once
        }
        for event in found
    ]

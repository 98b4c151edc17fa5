"""What is known when a dispute is filed, frozen as plain JSON with a fingerprint.

Later photos, facts, timeline entries or rules change nothing in it: sentences are kept in both
languages, files by name together with the sha256 of their content at that moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils import translation

from common import clock
from settlement.explaining import rule_words, shown_lines
from settlement.models import DisputeEvidence
from workorders import timeline
from workorders.facts import label_of

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from settlement.models import Dispute, SettlementLine
    from workorders.models import WorkOrder

LANGUAGES = ("zh-hans", "en")
Words = dict[str, Any]


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
    order, line = dispute.work_order, dispute.line
    settlement = line.settlement
    return {
        "number": dispute.number,
        "order": order.number,
        "claim": {
            "fen": dispute.claimed_fen,
            "kind": dispute.kind,
            "reason": dispute.reason,
            "photos": [_file(photo.file) for photo in dispute.photos.order_by("pk")],
        },
        "line": _line(line),
        "rules": {
            "version": settlement.version.pk,
            "sha256": settlement.version.sha256,
            "words": _in_both(lambda: rule_words(settlement.version)),
        },
        "settlement": {"id": settlement.pk, "facts_sha": settlement.facts_sha},
        "facts": settlement.facts,
        "sources": _sources(order),
        "check_ins": _check_ins(order),
        "photos": _pictures(order, "photo"),
        "signatures": _pictures(order, "signature"),
        "timeline": _timeline(order),
    }


def _in_both(say: Callable[[], Any]) -> Words:
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = say()
    return words


def _line(line: SettlementLine) -> dict[str, Any]:
    return {
        "id": line.pk,
        "seq": line.seq,
        "code": line.code,
        "label": line.label,
        "rule": line.rule,
        "base_fen": line.base_fen,
        "rate_num": line.rate_num,
        "rate_den": line.rate_den,
        "amount_fen": line.amount_fen,
        "because": line.because,
        "why": _in_both(lambda: list(shown_lines([line])[0].why)),
    }


def _sources(order: WorkOrder) -> list[dict[str, Any]]:
    return [
        {
            "kind": fact.kind,
            "words": _in_both(lambda kind=fact.kind: str(label_of(kind))),  # type: ignore[misc]  # bound at once
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
            "words": _in_both(lambda one=one: str(one.get_method_display())),  # type: ignore[misc]  # bound at once
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
            "words": _in_both(lambda event=event: timeline.sentence(event)),  # type: ignore[misc]  # bound at once
        }
        for event in found
    ]

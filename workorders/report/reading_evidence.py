"""Reads the pictures and the signature of an order for its report."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from common.formatting import masked_name
from workorders.models import Evidence, Signature
from workorders.photo_views import PICTURED
from workorders.report.shape import Photo, Signed

if TYPE_CHECKING:
    from workorders.models import WorkOrder


def photos_of(order: WorkOrder) -> tuple[Photo, ...]:
    """Return the photos in the order of the steps, those of the arrival first."""
    rows = order.evidence.filter(kind__in=PICTURED).order_by("kind", "seq", "pk")
    return tuple(
        Photo(
            pk=row.pk,
            kind=row.kind,
            label=row.label,
            at=row.taken_at.astimezone(UTC).isoformat(),
            time_source=row.time_source,
            lon=None if row.lon is None else f"{row.lon:.6f}",
            lat=None if row.lat is None else f"{row.lat:.6f}",
            from_site_m=row.from_site_m,
            place_source=row.place_source,
            is_far=row.is_far,
            is_old=row.is_old,
            is_again=row.is_known,
            sha256=row.sha256,
        )
        for row in rows
    )


def signature_of(order: WorkOrder) -> Signed | None:
    """Return the signature under the work; its name masked as the customer's is."""
    rows = order.evidence.filter(kind=Evidence.Kind.SIGNATURE).select_related("signature")
    row = rows.order_by("pk").last()
    if row is None:
        return None
    return _signed(row)


def form_signatures(rows: list[tuple[str, Evidence]]) -> tuple[Signed, ...] | None:
    """Return the signatures of a form by the labels of its fields; None where it has none."""
    return tuple(_signed(row, label, row.uploaded_by.display_name) for label, row in rows) or None


def _signed(row: Evidence, label: str | None = None, by: str | None = None) -> Signed:
    said: Signature | None = getattr(row, "signature", None)
    return Signed(
        pk=row.pk,
        name=masked_name(said.name) if said and said.name else "",
        relation=said.relation if said else "",
        at=row.taken_at.astimezone(UTC).isoformat(),
        strokes=said.strokes if said else None,
        sha256=row.sha256,
        label=label,
        by=by,
    )

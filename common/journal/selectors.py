"""Reading the journal."""

from __future__ import annotations

from django.db.models import Model, QuerySet

from common.journal.models import AuditRecord


def records_of(obj: Model) -> QuerySet[AuditRecord]:
    """Return an object's records, the newest first."""
    label = obj._meta.label_lower
    return AuditRecord.objects.filter(object_type=label, object_id=str(obj.pk)).order_by(
        "-at", "-pk"
    )


def records_by(actor_id: int) -> QuerySet[AuditRecord]:
    """Return what one person did, the newest first."""
    return AuditRecord.objects.filter(actor_id=actor_id).order_by("-at", "-pk")

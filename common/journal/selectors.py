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


def records_of_all(model: type[Model]) -> QuerySet[AuditRecord]:
    """Return the records of every object of a kind, also of those that are gone, the newest first."""
    found = AuditRecord.objects.filter(object_type=model._meta.label_lower)
    return found.order_by("-at", "-pk")


def records_by(actor_id: int) -> QuerySet[AuditRecord]:
    """Return what one person did, the newest first."""
    return AuditRecord.objects.filter(actor_id=actor_id).order_by("-at", "-pk")

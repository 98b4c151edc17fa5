"""The record of who did what, and the answers given under an idempotency key."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from common.clock import now, wall_now


class AuditRecord(models.Model):
    """One action of one person (or of the system) on one object; never changed, never deleted.

    Actor and object are kept by value: this package stands below theirs, and a record must
    outlive what it speaks of.
    """

    at = models.DateTimeField(default=now)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150, default="")
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, default="")
    object_id = models.CharField(max_length=64, default="")
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    ip = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "at"], name="audit_object"),
            models.Index(fields=["actor_id", "at"], name="audit_actor"),
            models.Index(fields=["action", "at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name or '-'} {self.action}"


class IdempotencyKey(models.Model):
    """The answer a request was given, to be given again when the same request comes again.

    `scope` is the user's id, or empty: two users may send the same key.
    """

    key = models.CharField(max_length=255)
    scope = models.CharField(max_length=40, default="")
    path = models.CharField(max_length=500)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=wall_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "scope"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"

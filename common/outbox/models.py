"""Rows of work to do once, and notes to be copied to the public schema."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from common.clock import wall_now

OPEN = Q(done_at__isnull=True, dead_at__isnull=True)


class OutboxRow(models.Model):
    """One event for one handler, or one slot of a job; times are real time, not business time."""

    topic = models.CharField(max_length=100)
    handler = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    queue = models.CharField(max_length=20)
    due_at = models.DateTimeField(default=wall_now)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    created_at = models.DateTimeField(default=wall_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "handler"], name="outbox_once_per_handler")
        ]
        indexes = [
            models.Index(F("queue"), F("due_at"), F("id"), condition=OPEN, name="outbox_open"),
            models.Index(
                fields=["handler", "dead_at"],
                condition=Q(topic="job", done_at__isnull=True),
                name="outbox_open_jobs",
            ),
            models.Index(
                fields=["dead_at"],
                condition=Q(dead_at__isnull=False, done_at__isnull=True),
                name="outbox_dead",
            ),
            models.Index(
                fields=["done_at"], condition=Q(done_at__isnull=False), name="outbox_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.handler} ({self.key})"


class PublicNote(models.Model):
    """A fact of this tenant that the platform keeps a copy of; the relay copies it."""

    topic = models.CharField(max_length=50)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField(default=wall_now)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")
    copied_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=wall_now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="public_note_once")]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(copied_at__isnull=True),
                name="public_note_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"

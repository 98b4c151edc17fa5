"""Flows as frozen, versioned data, the drafts they are made from, and moves of running orders."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class FlowVersion(models.Model):
    """A published flow; `body` is read through `workorders.flow.read_flow`; append-only.

    A variant inherits from the flow of its key: `edits` made its body from the base's, `applies`
    (read through `workorders.flow.overlays.read_applies`) says which orders follow it. Where the
    newest version is `withdrawn`, no new order follows the flow or variant. One with triggers that
    come with the time is `timed`.
    """

    key = models.CharField(max_length=30)
    variant = models.CharField(max_length=30, blank=True, default="")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    body = models.JSONField()
    edits = models.JSONField(default=list)
    applies = models.JSONField(default=dict)
    withdrawn = models.BooleanField(default=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField()
    timed = models.GeneratedField(
        expression=models.Func(
            models.F("body"),
            template="jsonb_path_exists(%(expressions)s, '$.triggers[*].minutes')",
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "variant", "number"], name="flow_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class FlowDraft(models.Model):
    """A flow, or a variant of one, while it is designed; `revision` counts its changes.

    A flow's draft has a `body`, a variant's has `edits` of the newest version of the flow it
    inherits from.
    """

    key = models.CharField(max_length=30)
    variant = models.CharField(max_length=30, blank=True, default="")
    name = models.CharField(max_length=60)
    body = models.JSONField(default=dict)
    edits = models.JSONField(default=list)
    applies = models.JSONField(default=dict)
    started_from = models.ForeignKey(FlowVersion, models.PROTECT, null=True, related_name="drafts")
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "variant"], name="one_draft_of_a_flow")
        ]

    def __str__(self) -> str:
        return self.name


class FlowDraftChange(models.Model):
    """One change of a draft: `edits` say what was done, `before` holds what the draft was.

    `before` has name, body, edits and applies. `undoes` is the revision a step back took away.
    """

    draft = models.ForeignKey(FlowDraft, models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    edits = models.JSONField()
    before = models.JSONField()
    undoes = models.PositiveIntegerField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "revision"], name="flow_draft_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft_id}@{self.revision}"


class FlowSwitch(models.Model):
    """A variant switched on for a time: new orders follow it from `starts_at` until `ends_at`."""

    key = models.CharField(max_length=30)
    variant = models.CharField(max_length=30)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    switched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    switched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="switch_has_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.variant}"


class FlowMove(models.Model):
    """Running orders taken from one version to another, stage by stage of an explicit map.

    `reached` is the id of the last order looked at; `left` counts those that stay: their stage has
    no place in the map, or they ended meanwhile.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    from_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="moves_from")
    to_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="moves_to")
    stages = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.from_version} → {self.to_version}"

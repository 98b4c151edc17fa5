"""Drafts of rules: headquarters' body, or what one region changes of it; published versions freeze."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Region
from settlement.models.ruleset import RuleSet, RuleSetVersion


class RuleDraft(models.Model):
    """What is being edited; `revision` rises with every save, so that a stale one is noticed.

    `body` of headquarters (no region) is a whole rule body. A region's is
    `{path: {"was": …, "now": …}}`: the value of headquarters it was changed from, and its own.
    """

    class State(models.TextChoices):
        EDITING = "editing", _("Being edited")
        SUBMITTED = "submitted", _("Waiting for approval")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="drafts")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="rule_drafts")
    base = models.ForeignKey(RuleSetVersion, models.PROTECT, null=True, related_name="+")
    body = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    # How values that headquarters and a region both changed are decided: {region code: {path:
    # {"hq": …, "own": …, "choice": "region" or "hq"}}}, valid for exactly these two values.
    resolutions = models.JSONField(default=dict)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)
    published = models.ForeignKey(RuleSetVersion, models.PROTECT, null=True, related_name="drafts")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "region"],
                condition=models.Q(state__in=["editing", "submitted"]),
                nulls_distinct=False,
                name="one_open_draft",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_set_id}/{self.region_id or 'hq'}/{self.revision}"

    @property
    def is_editing(self) -> bool:
        """Whether people may still change it."""
        return self.state == self.State.EDITING


class RuleDraftChange(models.Model):
    """One save of a draft: what stood at which place, and what stands there since.

    From these a body of an earlier revision is found again: for two people at one draft, and to
    take a step back.
    """

    draft = models.ForeignKey(RuleDraft, models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    changes = models.JSONField()
    undoes = models.PositiveIntegerField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "revision"], name="draft_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.revision}"

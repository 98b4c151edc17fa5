"""Rule sets; published versions are immutable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleSet(models.Model):
    """A contract's rules under one key; work orders of its industries are settled by it."""

    key = models.CharField(_("Key"), max_length=40)
    name = models.CharField(_("Name"), max_length=80)
    industry = models.CharField(_("Industry"), max_length=30)
    guard_rail_bp = models.PositiveIntegerField(
        _("Widest gap between regions"),
        default=500,
        help_text=_("In basis points; a wider gap needs a written reason"),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="rule_set_key_once")]

    def __str__(self) -> str:
        return self.name


class RuleSetVersion(models.Model):
    """A frozen body in force from a day; look-up by completion date and by what was known when."""

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="versions")
    number = models.CharField(max_length=20)
    sequence = models.PositiveIntegerField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    checks = models.JSONField(default=dict)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "sequence"], name="rule_version_once")
        ]
        indexes = [models.Index(fields=["rule_set", "-effective_from"], name="rule_in_force")]

    def __str__(self) -> str:
        return f"{self.rule_set_id} {self.number}"

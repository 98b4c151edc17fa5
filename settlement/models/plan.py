"""What finance plans with: budgets of regions, and the penalty contracts take for late orders."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FenField
from network.models import Region
from settlement.engine.delay import Terms


class RegionBudget(models.Model):
    """What installers of a region may cost in a calendar month; append-only, the last row counts.

    0 fen takes the budget away.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="budgets")
    month = models.DateField(_("Month"))
    amount_fen = FenField(_("Budget"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_fen__gte=0), name="budget_not_negative"
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="budget_of_a_month"),
        ]
        indexes = [models.Index(fields=["month", "region", "-id"], name="budget_latest")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.month}: {self.amount_fen}"


class DelayTerms(models.Model):
    """The contract's penalty for a late order; append-only, the last row counts."""

    free_min = models.PositiveIntegerField(_("Minutes without penalty"))
    step_min = models.PositiveIntegerField(_("Length of a step, minutes"))
    step_fen = FenField(_("Penalty for each started step"))
    most_fen = FenField(_("At most for one order"))
    source = models.CharField(_("Contract"), max_length=120)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(step_min__gt=0, step_fen__gt=0, most_fen__gt=0),
                name="delay_terms_of_something",
            )
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def terms(self) -> Terms:
        """The terms as the computation reads them."""
        return Terms(self.free_min, self.step_min, self.step_fen, self.most_fen)

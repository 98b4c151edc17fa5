"""Completed orders that cannot be settled yet, each with the reason finance has to remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from settlement.models import SettlementProblem

if TYPE_CHECKING:
    from workorders.models import WorkOrder


class Problem(models.TextChoices):
    """Why an order is not settled."""

    NO_RULES = "no_rules", _("No rule set is in force for this service on the completion day")
    NO_PRICE = "no_price", _("The rule set has no price for this service here")
    NO_RULE = "no_rule", _("No row of a rule table fits this order")
    NO_PAYEE = "no_payee", _("The rules pay a unit or supplier whose code nobody has any more")
    UNEVEN = "uneven", _("The rules do not hand out exactly what was paid")


def note_problem(order: WorkOrder, problem: Problem, *, missing: list[str] | None = None) -> None:
    """Keep the latest problem of the order."""
    SettlementProblem.objects.update_or_create(
        work_order=order,
        defaults={"code": problem.value, "missing": missing or [], "noted_at": clock.now()},
    )


def clear_problem(order: WorkOrder) -> None:
    """Forget the order's problem: it could be settled."""
    SettlementProblem.objects.filter(work_order=order).delete()

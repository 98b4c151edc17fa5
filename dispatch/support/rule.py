"""The company's rule of support between regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common.journal import record
from dispatch.models import SupportRule

if TYPE_CHECKING:
    from accounts.models import User


def support_rule() -> SupportRule:
    """Return the company's rule; one that was never saved has the usual numbers."""
    return SupportRule.objects.filter(pk=1).first() or SupportRule(pk=1)


@transaction.atomic
def save_support_rule(*, rule: SupportRule, actor: User) -> SupportRule:
    """Set the rule; what was quoted before stays as it was."""
    rule.pk = 1
    rule.save()
    record(actor, "support.rule", rule, subsidy_fen=rule.subsidy_fen, reach_m=rule.reach_m)
    return rule

"""Which settlements a draft of rules concerns, and so is replayed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement.models import Settlement

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from settlement.models import RuleDraft


def settlements_of(draft: RuleDraft) -> QuerySet[Settlement]:
    """Return the active settlements a draft concerns: of its rules, and of its region."""
    found = Settlement.objects.filter(
        status=Settlement.Status.ACTIVE, version__rule_set_id=draft.rule_set_id
    )
    if draft.region is None:
        return found
    return found.filter(work_order__site_region__path__startswith=draft.region.path)

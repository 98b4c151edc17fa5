"""Entering a budget or the contract's terms; nothing is changed, a new row counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from settlement.models import DelayTerms, RegionBudget

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from network.models import Region
    from settlement.engine.delay import Terms


@transaction.atomic
def set_budget(*, region: Region, month: date, amount_fen: int, actor: User) -> RegionBudget:
    """Set what a region may cost in a month (any of its days names it)."""
    refuse_unless(amount_fen >= 0, "budget.amount", _("A budget is not negative"))
    kept = RegionBudget.objects.create(
        region=region,
        month=month.replace(day=1),
        amount_fen=amount_fen,
        set_by=actor,
        set_at=clock.now(),
    )
    record(actor, "budget.set", region, month=f"{month:%Y-%m}", amount_fen=amount_fen)
    return kept


@transaction.atomic
def set_delay_terms(*, terms: Terms, source: str, actor: User) -> DelayTerms:
    """Set the penalty the company's contracts take; those who see the whole company may."""
    refuse_unless(
        actor.sees_everything,
        "delay.headquarters",
        _("Only headquarters keeps the contract's terms"),
    )
    said = " ".join(source.split())[:120]
    refuse_unless(said, "delay.source", _("Name the contract these terms stand in"))
    refuse_unless(
        terms.step_min > 0 and terms.step_fen > 0 and terms.most_fen > 0,
        "delay.terms",
        _("Step, penalty and maximum are above 0"),
    )
    kept = DelayTerms.objects.create(
        **terms._asdict(), source=said, set_by=actor, set_at=clock.now()
    )
    record(actor, "delay_terms.set", kept, **terms._asdict())
    return kept

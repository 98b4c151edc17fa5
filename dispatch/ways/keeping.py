"""Makes, changes and removes the rules by which orders are given, and their seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from dispatch.models import AssignmentRule, AssignmentSeason
from dispatch.ways.steps import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from dispatch.ways.steps import Step


@transactional
def save_rule(*, rule: AssignmentRule, steps: Iterable[Step], actor: User) -> AssignmentRule:
    """Keep a rule; it counts for orders that begin to wait from now on, running ones keep their steps.

    Refused where a step could never end or reach anybody, or the days are the wrong way round.
    """
    rule.steps = written(steps)
    days = rule.starts_on, rule.ends_on
    refuse_unless(
        None in days or days[0] <= days[1],  # type: ignore[operator]  # neither is None
        "rule.days",
        _("The last day lies before the first"),
    )
    rule.applies_from = clock.now()
    rule.save()
    record(actor, "assignment_rule.saved", rule, name=rule.name, share=rule.share_pct)
    return rule


@transactional
def remove_rule(*, rule: AssignmentRule, actor: User) -> None:
    """Remove a rule; orders it leads already are led to the end of their steps."""
    record(actor, "assignment_rule.removed", None, name=rule.name)
    rule.delete()


@transactional
def add_season(*, season: AssignmentSeason, actor: User) -> AssignmentSeason:
    """Give a rule another share for some days; Refused when a season of it lies there already."""
    rule = AssignmentRule.objects.select_for_update(of=("self",)).get(pk=season.rule_id)
    refuse_unless(
        season.starts_on <= season.ends_on, "season.days", _("The last day lies before the first")
    )
    same = rule.seasons.filter(starts_on__lte=season.ends_on, ends_on__gte=season.starts_on).first()
    refuse_unless(
        same is None,
        "season.overlap",
        _("“%(name)s” lies on these days already") % {"name": same.name if same else ""},
    )
    season.save()
    record(actor, "assignment_season.added", rule, name=season.name, share=season.share_pct)
    return season


@transactional
def remove_season(*, season: AssignmentSeason, actor: User) -> None:
    """Let the rule's own share count on these days again."""
    record(actor, "assignment_season.removed", season.rule, name=season.name)
    season.delete()

"""Copies a template into a draft of headquarters', to be adjusted and published as any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from settlement.rulebook.drafts import next_body, open_rule_set, start_draft
from settlement.services.rules_in_force import latest_version

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from settlement.gallery.reading import Template
    from settlement.models import RuleDraft, RuleSet


@transaction.atomic
def copy_template(
    *,
    template: Template,
    actor: User,
    rule_set: RuleSet | None = None,
    key: str = "",
    name: str = "",
    industry: str = "",
) -> RuleDraft:
    """Begin a draft with the template's rules, in an existing rule set or a new one.

    Nothing is paid by it before somebody publishes it. Refused for people outside headquarters and
    for a key that is taken; Conflict while the rule set has an open draft.
    """
    refuse_unless(
        actor.sees_everything, "draft.headquarters", _("Only headquarters edits these rules")
    )
    latest = latest_version(rule_set) if rule_set else None
    if rule_set is None:
        rule_set = open_rule_set(
            key=key, name=name or template.name, industry=industry, actor=actor
        )
    today = clock.business_day()
    number = next_body(latest)["version"] if latest else f"{today.year}.1"
    body = {
        **template.body,
        "name": rule_set.name,
        "version": number,
        "effective_from": _next_month(today).isoformat(),
    }
    draft = start_draft(rule_set=rule_set, body=body, actor=actor, base=latest)
    record(actor, "rules.template_copied", draft, template=template.key)
    return draft


def _next_month(today: date) -> date:
    first = today.replace(day=1)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)

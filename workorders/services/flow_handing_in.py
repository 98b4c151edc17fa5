"""Hands a region's variant in: headquarters is told that it is ready to be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict, refuse_unless
from common.journal import record
from workorders.flow import read_flow
from workorders.flow_drafting import body_of
from workorders.flow_overlaps import draft_findings
from workorders.region_variants import check_may_design
from workorders.services.flow_editing import locked_draft
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from workorders.models import FlowDraft


@transaction.atomic
def hand_in(*, draft_id: int, revision: int, actor: User) -> FlowDraft:
    """Tell headquarters that a draft is ready; who has not looked yet is told once.

    Conflict when the draft changed since it was shown, Forbidden for who may not design it, Refused
    while the checks find errors.
    """
    draft = locked_draft(draft_id)
    check_may_design(actor, draft)
    if draft.revision != revision:
        raise Conflict("flow.revision", _("Somebody changed the draft meanwhile: look at it first"))
    wrong = [each for each in draft_findings(draft, read_flow(body_of(draft))) if each.is_error]
    sentence = _("This flow still has faults: mend them first, then publish")
    refuse_unless(not wrong, "flow.faults", sentence)
    people = User.objects.filter(role=Role.HQ_ADMIN, is_active=True)
    page = reverse("workorders:flow-publish", args=[draft.pk])
    name = actor.display_name
    tell_staff(
        None, people, code="flow_handed_in", sender=actor, page=page, name=name, flow=draft.name
    )
    record(actor, "flow.handed_in", draft, key=draft.key, variant=draft.variant)
    return draft

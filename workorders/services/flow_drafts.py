"""Drafts of flows: begun from a version or from the library, and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, See, refuse_unless
from common.journal import record
from workorders.flow.bodies import free_key
from workorders.flow_library import flow_body, recipes
from workorders.flow_list import newest_version, taken_keys
from workorders.models import FlowDraft, FlowVersion
from workorders.region_variants import check_may_design

if TYPE_CHECKING:
    from accounts.models import User


def draft_from_library(*, recipe: str, name: str, into: str, actor: User) -> FlowDraft:
    """Copy a flow of the library into a draft: of the flow `into`, or of a new one ("").

    KeyError for an unknown recipe; Refused without a name or for an unknown flow, Conflict while
    that flow has a draft.
    """
    body = flow_body(recipe)
    refuse_unless(name.strip(), "flow.name", _("Give the flow a name"))
    newest = newest_version(into) if into else None
    refuse_unless(not into or newest, "flow.unknown", _("The company has no such flow"))
    key = into or free_key(recipes()[recipe].key, taken_keys())
    body |= {"key": key, "name": name.strip()}
    draft = begin_draft(
        FlowDraft(key=key, name=name.strip(), body=body, started_from=newest), actor
    )
    record(actor, "flow.drafted", draft, key=key, library=recipe)
    return draft


def draft_from_version(*, version: FlowVersion, actor: User) -> FlowDraft:
    """Copy a version, also an old one, into a draft of its flow or variant.

    Conflict while it has one, Forbidden for who may not design it.
    """
    check_may_design(actor, version)
    fields: Mapping[str, Any] = (
        {"edits": version.edits, "applies": version.applies}
        if version.variant
        else {"body": version.body}
    )
    draft = FlowDraft(
        key=version.key, variant=version.variant, name=version.name, started_from=version, **fields
    )
    draft = begin_draft(draft, actor)
    record(actor, "flow.drafted", draft, key=version.key, version=version.number)
    return draft


@transaction.atomic
def discard_draft(*, draft_id: int, actor: User) -> None:
    """Throw a draft away with its history; what was published stays. Nothing when it is gone."""
    draft = FlowDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is not None:
        check_may_design(actor, draft)
        record(actor, "flow.draft_discarded", draft, key=draft.key, variant=draft.variant)
        draft.delete()


def begin_draft(draft: FlowDraft, actor: User) -> FlowDraft:
    """Store a new draft; Conflict when its flow or variant has one already."""
    draft.changed_by, draft.changed_at = actor, clock.now()
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        there = FlowDraft.objects.filter(key=draft.key, variant=draft.variant).first()
        see = See(
            _("Open the draft"), reverse("workorders:flow-draft", args=[there.pk if there else 0])
        )
        sentence = _("%(name)s is already being designed; finish or discard that draft first")
        raise Conflict("flow.draft_open", sentence % {"name": draft.name}, see=see) from None
    return draft

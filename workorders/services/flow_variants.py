"""Variants of a flow: begun as a draft, and taken along when the flow they inherit from moves on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from workorders.flow.bodies import free_key
from workorders.flow_drafting import Misfit, edited, edited_or_misfit
from workorders.flow_faults import faults
from workorders.flow_library import overlays
from workorders.flow_list import newest_version
from workorders.flow_variants import applies_table
from workorders.models import FlowDraft, FlowVersion
from workorders.region_variants import narrowed
from workorders.services.flow_drafts import begin_draft
from workorders.services.flow_versions import following, publish_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Carried:
    """The variants that follow a flow's new version, and the names of those its edits do not fit."""

    versions: list[FlowVersion]
    left: list[str]


def draft_of_variant(*, base: FlowVersion, overlay: str, name: str, actor: User) -> FlowDraft:
    """Begin a variant of a flow, with the edits of one of the library's, or "" for none.

    That of who answers for regions is for these alone. KeyError for an unknown overlay; Refused
    without a name and where its edits do not fit, Forbidden for who answers for no region.
    """
    refuse_unless(name.strip(), "flow.name", _("Give the variant a name"))
    made = overlays()[overlay] if overlay else None
    if made is not None:
        edited(base.body, made.edits)
    taken = {*_variants(FlowVersion, base.key), *_variants(FlowDraft, base.key)}
    draft = FlowDraft(
        key=base.key,
        variant=free_key(overlay or "variant", taken),
        name=name.strip(),
        edits=[dict(edit) for edit in made.edits] if made else [],
        applies=narrowed(actor, applies_table(made.applies) if made else {}),
    )
    draft = begin_draft(draft, actor)
    record(actor, "flow.drafted", draft, key=draft.key, variant=draft.variant, library=overlay)
    return draft


def carry_variants(base: FlowVersion, actor: User) -> Carried:
    """Publish each variant anew over a flow's new version; those that do not fit stay as they were.

    Raises Conflict when somebody publishes one of them at the same time.
    """
    found = Carried([], [])
    for key in sorted(set(_variants(FlowVersion, base.key))):
        old = newest_version(base.key, key)
        if old is None or old.withdrawn:
            continue
        body = edited_or_misfit(base.body, old.edits)
        if isinstance(body, Misfit) or faults(body):
            found.left.append(old.name)
            continue
        version = publish_version(
            following(old, body),
            after=old,
            actor=actor,
            by="flow.variant_carried",
            base=base.number,
        )
        found.versions.append(version)
    return found


def _variants(model: type[FlowVersion] | type[FlowDraft], key: str) -> Iterator[str]:
    found = model._default_manager.filter(key=key).exclude(variant="")
    return (str(variant) for variant in found.values_list("variant", flat=True))

"""Publishing a draft: it becomes the next version of its flow, frozen, and is gone as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Conflict, refuse_unless
from workorders.flow import read_flow
from workorders.flow_drafting import body_of
from workorders.flow_list import newest_version
from workorders.flow_overlaps import draft_findings
from workorders.flow_variants import is_for_somebody
from workorders.services.flow_editing import locked_draft
from workorders.services.flow_variants import Carried, carry_variants
from workorders.services.flow_versions import NewVersion, publish_version

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User
    from workorders.flow_findings import Found
    from workorders.models import FlowVersion


@dataclass(frozen=True, slots=True)
class Published:
    """A new version, and what became of the variants that inherit from its flow."""

    version: FlowVersion
    carried: Carried


@transaction.atomic
def publish_draft(
    *, draft_id: int, revision: int, base: int, confirmed: Collection[str], actor: User
) -> Published:
    """Publish the draft as it was shown: at `revision`, against version number `base` (0: none).

    Refused while the checks find errors, and for warnings that are not among `confirmed` (their
    sentences' codes, see `warning_code`). Conflict when draft or flow changed since, and for the
    second of two who publish at once.
    """
    draft = locked_draft(draft_id)
    if draft.revision != revision:
        raise Conflict("flow.revision", _("Somebody changed the draft meanwhile: look at it first"))
    newest = newest_version(draft.key, draft.variant)
    number = newest.number if newest else 0
    if number != base:
        sentence = _(
            "Version %(number)s was published meanwhile: look at what differs from it first"
        )
        raise Conflict("flow.base", sentence % {"number": number})
    refuse_unless(
        not draft.variant or is_for_somebody(draft.applies),
        "flow.applies",
        _("Say for whom the variant is: otherwise every order would follow it"),
    )
    body = body_of(draft)
    warnings = [each for each in draft_findings(draft, read_flow(body)) if not each.is_error]
    open_warnings = {warning_code(each) for each in warnings} - set(confirmed)
    new = NewVersion(
        key=draft.key,
        name=draft.name,
        body=body,
        variant=draft.variant,
        edits=draft.edits,
        applies=draft.applies,
    )
    refuse_unless(
        not open_warnings, "flow.warnings", _("Confirm each warning, or mend what it names")
    )
    version = publish_version(new, after=newest, actor=actor, warnings=sorted(confirmed))
    draft.delete()
    carried = Carried([], []) if version.variant else carry_variants(version, actor)
    return Published(version, carried)


def warning_code(found: Found) -> str:
    """Return what a warning is confirmed by."""
    return f"{found.finding.code}:{found.finding.where}"

"""The page on which a draft is published: what differs, what the checks say, and the confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, requires
from common.journal import idempotent
from workorders.flow_acts import revision_of
from workorders.flow_designer import designer
from workorders.flow_differences import differences
from workorders.flow_list import drafts, flow_shown
from workorders.flow_versions import read_version
from workorders.region_variants import may_design
from workorders.requests import finished
from workorders.services.flow_handing_in import hand_in
from workorders.services.flow_publishing import publish_draft, warning_code

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_VIEW)
@require_safe
def publish_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what publishing would change."""
    page = designer(get_object_or_404(drafts(), pk=pk), "")
    found = differences(read_version(page.published), page.flow) if page.published else []
    own = reverse("workorders:flow-draft", args=[pk])
    context = {
        "page": page,
        "differences": found,
        "places": {each.stage for each in found if each.stage},
        "warnings": [(warning_code(each), each) for each in page.found if not each.is_error],
        "shown": flow_shown(page.draft.key, page.draft.variant),
        "may_design": request.user.has(Perm.FLOW_DESIGN),
        "may_hand_in": may_design(request.user, page.draft),
        "crumbs": [
            {"url": reverse("workorders:flow-list"), "label": _("Flows")},
            {"url": own, "label": page.draft.name},
        ],
    }
    return render(request, "workorders/flows/publish.html", context)


@requires(Perm.FLOW_DESIGN)
@require_POST
@idempotent(required=True)
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish the draft as it was shown."""
    base = request.POST.get("base", "")
    published = publish_draft(
        draft_id=get_object_or_404(drafts(), pk=pk).pk,
        revision=revision_of(request.POST),
        base=int(base) if base.isascii() and base.isdecimal() and len(base) < 9 else 0,
        confirmed=request.POST.getlist("warning"),
        actor=request.user,
    )
    version = published.version
    messages.success(request, _("Version %(number)s is published") % {"number": version.number})
    if published.carried.left:
        words = _(
            "These variants keep the flow as it was, because they do not fit the new one: %(names)s"
        )
        messages.warning(request, words % {"names": "、".join(published.carried.left)})
    return finished(request, "workorders:flow-version", version.pk)


@requires(Perm.FLOW_VARY)
@require_POST
def draft_hand_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask headquarters to publish the draft."""
    draft = get_object_or_404(drafts(), pk=pk)
    hand_in(draft_id=draft.pk, revision=revision_of(request.POST), actor=request.user)
    messages.success(request, _("Handed in: headquarters looks at it and publishes"))
    return finished(request, "workorders:flow-draft", draft.pk)

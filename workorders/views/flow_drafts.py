"""The designer: a draft's page, what is saved, moved, put in and taken back in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, requires
from common.errors import Conflict
from workorders.flow_acts import asked_edits, put_in, revision_of
from workorders.flow_designer import Designer, designer
from workorders.flow_drafting import body_of
from workorders.flow_library import blocks
from workorders.flow_list import drafts
from workorders.flow_panel import NEW
from workorders.forms.flow_stage import NewStageForm
from workorders.region_variants import may_design
from workorders.requests import is_htmx
from workorders.services.examples import with_examples
from workorders.services.flow_editing import edit_draft, undo_draft

if TYPE_CHECKING:
    from workorders.models import FlowDraft
    from workorders.requests import StaffRequest
    from workorders.services.flow_editing import Kept


@requires(Perm.FLOW_VIEW)
@require_safe
def draft_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft with one of its parts open."""
    return _page(request, designer(_draft(pk), request.GET.get("part", "")))


@requires(Perm.FLOW_VARY)
@require_POST
def draft_save(request: StaffRequest, pk: int) -> HttpResponse:
    """Save the open part; with `reshape` only show its form for what was chosen meanwhile."""
    draft, part, revision = _draft(pk), request.POST.get("part", ""), revision_of(request.POST)
    quiet = "reshape" in request.POST or "row" in request.POST
    sent = with_examples(request.POST, request.FILES, actor=request.user)
    shown = designer(draft, part, data=sent, quiet=quiet)
    if shown.panel is None:
        raise Conflict("flow.part_gone", _("This part of the draft was taken out meanwhile"))
    if quiet:
        return _page(request, shown)
    around = f"stage.{shown.panel.stage}" if shown.panel.stage else "flow"
    if "drop" in request.POST and shown.panel.drop:
        return _done(request, [shown.panel.drop], revision, draft, around)
    if not shown.panel.is_valid():
        return _page(request, shown, status=422)
    return _done(request, shown.panel.edits(), revision, draft, around if NEW in part else part)


@requires(Perm.FLOW_VARY)
@require_POST
def draft_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Move, take out or put in a stage."""
    draft, revision = _draft(pk), revision_of(request.POST)
    known = {stage["key"] for stage in body_of(draft)["stages"]}
    kept = edit_draft(
        draft_id=draft.pk, revision=revision, edits=asked_edits(request.POST), actor=request.user
    )
    return _kept(request, kept, put_in(kept.draft, known) or request.POST.get("part", ""))


@requires(Perm.FLOW_VARY)
@require_POST
def draft_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the last change back."""
    draft = undo_draft(
        draft_id=_draft(pk).pk, revision=revision_of(request.POST), actor=request.user
    )
    return _page(request, designer(draft, request.POST.get("part", "")))


@requires(Perm.FLOW_VARY)
@require_safe
def block_palette(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what can be put in behind a stage: the library's blocks, or a stage of one's own."""
    shown = designer(_draft(pk), request.GET.get("part", ""))
    return _palette(request, shown, NewStageForm(roles=shown.choices.roles))


@requires(Perm.FLOW_VARY)
@require_POST
def own_stage(request: StaffRequest, pk: int) -> HttpResponse:
    """Put in a stage of one's own."""
    draft, revision = _draft(pk), revision_of(request.POST)
    shown = designer(draft, f"stage.{request.POST.get('after', '')}")
    form = NewStageForm(request.POST, roles=shown.choices.roles)
    if not form.is_valid():
        return _palette(request, shown, form, status=422)
    known = {stage.key for stage in shown.flow.stages}
    edits = [form.edit(after=request.POST.get("after", ""))]
    kept = edit_draft(draft_id=draft.pk, revision=revision, edits=edits, actor=request.user)
    answer = _kept(request, kept, put_in(kept.draft, known))
    answer["HX-Retarget"], answer["HX-Reswap"] = "#x-designer", "morph"
    return answer


def _draft(pk: int) -> FlowDraft:
    return get_object_or_404(drafts(), pk=pk)


def _done(
    request: StaffRequest, edits: list[Any], revision: int, draft: FlowDraft, part: str
) -> HttpResponse:
    kept = edit_draft(draft_id=draft.pk, revision=revision, edits=edits, actor=request.user)
    return _kept(request, kept, part)


def _kept(request: StaffRequest, kept: Kept, part: str) -> HttpResponse:
    """Show the draft after an attempt; what was typed stays where others changed the same part."""
    if kept.against:
        part = request.POST.get("part", part)
        data = request.POST if "drop" not in request.POST and "op" not in request.POST else None
        shown = designer(kept.draft, part, data=data, quiet=True, against=kept.against)
        return _page(request, shown, status=409)
    return _page(request, designer(kept.draft, part, beside=kept.beside))


def _page(request: StaffRequest, shown: Designer, *, status: int = 200) -> HttpResponse:
    template = "_designer.html" if is_htmx(request) else "draft.html"
    context = {
        "page": shown,
        "may_design": may_design(request.user, shown.draft),
        "is_graph": request.GET.get("view") == "graph",
        "crumbs": [{"url": reverse("workorders:flow-list"), "label": _("Flows")}],
    }
    return render(request, f"workorders/flows/{template}", context, status=status)


def _palette(
    request: StaffRequest, shown: Designer, form: NewStageForm, *, status: int = 200
) -> HttpResponse:
    groups: dict[str, list[Any]] = {}
    for block in blocks().values():
        groups.setdefault(block.group, []).append(block)
    context = {"page": shown, "groups": groups, "form": form}
    return render(request, "workorders/flows/_palette.html", context, status=status)

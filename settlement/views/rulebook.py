"""Rules to edit: versions and drafts, the editor's page, what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.selectors import industry_choices
from common import clock
from common.access import Perm, allowed, requires
from common.journal import idempotent
from settlement.heat.selectors import waiting_heats
from settlement.monitor.selectors import open_alarms
from settlement.rule_sheets import version_by_id
from settlement.rulebook.comparing import comparison
from settlement.rulebook.drafts import (
    discard_draft,
    empty_body,
    next_body,
    open_rule_set,
    start_draft,
    undo_draft,
)
from settlement.rulebook.editing import (
    change_parts,
    edit_part,
    editor,
    preview,
    resolve,
    revision_of,
)
from settlement.rulebook.selectors import draft_by_id, may_edit, rule_sets_shown
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from settlement.models import RuleDraft
    from settlement.rulebook.editing import Edited
    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    """List the rule sets with their versions, who published them, and the open drafts."""
    context = {
        "rule_sets": rule_sets_shown(actor=request.user),
        "may_edit": allowed(request.user, Perm.RULES_EDIT) and request.user.sees_everything,
        "alarms": open_alarms(),
        "busy_areas": waiting_heats(actor=request.user),
    }
    return render(request, "settlement/rules.html", context)


@requires(Perm.RULES_VIEW)
@require_GET
def compare(request: StaffRequest) -> HttpResponse:
    """Show what differs between two versions, or a version and a draft, in words."""
    found = comparison(request.GET)
    if found is None:
        raise Http404
    return render(request, "settlement/rulebook/compare.html", {"found": found})


@requires(Perm.RULES_EDIT)
@require_POST
@idempotent(required=True)
def draft_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a draft from a version."""
    version = version_by_id(pk)
    if version is None:
        raise Http404
    draft = start_draft(
        rule_set=version.rule_set, body=next_body(version), base=version, actor=request.user
    )
    return finished(request, "settlement:draft-edit", draft.pk)


@requires(Perm.RULES_EDIT)
@require_http_methods(["GET", "POST"])
@idempotent(required=True)
def draft_new(request: StaffRequest) -> HttpResponse:
    """Begin a rule set nobody has written anything in yet."""
    if request.method == "GET":
        context = {"industries": industry_choices()}
        return render(request, "settlement/rulebook/new.html", context)
    name, today = request.POST.get("name", ""), clock.business_day()
    rule_set = open_rule_set(
        key=request.POST.get("key", ""), name=name,
        industry=request.POST.get("industry", ""), actor=request.user,
    )  # fmt: skip
    body = empty_body(name=rule_set.name, version=f"{today.year}.1", effective_from=today)
    draft = start_draft(rule_set=rule_set, body=body, actor=request.user)
    return finished(request, "settlement:draft-edit", draft.pk)


@requires(Perm.RULES_VIEW)
@require_GET
def draft_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft at one of its parts."""
    return _page(request, _draft(pk), request.GET.get("part", ""))


@requires(Perm.RULES_EDIT)
@require_POST
def draft_save(request: StaffRequest, pk: int) -> HttpResponse:
    """Save the form of one part."""
    draft, part = _draft(pk), request.POST.get("part", "")
    return _answer(
        request, edit_part(draft=draft, part=part, post=request.POST, actor=request.user)
    )


@requires(Perm.RULES_EDIT)
@require_POST
def draft_parts(request: StaffRequest, pk: int) -> HttpResponse:
    """Add, copy, remove or move a part."""
    return _answer(request, change_parts(draft=_draft(pk), post=request.POST, actor=request.user))


@requires(Perm.RULES_EDIT)
@require_POST
def draft_resolve(request: StaffRequest, pk: int) -> HttpResponse:
    """Save what was chosen where two people changed the same part."""
    return _answer(request, resolve(draft=_draft(pk), post=request.POST, actor=request.user))


@requires(Perm.RULES_EDIT)
@require_POST
def draft_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the last save back."""
    draft = undo_draft(
        draft_id=_draft(pk).pk, revision=revision_of(request.POST), actor=request.user
    )
    return _page(request, draft, request.POST.get("part", ""))


@requires(Perm.RULES_EDIT)
@require_POST
def draft_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    discard_draft(draft_id=_draft(pk).pk, actor=request.user)
    messages.success(request, _("The draft was discarded"))
    return finished(request, "settlement:rule-list")


@requires(Perm.RULES_VIEW)
@require_POST
def draft_trial(request: StaffRequest, pk: int) -> HttpResponse:
    """Compute the worked example with what stands in the forms, saving nothing."""
    draft = _draft(pk)
    part = request.POST.get("part", "")
    context = {
        "trial": preview(draft=draft, part=part, post=request.POST, actor=request.user),
        "url": request.path,
        "edits": True,
    }
    return render(request, "settlement/rulebook/_trial.html", context)


def _draft(pk: int) -> RuleDraft:
    draft = draft_by_id(pk)
    if draft is None:
        raise Http404
    return draft


def _page(
    request: StaffRequest, draft: RuleDraft, part: str, edited: Edited | None = None
) -> HttpResponse:
    query = request.POST if request.method == "POST" else request.GET
    template = "_editor.html" if is_htmx(request) else "draft.html"
    context = {
        "page": editor(draft, part, query, edited, actor=request.user),
        "may_edit": draft.is_editing and may_edit(draft, actor=request.user),
    }
    status = 422 if edited and edited.posted.errors else 200
    answer = render(request, f"settlement/rulebook/{template}", context, status=status)
    answer["X-Revision"] = str(draft.revision)
    return answer


def _answer(request: StaffRequest, edited: Edited) -> HttpResponse:
    if not edited.conflict:
        return _page(request, edited.draft, edited.part, edited)
    answer = render(request, "settlement/rulebook/_conflict.html", {"edited": edited}, status=409)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#x-conflict", "innerHTML"
    return answer

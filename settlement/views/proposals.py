"""Drafts on their way to a version: proofs, conflicts, submit, approve, publish; the look-up in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.access import Perm, requires
from common.journal import idempotent
from settlement.forms_publishing import CountingForm, PublishForm
from settlement.proposals.approval import (
    may_decide,
    reject_draft,
    resolve_clash,
    submit_draft,
    withdraw_draft,
)
from settlement.proposals.closed_days import closed_periods
from settlement.proposals.correcting import publish
from settlement.proposals.numbering import next_number
from settlement.proposals.permitting import permits_offered, save_permits
from settlement.proposals.proposal_page import ProposalSheet, proposal_sheet
from settlement.proposals.replay_report import is_outdated, latest_replay, rules_sha
from settlement.proposals.selectors import (
    first_free_day,
    open_drafts,
    rule_sets,
    versions_counting,
    visible_drafts,
)
from settlement.proposals.values import read_typed, typed_form
from settlement.replays.report import impact_of
from settlement.rulebook.selectors import may_edit
from settlement.services.rules_in_force import overtaking
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from datetime import date

    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def proposal_list(request: StaffRequest) -> HttpResponse:
    """List the drafts on their way, and answer which version counted when, as known when."""
    asked = request.GET if "on" in request.GET else None
    form = CountingForm(asked, initial={"on": clock.business_day()})
    context: dict[str, Any] = {
        "drafts": open_drafts(actor=request.user),
        "rule_sets": rule_sets(),
        "form": form,
        "asked": asked is not None,
    }
    if asked is not None and form.is_valid():
        on, known_at = form.cleaned_data["on"], form.cleaned_data["known"]
        context["counting"] = versions_counting(on=on, known_at=known_at)
        context |= {"on": on, "known_at": known_at}
    status = 422 if asked is not None and not form.is_valid() else 200
    return render(request, "settlement/proposals/list.html", context, status=status)


@requires(Perm.RULES_VIEW)
@require_GET
def proposal_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft with its changes, conflicts and proofs."""
    sheet = proposal_sheet(_draft(request, pk))
    return render(request, "settlement/proposals/proposal.html", _context(request, sheet))


@requires(Perm.RULES_EDIT)
@require_POST
@idempotent(required=True)
def proposal_submit(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask a second person for approval."""
    draft = submit_draft(
        draft_id=_draft(request, pk).pk,
        revision=_revision(request),
        note=request.POST.get("note", ""),
        actor=request.user,
    )
    messages.success(request, _("Submitted. A second person approves it."))
    return finished(request, "settlement:proposal-detail", draft.pk)


@requires(Perm.RULES_EDIT)
@require_POST
def proposal_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a submitted draft back."""
    draft = withdraw_draft(draft_id=_draft(request, pk).pk, actor=request.user)
    return finished(request, "settlement:proposal-detail", draft.pk)


@requires(Perm.RULES_PUBLISH)
@require_POST
@idempotent
def proposal_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a submitted draft back with a reason."""
    draft = reject_draft(
        draft_id=_draft(request, pk).pk,
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    messages.success(request, _("Sent back"))
    return finished(request, "settlement:proposal-detail", draft.pk)


@requires(Perm.RULES_PUBLISH)
@require_POST
@idempotent
def proposal_publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve and publish; what is wrong with the form comes back with it.

    A correction of closed days goes on to its recompute.
    """
    draft = _draft(request, pk)
    sheet = proposal_sheet(draft)
    form = _form(sheet, request.POST)
    if not form.is_valid():
        again = is_htmx(request)
        context = _context(request, sheet) | {"form": form, "is_again": again}
        part = "_decide" if again else "proposal"
        return render(request, f"settlement/proposals/{part}.html", context, status=422)
    version, run = publish(
        draft_id=draft.pk,
        revision=_revision(request),
        seen=request.POST.get("seen", ""),
        terms=form.terms(),
        actor=request.user,
    )
    messages.success(request, _("Version %(number)s is published") % {"number": version.number})
    if run is not None:
        return finished(request, "settlement:recompute-detail", run.pk)
    return finished(request, "settlement:rule-detail", version.pk)


@requires(Perm.RULES_EDIT)
@require_POST
def proposal_resolve(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide one conflict between a region's value and headquarters'."""
    draft = resolve_clash(
        draft_id=_draft(request, pk).pk,
        revision=_revision(request),
        region=request.POST.get("region", ""),
        path=request.POST.get("path", ""),
        choice=request.POST.get("choice", ""),
        actor=request.user,
    )
    return finished(request, "settlement:proposal-detail", draft.pk)


@requires(Perm.RULES_EDIT)
def proposal_permits(request: StaffRequest, pk: int) -> HttpResponse:
    """Choose what regions may change in headquarters' draft, and the widest gap between them."""
    draft = get_object_or_404(visible_drafts(actor=request.user).filter(region=None), pk=pk)
    if request.method == "POST":
        save_permits(
            draft_id=draft.pk,
            revision=_revision(request),
            patterns=request.POST.getlist("pattern"),
            guard_rail_bp=read_typed("/guard_rail_bp", request.POST.get("rail", ""), 0),
            actor=request.user,
        )
        messages.success(request, _("Saved"))
        return finished(request, "settlement:proposal-detail", draft.pk)
    groups: dict[str, list[Any]] = {}
    for permit in permits_offered(draft.body):
        groups.setdefault(permit.group, []).append(permit)
    context = {
        "draft": draft,
        "groups": groups.items(),
        "rail": typed_form("/guard_rail_bp", draft.rule_set.guard_rail_bp),
        "may_edit": draft.is_editing and may_edit(draft, actor=request.user),
    }
    return render(request, "settlement/proposals/permits.html", context)


def _draft(request: StaffRequest, pk: int) -> Any:
    return get_object_or_404(visible_drafts(actor=request.user), pk=pk)


def _revision(request: StaffRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _form(sheet: ProposalSheet, data: Any = None) -> PublishForm:
    draft, latest = sheet.draft, sheet.merge.latest
    initial = {"number": next_number(draft, latest), "effective_from": first_free_day(latest)}
    return PublishForm(
        data,
        initial=initial,
        gaps=bool(sheet.gaps),
        odd=bool(sheet.odd),
        uncovered=sheet.uncovered,
        unreplayed=sheet.unreplayed,
        closed=closed_periods(),
        later=overtaking(draft.rule_set, _typed_day(data) or clock.business_day()),
    )


def _typed_day(data: Any) -> date | None:
    """Return the first day as far as it can be read; what cannot is the form's to refuse."""
    try:
        return parse_date(data.get("effective_from", "")) if data else None
    except ValueError:
        return None


def _context(request: StaffRequest, sheet: ProposalSheet) -> dict[str, Any]:
    user, draft = request.user, sheet.draft
    replay = latest_replay(draft)
    return {
        "sheet": sheet,
        "draft": draft,
        "replay": replay,
        "impact": impact_of(replay) if replay is not None and replay.done else None,
        "outdated": replay is not None and is_outdated(replay, sheet.merge.body),
        "may_edit": may_edit(draft, actor=user),
        "may_publish": user.has(Perm.RULES_PUBLISH) and user.sees_everything,
        "may_decide": may_decide(draft, user),
        "form": _form(sheet),
        "ticked": request.POST.getlist("uncovered"),
        "seen": rules_sha(sheet.merge.body),
    }

"""Replays of drafts: started, watched, cancelled, and read down to one order's two explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import polled
from common.journal import idempotent
from settlement.proposals.selectors import visible_drafts, visible_replays
from settlement.proposals.values import read_typed
from settlement.replays.bonus_pairs import bonus_pair
from settlement.replays.report import (
    both_explanations,
    plans_otherwise,
    progress_of,
    replay_order,
    replay_sheet,
    sums_by_payee,
)
from settlement.replays.run import cancel_replay, start_replay
from settlement.rulebook.selectors import may_edit
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.RULES_EDIT)
@require_POST
@idempotent(required=True)
def replay_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Run a draft over the latest orders."""
    draft = get_object_or_404(visible_drafts(actor=request.user), pk=pk)
    orders = read_typed("/orders", request.POST.get("orders", ""), 0)
    replay = start_replay(draft_id=draft.pk, orders=orders, actor=request.user)
    return finished(request, "settlement:replay-detail", replay.pk)


@requires(Perm.RULES_VIEW)
@require_GET
def replay_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who gains, who loses, and how far the replay is."""
    replay = _replay(request, pk)
    context = {
        "replay": replay,
        "progress": progress_of(replay),
        "sheet": replay_sheet(replay),
        "other_days": plans_otherwise(replay),
        "may_edit": may_edit(replay.draft, actor=request.user),
    }
    return render(request, "settlement/replays/replay.html", context)


@requires(Perm.RULES_VIEW)
@require_GET
def replay_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer the page's poll while a replay runs; at its end the page loads anew."""
    replay = _replay(request, pk)
    progress = progress_of(replay)
    may_cancel = progress.running and may_edit(replay.draft, actor=request.user)
    context = {"progress": progress, "may_edit": may_cancel}
    return polled(
        request,
        progress.stamp,
        lambda: render(request, "settlement/replays/_progress.html", context),
        goes_on=progress.running,
    )


@requires(Perm.RULES_EDIT)
@require_POST
def replay_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop a running replay."""
    replay = cancel_replay(replay_id=_replay(request, pk).pk, actor=request.user)
    return finished(request, "settlement:proposal-detail", replay.draft_id)


@requires(Perm.RULES_VIEW)
@require_GET
def replay_order_detail(request: StaffRequest, pk: int, order_pk: int) -> HttpResponse:
    """Show one order under both rules, line beside line."""
    row = replay_order(_replay(request, pk), order_pk)
    if row is None:
        raise Http404
    pairs = both_explanations(row)
    context = {"row": row, "pairs": pairs, "sums": sums_by_payee(pairs)}
    return render(request, "settlement/replays/order.html", context)


@requires(Perm.RULES_VIEW)
@require_GET
def replay_bonus(request: StaffRequest, pk: int, at: int) -> HttpResponse:
    """Show one payee's bonus of a period under both rules, rule beside rule."""
    replay = _replay(request, pk)
    bonus = bonus_pair(replay, at)
    if bonus is None:
        raise Http404
    return render(request, "settlement/replays/bonus.html", {"replay": replay, "bonus": bonus})


def _replay(request: StaffRequest, pk: int) -> Any:
    return get_object_or_404(visible_replays(actor=request.user), pk=pk)

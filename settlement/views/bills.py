"""The queue of exceptions between platform bills and books, and what is done about each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.csv_files import csv_bytes
from common.errors import Refused
from common.formatting import money
from common.journal import idempotent
from common.refusals import refused_at
from settlement.bills import actions
from settlement.bills.limit import alone_fen, decide_limit, proposed_limit, set_limit
from settlement.bills.month_file import month_rows
from settlement.bills.position_page import opened
from settlement.bills.selectors import age_days, next_open, queue, small_ones, visible_positions
from settlement.bills.totals import totals
from settlement.forms_bills import AcceptForm, LimitForm, QueueForm, SmallForm, seen_parts
from settlement.headquarters import refuse_outsiders
from settlement.views.statement_pages import attachment
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.BILL_MATCH)
@require_GET
def bill_list(request: StaffRequest) -> HttpResponse:
    """Show a month's three totals and the exceptions that fit the filters."""
    form = QueueForm(request.GET if request.GET else {"state": "open"})
    asked = form.query()
    found = queue(actor=request.user, **asked)
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "totals": totals(actor=request.user, month=asked["month"], shop=asked["shop"]),
        "may_limit": request.user.has(Perm.NETWORK_MANAGE),
        "higher": proposed_limit() if request.user.sees_everything else None,
        "may_approve": request.user.has(Perm.SETTLEMENT_APPROVE),
        "me": request.user.pk,
        "alone_fen": alone_fen(),
        "month": asked["month"],
    }
    return render(request, "settlement/bills/list.html", context)


@requires(Perm.BILL_MATCH)
@require_GET
def bill_csv(request: StaffRequest) -> HttpResponse:
    """Send a month's totals and positions."""
    asked = QueueForm(request.GET).query()
    rows = month_rows(actor=request.user, month=asked["month"], shop=asked["shop"])
    name = f"reconciliation-{asked['month']:%Y-%m}.csv" if asked["month"] else "reconciliation.csv"
    return attachment(csv_bytes(rows), name, "text/csv; charset=utf-8")


@requires(Perm.BILL_MATCH)
@require_GET
def bill_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one position: both sides, its lines, and what may be done."""
    position = _position(request, pk)
    form = AcceptForm(position=position)
    whole = opened(position)
    proposed = whole.proposal.bearer if whole.proposal else None
    bearer = proposed or next(iter(actions.bearers(position)), None)
    context = {
        "opened": whole,
        "may_approve": request.user.has(Perm.SETTLEMENT_APPROVE),
        "me": request.user.pk,
        "alone_fen": alone_fen(),
        "position": position,
        "age": age_days(position),
        "following": next_open(position, actor=request.user),
        "form": form,
        "effects": actions.effects(position, bearer) if bearer else [],
    }
    return render(request, "settlement/bills/detail.html", context)


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_accept(request: StaffRequest, pk: int) -> HttpResponse:
    """Accept the difference and post it."""
    position = _position(request, pk)
    bearer = request.POST.get("bearer", "")
    action = actions.accept_difference(
        position_id=position.pk,
        reason=request.POST.get("reason", ""),
        bearer_id=int(bearer) if bearer.isdecimal() and len(bearer) < 10 else None,
        actor=request.user,
        seen=seen_parts(request.POST.get("seen", "")),
    )
    if action is None:
        sentence = _("Bill or books changed since you looked: nothing was posted. Look again.")
        messages.warning(request, sentence)
        return finished(request, "settlement:bill-detail", position.pk)
    if action.is_proposal:
        words = _("More than %(most)s: it waits for a second person's approval.")
        return _on(request, position, words % {"most": money(alone_fen())})
    return _on(request, position, _("Accepted and posted."))


@requires(Perm.SETTLEMENT_APPROVE)
@require_POST
@idempotent
def bill_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Post an acceptance somebody else proposed, or refuse it."""
    position = _position(request, pk)
    approve = request.POST.get("answer") == "approve"
    actions.decide_acceptance(
        position_id=position.pk,
        approve=approve,
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    done = _("Accepted and posted.") if approve else _("Refused. Who proposed it is told why.")
    return _on(request, position, done)


@requires(Perm.NETWORK_MANAGE)
@require_http_methods(["GET", "POST"])
@idempotent
def bill_limit(request: StaffRequest) -> HttpResponse:
    """Show and set up to how much one person alone accepts."""
    refuse_outsiders(request.user)
    form = LimitForm(request.POST or None, initial={"most": f"{alone_fen() / 100:.2f}"})
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "most") as attempt:
            kept = set_limit(most_fen=form.cleaned_data["most"], actor=request.user)
        if attempt.went_well:
            if kept.state == kept.State.PROPOSED:
                messages.success(request, _("It counts once a second person has approved it."))
            return finished(request, "settlement:bill-list")
    status = 422 if request.method == "POST" else 200
    return render(request, "settlement/bills/limit.html", {"form": form}, status=status)


@requires(Perm.SETTLEMENT_APPROVE)
@require_POST
@idempotent
def bill_limit_decide(request: StaffRequest) -> HttpResponse:
    """Let a higher limit that somebody else proposed come into force, or refuse it."""
    typed = request.POST.get("limit", "")
    kept = decide_limit(
        limit_id=int(typed) if typed.isdecimal() and len(typed) < 10 else 0,
        approve=request.POST.get("answer") == "approve",
        actor=request.user,
    )
    messages.success(request, kept.get_state_display())
    return finished(request, "settlement:bill-list")


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the acceptance that stands back."""
    position = _position(request, pk)
    found = opened(position).acceptance
    if found is None:
        raise Refused("bill.no_acceptance", _("No accepted difference stands here"))
    action = actions.take_back_acceptance(
        action_id=found.pk,
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    if action.kind == action.Kind.ASK_BACK:
        messages.success(request, _("A second person decides whether it is taken back."))
    return finished(request, "settlement:bill-detail", position.pk)


@requires(Perm.SETTLEMENT_APPROVE)
@require_POST
@idempotent
def bill_take_back_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an acceptance back as somebody else asked, or leave it."""
    position = _position(request, pk)
    action = actions.decide_taking_back(
        position_id=position.pk,
        approve=request.POST.get("answer") == "approve",
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    messages.success(request, action.get_kind_display())
    return finished(request, "settlement:bill-detail", position.pk)


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_wait(request: StaffRequest, pk: int) -> HttpResponse:
    """Leave it alone until a day."""
    position = _position(request, pk)
    actions.wait_until(
        position_id=position.pk,
        until=_day(request.POST.get("until", "")),
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    return _on(request, position, _("It comes back by itself."))


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_dispute(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that the platform was told."""
    position = _position(request, pk)
    reason = request.POST.get("reason", "")
    actions.raise_with_platform(position_id=position.pk, reason=reason, actor=request.user)
    return finished(request, "settlement:bill-detail", position.pk)


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it up again."""
    actions.resume(position_id=_position(request, pk).pk, actor=request.user)
    return finished(request, "settlement:bill-detail", pk)


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Count it for another order."""
    position = _position(request, pk)
    actions.count_for(
        position_id=position.pk,
        number=request.POST.get("number", ""),
        reason=request.POST.get("reason", ""),
        actor=request.user,
    )
    return _on(request, position, _("Counted for the other order."))


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_unlink(request: StaffRequest, pk: int) -> HttpResponse:
    """Count it for itself again."""
    actions.count_for_itself(position_id=_position(request, pk).pk, actor=request.user)
    return finished(request, "settlement:bill-detail", pk)


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_refetch(request: StaffRequest, pk: int) -> HttpResponse:
    """Have the shop asked for the order as it is now."""
    actions.ask_for_order(position_id=_position(request, pk).pk, actor=request.user)
    messages.success(
        request, _("The shop is asked for the order; load the page again in a minute.")
    )
    return finished(request, "settlement:bill-detail", pk)


@requires(Perm.BILL_MATCH)
@require_http_methods(["GET", "POST"])
@idempotent
def bill_small(request: StaffRequest) -> HttpResponse:
    """Show small differences, and accept those that were looked at."""
    refuse_outsiders(request.user)
    form = SmallForm(request.POST if request.method == "POST" else request.GET or None)
    most_fen = min(form.most_fen(), actions.SMALL_FEN)
    if request.method == "POST":
        ids = [int(pk) for pk in request.POST.getlist("id") if pk.isdecimal() and len(pk) < 12]
        n = actions.accept_small(
            most_fen=most_fen, reason=request.POST.get("reason", ""), ids=ids, actor=request.user
        )
        messages.success(request, _("%(n)s differences are accepted and posted.") % {"n": n})
        return finished(request, "settlement:bill-list")
    rows = list(small_ones(most_fen=most_fen, actor=request.user)[: actions.AT_ONCE])
    context = {
        "form": form,
        "rows": rows,
        "most_fen": most_fen,
        "net_fen": sum(row.difference_fen for row in rows),
    }
    return render(request, "settlement/bills/small.html", context)


def _position(request: StaffRequest, pk: int) -> Any:
    return get_object_or_404(visible_positions(actor=request.user), pk=pk)


def _on(request: StaffRequest, position: Any, words: str) -> HttpResponse:
    """Go on to the next exception; back to the list after the last."""
    messages.success(request, f"{position.order_number}: {words}")
    following = next_open(position, actor=request.user)
    if following is None:
        return finished(request, "settlement:bill-list")
    return finished(request, "settlement:bill-detail", following.pk)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None

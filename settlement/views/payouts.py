"""Paying out: drafts, approval by a second person, the bank's file and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.errors import refuse_unless
from common.htmx import unless_unchanged
from common.journal import idempotent
from common.refusals import refused_at
from settlement.forms import PayeeAccountForm, PayeeWalletForm
from settlement.payouts.accounts import keep_account
from settlement.payouts.answers import PAID, Answer
from settlement.payouts.bank_file import MAX_ANSWER_BYTES, bank_csv, bank_xlsx, read_answer
from settlement.payouts.batches import (
    approve_payout,
    discard_payout,
    draft_payout,
    mark_exported,
    settle_items,
)
from settlement.payouts.selectors import (
    changed_accounts,
    outlook,
    own_payee,
    payees,
    payout_batches,
    payout_items,
    sharing_outlook,
    sharing_stamp,
    tallies,
)
from settlement.payouts.sharing import send_shares
from settlement.payouts.wallets import keep_wallet
from settlement.statements.workbook import XLSX
from settlement.views.statement_pages import attachment
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

ROWS = 100


@requires(Perm.PAYOUT_MAKE)
@require_GET
def payout_list(request: StaffRequest) -> HttpResponse:
    """List payouts, and what the next one would hold."""
    batches = payout_batches(actor=request.user)
    ahead = outlook() if request.user.sees_everything else None
    context = {
        "page": Paginator(batches, ROWS).get_page(request.GET.get("page")),
        "outlook": ahead,
        "sharing": sharing_outlook(ahead.period) if ahead else None,
    }
    return render(request, "settlement/payouts/list.html", context)


@requires(Perm.PAYOUT_MAKE)
@require_POST
@idempotent
def payout_draft(request: StaffRequest) -> HttpResponse:
    """Draft a payout of the last closed period."""
    period = outlook().period
    refuse_unless(period, "payout.not_closed", _("Close the period first, then pay it out"))
    way = request.POST.get("way") or "bank"
    batch = draft_payout(period_id=period.pk if period else 0, actor=request.user, way=way)
    return finished(request, "settlement:payout-detail", batch.pk)


@requires(Perm.PAYOUT_MAKE)
@require_GET
def payout_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a payout with its transfers and what is next."""
    batch = _batch(request, pk)
    page = Paginator(payout_items(batch), ROWS).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "page": page,
        "tallies": tallies(batch),
        "changed": changed_accounts(batch),
        "is_own": batch.made_by_id == request.user.pk,
        "stamp": sharing_stamp(batch),
    }
    return render(request, "settlement/payouts/detail.html", context)


@requires(Perm.PAYOUT_MAKE)
@require_POST
@idempotent
def payout_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve the draft as the second person."""
    approve_payout(batch_id=_batch(request, pk).pk, actor=request.user)
    messages.success(request, _("Approved. The money is on its way; hand the file to the bank."))
    return finished(request, "settlement:payout-detail", pk)


@requires(Perm.PAYOUT_MAKE)
@require_POST
@idempotent
def payout_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    discard_payout(batch_id=_batch(request, pk).pk, actor=request.user)
    return finished(request, "settlement:payout-list")


@requires(Perm.PAYOUT_MAKE)
@require_POST
def payout_export(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the bank's file; not kept for repeats, because it holds whole account numbers."""
    batch = mark_exported(batch_id=_batch(request, pk).pk, actor=request.user)
    if request.POST.get("form") == "xlsx":
        response = attachment(bank_xlsx(batch), f"{batch.number}.xlsx", XLSX)
    else:
        response = attachment(bank_csv(batch), f"{batch.number}.csv", "text/csv; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@requires(Perm.PAYOUT_MAKE)
@require_POST
@idempotent
def payout_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Take in what the bank answered: a file, all that are left, or one transfer that came back."""
    batch = _batch(request, pk)
    results = _results(request, batch)
    changed = settle_items(batch_id=batch.pk, results=results, actor=request.user)
    messages.success(request, _("%(n)s transfers have their answer now.") % {"n": changed})
    return finished(request, "settlement:payout-detail", pk)


def _results(request: StaffRequest, batch: Any) -> dict[int, Answer]:
    if sent := request.FILES.get("answer"):
        return read_answer(sent.read(MAX_ANSWER_BYTES + 1), batch)
    waiting = payout_items(batch).filter(state="transit")
    if request.POST.get("all") == "paid":
        return {item.pk: PAID for item in waiting}
    number, reason = request.POST.get("number", ""), request.POST.get("reason", "").strip()
    found = [item.pk for item in payout_items(batch) if item.number == number]
    refuse_unless(found, "payout.answer", _("Choose a file, or a transfer of this payout"))
    refuse_unless(reason, "payout.reason", _("Say why the transfer came back"))
    return {found[0]: Answer(reason, is_return=True)}


@requires(Perm.PAYOUT_MAKE)
@require_POST
@idempotent
def payout_send(request: StaffRequest, pk: int) -> HttpResponse:
    """Have an approved payout paid through WeChat Pay."""
    send_shares(batch_id=_batch(request, pk).pk, actor=request.user)
    messages.success(request, _("Sent. WeChat Pay's answers come in here by themselves."))
    return finished(request, "settlement:payout-detail", pk)


@requires(Perm.PAYOUT_MAKE)
@require_GET
def payout_state(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer the poll of a payout on its way: the page loads again when something changed."""
    batch = _batch(request, pk)

    def changed() -> HttpResponse:
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"
        return response

    return unless_unchanged(request, sharing_stamp(batch), changed)


@requires(Perm.PAYOUT_MAKE)
@require_http_methods(["GET", "POST"])
@idempotent
def payee_wallet(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a payee's receiver at WeChat Pay."""
    party = get_object_or_404(payees(actor=request.user), pk=pk)
    known = getattr(party, "wallet", None)
    start = {"name": known.name if known else party.name, "kind": known.kind if known else ""}
    form = PayeeWalletForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_bound and form.is_valid():
        with refused_at(form, "account") as attempt:
            keep_wallet(party_id=party.pk, actor=request.user, **form.cleaned_data)
        if attempt.went_well:
            messages.success(request, _("The receiver is kept."))
            return finished(request, "settlement:payout-list")
    context = {"party": party, "known": known, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "settlement/payouts/wallet.html", context, status=status)


@requires(Perm.PAYOUT_MAKE)
@require_http_methods(["GET", "POST"])
@idempotent
def payee_account(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep a payee's bank account."""
    return _account(
        request,
        get_object_or_404(payees(actor=request.user), pk=pk),
        "settlement/payouts/account.html",
        "settlement:payout-list",
    )


@requires(Perm.EARNINGS_VIEW)
@require_http_methods(["GET", "POST"])
def my_account(request: StaffRequest) -> HttpResponse:
    """Let an installer keep their own bank account."""
    installer = getattr(request.user, "installer", None)
    party = own_payee(installer=installer) if installer else None
    if party is None:
        return render(request, "settlement/phone/account.html", {"party": None, "form": None})
    template = "settlement/phone/account.html"
    return _account(request, party, template, "settlement-phone:account")


def _account(request: StaffRequest, party: Any, template: str, after: str) -> HttpResponse:
    known = getattr(party, "bank_account", None)
    start = {"holder": known.holder if known else party.name, "bank": known.bank if known else ""}
    form = PayeeAccountForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_bound and form.is_valid():
        keep_account(party_id=party.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The bank account is kept."))
        return finished(request, after)
    context = {"party": party, "known": known, "form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _batch(request: StaffRequest, pk: int) -> Any:
    batch = payout_batches(actor=request.user).filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch

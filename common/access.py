"""Permissions, and the mark every view carries to say who may open it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode

View = TypeVar("View", bound=Callable[..., Any])


class Perm(StrEnum):
    """What a role may do; `noun.verb`."""

    HOME_VIEW = "home.view"
    NETWORK_VIEW = "network.view"
    NETWORK_MANAGE = "network.manage"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    CATALOG_VIEW = "catalog.view"
    CATALOG_MANAGE = "catalog.manage"
    CATALOG_OVERRIDE = "catalog.override"
    CUSTOMER_VIEW = "customer.view"
    CUSTOMER_REVEAL = "customer.reveal"
    ORDER_VIEW = "order.view"
    ORDER_CREATE = "order.create"
    ORDER_IMPORT = "order.import"
    ORDER_EDIT = "order.edit"
    ORDER_MOVE = "order.move"
    ORDER_EXPORT = "order.export"
    CHARGE_DECIDE = "charge.decide"
    ORDER_WORK = "order.work"
    DISPATCH_VIEW = "dispatch.view"
    DISPATCH_ASSIGN = "dispatch.assign"
    ROSTER_MANAGE = "roster.manage"
    OFFER_CLAIM = "offer.claim"
    FLOW_VIEW = "flow.view"
    FLOW_DESIGN = "flow.design"
    FLOW_VARY = "flow.vary"
    EARNINGS_VIEW = "earnings.view"
    SETTLEMENT_VIEW = "settlement.view"
    SETTLEMENT_CORRECT = "settlement.correct"
    SETTLEMENT_APPROVE = "settlement.approve"
    RULES_VIEW = "rules.view"
    RULES_EDIT = "rules.edit"
    RULES_PUBLISH = "rules.publish"
    QUOTE_MAKE = "quote.make"
    DISPUTE_REVIEW = "dispute.review"
    DISPUTE_DECIDE = "dispute.decide"
    STATEMENT_VIEW = "statement.view"
    STATEMENT_RUN = "statement.run"
    PERIOD_CLOSE = "period.close"
    PERIOD_REOPEN = "period.reopen"
    PAYOUT_MAKE = "payout.make"
    BILL_MATCH = "bill.match"
    CONNECTION_VIEW = "connection.view"
    CONNECTION_MANAGE = "connection.manage"
    DASHBOARD_BOSS = "dashboard.boss"
    DASHBOARD_STAFF = "dashboard.staff"
    TASK_MANAGE = "task.manage"
    PLATFORM_MANAGE = "platform.manage"


MONEY = frozenset(
    {
        Perm.SETTLEMENT_CORRECT,
        Perm.SETTLEMENT_APPROVE,
        Perm.RULES_PUBLISH,
        Perm.QUOTE_MAKE,
        Perm.DISPUTE_REVIEW,
        Perm.DISPUTE_DECIDE,
        Perm.STATEMENT_RUN,
        Perm.PERIOD_CLOSE,
        Perm.PERIOD_REOPEN,
        Perm.PAYOUT_MAKE,
        Perm.BILL_MATCH,
    }
)
"""What moves money or decides what will: such a post takes effect once, whoever clicks twice."""


def allowed(user: Any, perm: Perm) -> bool:
    """Return True when the signed-in user's role carries the permission."""
    return bool(user.is_authenticated and user.has(perm))


def _unauthenticated(request: HttpRequest) -> HttpResponse:
    """Queue posts get a 401 (never a redirect that ends in 200), polls a reload, people a form."""
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": "sign-in", "message": ""}}, status=401)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Refresh"] = "true"
        return response
    after = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{after}")


def _is_known(request: HttpRequest) -> bool:
    """Whether the request is somebody's, and of the queue the one's who did the work.

    A phone's queue sends for who signed in when it was done; another's sign-in does not take it.
    """
    did = request.headers.get("X-Outbox-User")
    return bool(request.user.is_authenticated) and did in (None, "", str(request.user.pk))


def requires(perm: Perm) -> Callable[[View], View]:
    """Let only users whose role carries the permission in; others get sign-in or 403."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not _is_known(request):
                return _unauthenticated(request)
            if not allowed(request.user, perm):
                raise PermissionDenied
            request.kq_moves_money = perm in MONEY  # type: ignore[attr-defined]  # for idempotent
            return view(request, *args, **kwargs)

        guarded.kq_access = str(perm)  # type: ignore[attr-defined]  # read by the start-up check
        return guarded  # type: ignore[return-value]  # wraps() keeps the signature

    return mark


def signed_in(view: View) -> View:
    """Let every signed-in user of the tenant in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not _is_known(request):
            return _unauthenticated(request)
        return view(request, *args, **kwargs)

    guarded.kq_access = "signed-in"  # type: ignore[attr-defined]  # read by the start-up check
    return guarded  # type: ignore[return-value]  # wraps() keeps the signature


def open_to_all(reason: str) -> Callable[[View], View]:
    """Mark a view that needs no sign-in; the reason is for the reader of the code."""

    def mark(view: View) -> View:
        view.kq_access = f"open: {reason}"  # type: ignore[attr-defined]  # read by the check
        return view

    return mark
